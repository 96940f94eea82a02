"""What every page's template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core import branding, clock


def site(request: HttpRequest) -> dict[str, Any]:
    brand = branding.current()
    return {
        "brand": brand,  # core.branding.Brand: name, hue, tagline, contact, logo, version
        "site_name": brand.name,
        "site_url": settings.SITE_URL,
        "embedded": settings.EMBEDDED,
        # For countdowns on devices whose clock is wrong. Only shown, so it costs no query.
        "server_time": clock.shown(),
        "nav": getattr(request, "nav", None),  # set by notifications.middleware: unread count and which menus to show
    }
