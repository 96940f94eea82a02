"""What mails need to know of the site; they are written without a request's context."""

from __future__ import annotations

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def site_name() -> str:
    return str(settings.SITE_NAME)


@register.simple_tag
def site_url() -> str:
    """The canonical address, whatever Host header a request claimed (threat W13)."""
    return str(settings.SITE_URL)
