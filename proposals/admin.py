"""For engineers: to look, never to write round the actions."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from proposals.models import Distinction, Entry, Proposal, Revision


class LookOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Proposal)
class ProposalAdmin(LookOnly):
    list_display = ("title", "contest", "status", "version", "submitted_at")
    list_filter = ("status", "contest")
    search_fields = ("title",)
    list_select_related = ("contest",)


@admin.register(Revision)
class RevisionAdmin(LookOnly):
    list_display = ("proposal", "number", "reason", "by", "at")
    list_select_related = ("proposal", "by")


@admin.register(Entry)
class EntryAdmin(LookOnly):
    list_display = ("proposal", "phase", "revision", "outcome", "at")
    list_select_related = ("proposal", "phase", "revision")


@admin.register(Distinction)
class DistinctionAdmin(LookOnly):
    list_display = ("proposal", "kind", "phase", "released_at")
    list_select_related = ("proposal", "phase")
