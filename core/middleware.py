"""The edge: refusals become answers with the right status, and private answers stay out of caches."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.cache import patch_cache_control, patch_vary_headers

from core.permissions import Kind, Refused

Respond = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    """Refused -> sign-in, 404, 403 or 409, once, here. No view maps a refusal by itself."""

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
        status = 403 if refusal.kind is Kind.NEVER else 409
        return render(request, "refused.html", {"refusal": refusal}, status=status)


class PrivateAnswers:
    """What a signed-in person sees is for no shared cache (threat W21)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            patch_cache_control(response, private=True, no_store=True)
        patch_vary_headers(response, ["Cookie"])
        return response
