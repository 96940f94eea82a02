"""What the frame of every page shows of a person: unread notices, and whether there is judging or managing to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from contests.roles import Role
from contests.rules import every_role
from notifications.models import Delivery

MANAGERS = {Role.ORGANISER, Role.FACILITATOR, Role.ADVISOR}


class Nav:
    """Sets `request.nav`. Nothing is asked before a template looks; then two queries, whatever the person does."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.nav = SimpleLazyObject(lambda: nav_of(request.user))  # type: ignore[attr-defined]
        return self.get_response(request)


def nav_of(user: Any) -> dict[str, Any]:
    """`unread` notices, `judge` and `manage`: whether those pages hold anything for this person."""
    if not user.is_authenticated:
        return {"unread": 0, "judge": False, "manage": False}
    roles = frozenset().union(*every_role(user).values())
    return {
        "unread": Delivery.objects.count_unread(user),
        "judge": Role.JUDGE in roles,
        "manage": bool(roles & MANAGERS or user.can_create_contests or user.is_staff),
    }
