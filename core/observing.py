"""The outermost layer: an id for every request, its line in the log, its numbers; and the answers for machines.

django-structlog's own middleware is not used: it writes two lines, the visitor's address and the whole path, in
which an invitation's token may stand, and it asks who the visitor is, which costs a page for strangers its cache.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.core.signals import got_request_exception
from django.dispatch import receiver
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import path
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from core import counting, health, metrics
from core.scrubbing import clean_text

Respond = Callable[[HttpRequest], HttpResponse]

REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
LOOPBACK = ("127.0.0.1", "::1")
PROXIED = ("HTTP_FORWARDED", "HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_VIA")
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
CODE_FORMS = {"account_confirm_login_code", "account_confirm_password_reset_code"}
log = structlog.get_logger("groundswell.request")


class Observed:
    """Stands first in MIDDLEWARE. Costs some 20 microseconds of CPU a request, and 60 more where a line is written."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        counting.in_flight.inc()
        try:
            response = self.get_response(request)
        finally:
            counting.in_flight.dec()
        seconds = time.perf_counter() - started
        response["X-Request-ID"] = request_id
        view = view_of(request, response)
        method = request.method if request.method in METHODS else "OTHER"
        counting.requests.labels(view, method, f"{response.status_code // 100}xx").observe(seconds)
        if view in CODE_FORMS and method == "POST" and response.status_code in (200, 422):
            counting.sign_ins_failed.labels("code").inc()
        if view not in QUIET:
            _write(request, response, view, method, seconds)
        structlog.contextvars.clear_contextvars()  # what this thread says next belongs to no request
        return response


def _write(request: HttpRequest, response: HttpResponse, view: str, method: str, seconds: float) -> None:
    person = request.__dict__.get("user")  # the REST interface puts the person there
    if person is None or isinstance(person, SimpleLazyObject):
        person = getattr(request, "_cached_user", None)  # asking `request.user` could cost a statement
    line: dict[str, Any] = {"view": view, "method": method, "status": response.status_code, "ms": round(seconds * 1000, 1)}
    if person is not None and person.pk is not None:
        line["user"] = person.pk
    if response.status_code >= 400:
        line["path"] = clean_text(request.path_info[:300])
    (log.warning if response.status_code >= 500 else log.info)("request", **line)


def view_of(request: HttpRequest, response: HttpResponse | None = None) -> str:
    """The name of the view, from a list that no visitor can make longer."""
    match = request.resolver_match
    if match is not None:
        return match.view_name or "unnamed"
    if request.path_info in PROBES:
        return PROBES[request.path_info].__name__
    if request.path_info.startswith(settings.STATIC_URL):
        return "static"
    return "none" if response is None or response.status_code >= 400 else "kept"  # kept: drawn before, for all strangers


@receiver(got_request_exception)
def count_exception(sender: Any, request: HttpRequest | None = None, **_: Any) -> None:
    import sys

    kind = sys.exc_info()[0]
    counting.exceptions.labels(view_of(request) if request else "none", kind.__name__ if kind else "unknown").inc()


@receiver(user_login_failed)
def count_failed_sign_in(sender: Any, **_: Any) -> None:
    counting.sign_ins_failed.labels("password").inc()


# --- Answers for machines --------------------------------------------------------------------------------------------


@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    return health.live(request)


@require_safe
def health_ready(request: HttpRequest) -> HttpResponse:
    return health.ready(request)


def metrics_page(request: HttpRequest) -> HttpResponse:
    """Numbers for whoever holds the token, or sits at the one box; nobody else may know that the page exists."""
    if not may_read_metrics(request):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    answer = HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
    answer["Cache-Control"] = "no-store"
    return answer


def may_read_metrics(request: HttpRequest) -> bool:
    """By the token, or where nothing is set and nothing stands between: from the machine itself."""
    if metrics.opens(request.META.get("HTTP_AUTHORIZATION", "")):
        return True
    here = request.META.get("REMOTE_ADDR") in LOOPBACK and not any(name in request.META for name in PROXIED)
    return bool(settings.METRICS_ON_THIS_MACHINE and here)


class Probes:
    """Answers machines before anything asks for a host name: a load balancer names an address, and no answer holds a link.

    Stands behind the headers and before everything that needs the database. Addresses are those of PROBES only.
    """

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        view = PROBES.get(request.path_info)
        if view is None or (view is metrics_page and not may_read_metrics(request)):
            return self.get_response(request)
        return view(request)


PROBES: dict[str, Respond] = {
    "/health/live/": health_live,
    "/health/ready/": health_ready,
    "/metrics": metrics_page,
}
# Counted, but without a line: machines, files, and pages drawn before, which cost less than their line would.
QUIET = {view.__name__ for view in PROBES.values()} | {"static", "kept"}

# The same views have their rows among the addresses, so that they have names.
urlpatterns = [path(address.lstrip("/"), view, name=view.__name__) for address, view in PROBES.items()]
