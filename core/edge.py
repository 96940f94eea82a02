"""The outermost door: headers on every answer, also on files and failures, and no writing from other sites.

Values after the OWASP secure headers project and the HTML standard; the policy for scripts and styles is django-csp's.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string

Respond = Callable[[HttpRequest], HttpResponse]

FEATURES = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope",
    "magnetometer", "microphone", "midi", "payment", "usb", "xr-spatial-tracking",
)  # fmt: skip
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
}
# Addresses that hold a secret or lead to one. Not `no-referrer`: with it browsers send `Origin: null`, and forms fail.
TOLD_TO_NOBODY = ("/accounts/", "/invitations/", "/me/tokens/")
READING = frozenset({"GET", "HEAD", "OPTIONS"})


class Headers:
    """Sets what is not set yet (threat W20), and asks the browser to forget its copies at sign-out."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        headers = response.headers
        for name, value in ALWAYS.items():
            if name not in headers:
                headers[name] = value
        if request.path_info.startswith(TOLD_TO_NOBODY):
            headers["Referrer-Policy"] = "same-origin"
        elif "Referrer-Policy" not in headers:
            headers["Referrer-Policy"] = settings.SECURE_REFERRER_POLICY
        if getattr(request, "signed_out", False):
            # Not "storage": the words of a draft that wait there for the network are the person's own.
            headers["Clear-Site-Data"] = '"cache"'
        return response


class OwnPagesOnly:
    """A page of another site makes nobody's browser write here, token or no token (threat W4, fetch metadata)."""

    def __init__(self, get_response: Respond) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        foreign = request.META.get("HTTP_SEC_FETCH_SITE") == "cross-site"
        if foreign and request.method not in READING and "HTTP_AUTHORIZATION" not in request.META:
            refuse: Callable[..., HttpResponse] = import_string(settings.CSRF_FAILURE_VIEW)
            return refuse(request, reason="Sec-Fetch-Site: cross-site")
        return self.get_response(request)
