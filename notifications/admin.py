"""Engineers' view of deliveries: what waits, what was given up and why."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from notifications.models import Delivery


@admin.register(Delivery)
class DeliveryAdmin(admin.ModelAdmin):
    list_display = ("notice", "channel", "address", "state", "attempts", "next_at", "sent_at", "error")
    list_filter = ("state", "channel", "notice")
    search_fields = ("address", "key", "message_id")
    # Not the texts: they are letters to somebody else.
    fields = readonly_fields = (
        "notice", "channel", "recipient", "address", "state", "attempts", "next_at", "sent_at", "message_id", "error",
    )  # fmt: skip
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
