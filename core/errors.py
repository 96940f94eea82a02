"""What is answered when a request is not: one page, and for programs one JSON, for each way that can happen.

Pages about a person's mistake stand in the site's frame. Those about ours, and maintenance, are drawn alone: without
database, session or context processor, so that what broke the page cannot break its apology.
"""

from __future__ import annotations

import logging
import re
import sys
import uuid
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any
from urllib.parse import urlsplit

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from core import clock
from core.maintenance import Shut
from core.permissions import Kind, Refusal

log = logging.getLogger(__name__)

DATABASE_BACK = 30  # seconds after which asking again is worth it
LIMITS_OVER = 300  # seconds: the longest window of our limits on tries (config.settings.people)
SECRET = re.compile(r"pass|secret|token|code|otp", re.IGNORECASE)
TOKEN = "csrfmiddlewaretoken"  # the name of the field
MOST_KEPT = 500_000  # characters of a form that are handed back
# When not even the template can be drawn, with the style sheets by their plain names.
_PLAIN = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{what}</title><link rel="stylesheet" href="{static}css/tokens.css"><link rel="stylesheet" href="{static}css/base.css">
<link rel="stylesheet" href="{static}css/layout.css"><link rel="stylesheet" href="{static}css/components.css"></head>
<body><main class="page page--narrow"><header class="page-head"><h1>{what}</h1><p class="lead">{why}</p></header>
<a class="button button--primary" href="/">{home}</a></main></body></html>
"""
_REFUSED = {Kind.NEVER: 403, Kind.NOT_NOW: 409, Kind.GONE: 410}


def for_program(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def told(status: int, code: str, reason: Any, *, until: datetime | None = None, wait: int | None = None) -> JsonResponse:
    """The contract's JSON for programs; `wait` is Retry-After in seconds."""
    headers = {"Retry-After": str(wait)} if wait else None
    return JsonResponse({"code": code, "reason": str(reason), "until": until}, status=status, headers=headers)


def alone(template: str, status: int, **context: Any) -> HttpResponse:
    """A page that needs nothing but its template, and not even that."""
    try:
        page = loader.get_template(template).render({"site_name": settings.SITE_NAME, "now": clock.shown(), **context})
    except Exception:
        log.exception("the page %s cannot be drawn", template)
        words = {"what": _("Something broke on our side"), "why": _("It has been noted. Please try again in a minute.")}
        page = _PLAIN.format(**words, home=_("Home"), static=settings.STATIC_URL)
    return HttpResponse(page, status=status)


