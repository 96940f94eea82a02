"""Engineers' view of people. Rights change through the same action as anywhere."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin, messages
from django.http import HttpRequest

from accounts import actions
from accounts.models import ApiToken, User
from core.permissions import Refused

# The admin's own sign-in knows no rate limits: members sign in on the site's page (threat W10).
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ("email", "display_name", "handle", "is_active", "is_staff", "can_create_contests", "date_joined")
    list_filter = ("is_active", "is_staff", "can_create_contests", "can_moderate")
    search_fields = ("email", "display_name", "handle")
    ordering = ("-date_joined",)
    fields = (
        "email", "display_name", "handle", "affiliation", "country", "date_joined", "last_login",
        "is_active", "is_staff", "can_create_contests", "can_moderate",
    )  # fmt: skip
    readonly_fields = tuple(name for name in fields if name not in actions.RIGHTS)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        rights = {name: form.cleaned_data[name] for name in actions.RIGHTS if name in form.cleaned_data}
        try:
            actions.set_rights(by=request.user, user=User.objects.get(pk=obj.pk), **rights)
        except Refused as refused:
            messages.error(request, str(refused.refusal.reason))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ApiToken)
class ApiTokenAdmin(admin.ModelAdmin):
    list_display = ("name", "user", "created_at", "last_used_at")
    search_fields = ("name", "user__email")
    fields = readonly_fields = ("name", "user", "created_at", "last_used_at")
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
