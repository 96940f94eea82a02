"""Whoever can change everything signs in again each day."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class StaffSessions:
    """Shortens a staff member's session as it begins; on the way out, because allauth sets its own length on the way in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "staff_signed_in", False):
            request.session.set_expiry(settings.STAFF_SESSION_AGE)
        return response
