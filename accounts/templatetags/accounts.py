"""What mails need to know of the site; they are written without a request's context."""

from __future__ import annotations

from django import template
from django.conf import settings

from core import branding, letters

register = template.Library()


@register.simple_tag
def site_name() -> str:
    return branding.current().name


@register.simple_tag
def site_url() -> str:
    """The canonical address, whatever Host header a request claimed (threat W13)."""
    return str(settings.SITE_URL)


@register.simple_tag
def sign_off() -> str:
    return letters.sign_off()