# --- What was typed --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sent:
    """One field of a form that could not be taken. `words`: somebody wrote it, so it is shown."""

    name: str
    value: str

    @property
    def words(self) -> bool:
        return self.name != TOKEN and (len(self.value) > 24 or " " in self.value.strip())

    @property
    def label(self) -> str:
        return self.name.rpartition("-")[2].replace("_", " ").capitalize()

    @property
    def lines(self) -> int:
        return min(12, 2 + len(self.value) // 80 + self.value.count("\n"))


def sent_by(request: HttpRequest) -> list[Sent]:
    """The fields of a form from a page of ours, to be handed back; nothing of one with a secret in it.

    A form that another site sent is none of this person's words and is not shown to them as theirs.
    """
    origin = urlsplit(request.headers.get("Origin", "")).netloc
    try:
        if request.method != "POST" or origin != request.get_host():
            return []
        found = [Sent(name, str(value)) for name, values in request.POST.lists() for value in values]
    except Exception:  # whatever may be wrong with a body that nobody will read
        return []
    own = [field for field in found if field.name != TOKEN]
    if any(SECRET.search(field.name) for field in own) or sum(len(field.value) for field in own) > MOST_KEPT:
        return []
    return found if own else []


# --- The answers -----------------------------------------------------------------------------------------------------


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """403, 409 or 410, with why, until when, and a way on."""
    status = _REFUSED[refusal.kind]
    if for_program(request):
        return told(status, refusal.code, refusal.reason, until=refusal.until)
    template = "410.html" if refusal.kind is Kind.GONE else "refused.html"
    return render(request, template, {"refusal": refusal}, status=status)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 for what is too much."""
    if isinstance(exception, RequestDataTooBig):
        most = f"{settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 1_000_000:.1f}"
        if for_program(request):
            return told(413, "too_large", _("At most %(most)s MB can be sent at once.") % {"most": most})
        return render(request, "413.html", {"most": most}, status=413)
    if for_program(request):
        return told(400, "not_understood", _("This request could not be read."))
    return alone("400.html", 400)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    if for_program(request):
        return told(403, "permission_denied", _("You cannot do this."))
    return render(request, "403.html", status=403)


def not_from_here(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without our token: an old page, no cookies, or another site (threat W4)."""
    cookies = settings.CSRF_COOKIE_NAME in request.COOKIES
    return render(request, "403_csrf.html", {"cookies": cookies, "sent": sent_by(request)}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if for_program(request):
        return told(404, "not_found", _("There is nothing here that you can see."))
    return render(request, "404.html", status=404)


def too_many(request: HttpRequest) -> HttpResponse:
    """429 of a form; the REST interface counts by itself."""
    minutes = ceil(LIMITS_OVER / 60)
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response["Retry-After"] = str(LIMITS_OVER)
    return response


def broken(request: HttpRequest) -> HttpResponse:
    """500 with a reference that the log has too; 503 where it is only that database, Redis or bucket do not answer."""
    if isinstance(sys.exc_info()[1], (OperationalError, InterfaceError, RedisError, ConnectionError)):
        return unavailable(request)
    reference = reference_of(request)
    log.error("a page broke, reference %s: %s %s", reference, request.method, request.path)
    if for_program(request):
        reason = _("Something broke on our side. Reference: %(reference)s") % {"reference": reference}
        response: HttpResponse = told(500, "error", reason)
    else:
        response = alone("500.html", 500, reference=reference, sent=sent_by(request))
    response["X-Request-ID"] = reference
    return response


def reference_of(request: HttpRequest) -> str:
    """The request's id in the log; where nobody gave it one, a new one."""
    bound = structlog.contextvars.get_contextvars().get("request_id")
    given = str(bound or request.headers.get("X-Request-ID", ""))
    return given if re.fullmatch(r"[\w-]{8,64}", given) else str(uuid.uuid4())


def unavailable(request: HttpRequest) -> HttpResponse:
    """503 while the database does not answer, or Redis where tries must be counted (signing in, threat W10)."""
    log.error("no answer from %s: %s %s", type(sys.exc_info()[1]).__module__, request.method, request.path)
    if for_program(request):
        return told(503, "unavailable", _("The site cannot be reached at this moment."), wait=DATABASE_BACK)
    response = alone("503.html", 503, sent=sent_by(request), path=request.get_full_path(), wrote=request.method == "POST")
    response["Retry-After"] = str(DATABASE_BACK)
    return response


def shut(request: HttpRequest, closed: Shut) -> HttpResponse:
    """503 while somebody works on the site: when it is back, and that nothing that was sent has been counted."""
    now = clock.shown()
    left = (closed.until - now).total_seconds() if closed.until else LIMITS_OVER
    wait = max(60, ceil(left))
    reason = closed.message or _("The site is being worked on. Nothing was counted or changed.")
    if for_program(request):
        return told(503, "maintenance", reason, until=closed.until, wait=wait)
    context = {
        "closed": closed,
        "late": closed.until is not None and closed.until <= now,
        "sent": sent_by(request),
        "path": request.get_full_path(),
        "wrote": request.method not in ("GET", "HEAD"),
    }
    response = alone("maintenance.html", 503, **context)
    response["Retry-After"] = str(wait)
    response["Cache-Control"] = "no-store"
    return response
