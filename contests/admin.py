"""For engineers. The console is for organisers; what is append-only stays so here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from contests.models import (
    Contest,
    Criterion,
    Invitation,
    Membership,
    Phase,
    RulesVersion,
    ScheduleChange,
    Section,
)


class LookOnly(admin.ModelAdmin):
    """To look at: changes go through the actions, which record them."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Contest)
class ContestAdmin(LookOnly):
    list_display = ("title", "slug", "status", "visibility", "organiser_name", "published_at", "version")
    list_filter = ("status", "visibility")
    search_fields = ("title", "slug", "question")


@admin.register(Phase)
class PhaseAdmin(LookOnly):
    list_display = ("contest", "name", "kind", "opens_at", "closes_at", "closed_recorded_at", "released_at")
    list_filter = ("kind",)
    list_select_related = ("contest",)
    search_fields = ("contest__title", "contest__slug", "name")


@admin.register(Membership)
class MembershipAdmin(LookOnly):
    list_display = ("contest", "user", "role", "since")
    list_filter = ("role",)
    list_select_related = ("contest", "user")
    search_fields = ("contest__slug", "user__email", "user__handle")


@admin.register(Invitation)
class InvitationAdmin(LookOnly):
    """Without the nonce: who can read it could answer for somebody else."""

    list_display = ("contest", "email", "role", "created_at", "expires_at", "answer")
    list_select_related = ("contest",)
    search_fields = ("contest__slug", "email")
    fields = ("contest", "email", "role", "invited_by", "created_at", "expires_at", "used_at", "answer", "accepted_by")


@admin.register(Section)
class SectionAdmin(LookOnly):
    list_display = ("contest", "key", "label", "kind", "required", "used", "retired_at")
    list_select_related = ("contest",)
    search_fields = ("contest__slug", "label")


@admin.register(Criterion)
class CriterionAdmin(LookOnly):
    list_display = ("phase", "name", "weight", "position")
    list_select_related = ("phase",)


@admin.register(RulesVersion)
class RulesVersionAdmin(LookOnly):
    list_display = ("contest", "number", "licence", "by", "at")
    list_select_related = ("contest", "by")


@admin.register(ScheduleChange)
class ScheduleChangeAdmin(LookOnly):
    list_display = ("contest", "at", "by", "reason")
    list_select_related = ("contest", "by")
