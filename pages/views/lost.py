"""An address with nothing behind it: led on where it is plain what was meant."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve

from core import errors

# A proposal under its contest, as other sites and older links have it.
_UNDER_ITS_CONTEST = re.compile(r"^/(?:contests/[^/]+/)?proposals?/(?P<ref>[0-9]{1,18}(?:-[-a-z0-9_]*)?)/?$", re.IGNORECASE)
# Addresses of words, in which capitals mean nothing; never those that carry a signed token.
_WORDS = re.compile(r"^/(?:contests|proposals|people|search|help|about)(?:/|$)", re.IGNORECASE)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The 404, unless another spelling of this address has a page."""
    meant = _meant(request.path) if request.method in ("GET", "HEAD") else None
    if meant is None:
        return errors.not_found(request, exception)
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{meant}?{query}" if query else meant)


def _meant(path: str) -> str | None:
    """Another address for the same thing: it may have nothing behind it either, but it leads nowhere else."""
    moved = _UNDER_ITS_CONTEST.match(path)
    lower = f"/proposals/{moved['ref'].lower()}/" if moved else path.lower() if _WORDS.match(path) else path
    lower = lower if lower.endswith("/") else f"{lower}/"
    try:
        resolve(lower)
    except Resolver404:
        return None
    return lower if lower != path else None
