"""Who is calling, and what they may know of themselves."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import actions
from accounts.models import User


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer TOKEN`, the token printed once by `manage.py token` or made at /me/tokens/."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        words = get_authorization_header(request).split()
        if not words or words[0].lower() != b"bearer":
            return None
        if len(words) != 2:
            raise AuthenticationFailed("Send `Authorization: Bearer TOKEN`.", code="bad_token")
        user = actions.holder_of(words[1].decode("latin-1"))
        if user is None:
            raise AuthenticationFailed("This token is unknown, revoked, or its owner is barred.", code="bad_token")
        return user, "token"

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api.TokenAuthentication"
    name = "bearerToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
