"""The edge: refusals become answers with the right status, private answers stay out of caches, and the site can be shut."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers

from core import errors, maintenance
from core.permissions import Kind, Refused

Respond = Callable[[HttpRequest], HttpResponse]
# What answers while the site is shut: machines that look after it, and the way in for staff.
OPEN_WHILE_SHUT = (
    "/health/", "/metrics", f"/{settings.ADMIN_PATH}/", "/accounts/login/", "/accounts/logout/", "/static/", "/robots.txt",
)  # fmt: skip


class Maintenance:
    """While the site is shut every page says so (503), before a session or the database is asked."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        closed = maintenance.shut()
        if closed is None or request.path.startswith(OPEN_WHILE_SHUT):
            return self.get_response(request)
        return errors.shut(request, closed)


class RefusalMiddleware:
    """Refused -> sign-in, 404, 403, 409 or 410, once, here. No view maps a refusal by itself."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.user.__dict__["_roles_in"] = {}  # rules remember a person's roles here, for this request only
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refused):
            return None
        refusal = error.refusal
        if refusal.kind is Kind.HIDDEN:
            raise Http404
        if refusal.kind is Kind.SIGN_IN:
            back = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER", "/")
            answer = redirect(f"{resolve_url('account_request_login_code')}?{urlencode({'next': back})}")
            if request.method not in ("GET", "HEAD"):
                answer.status_code = 303  # whatever was sent, the next page is fetched by GET
            return answer
        return errors.refused(request, refusal)


class PrivateAnswers:
    """What a signed-in person sees is for no shared cache (threat W21)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(response, "for_everybody", False):  # the site's own colours and pictures tell nothing of who asks
            return response
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Cookie"])
        return response
