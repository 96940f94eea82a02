"""What follows a sign-in and a sign-out: marks on the request, for the middlewares on its way out."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(user_logged_in)
def mark_staff(request: HttpRequest | None, user: Any, **_: Any) -> None:
    if request is not None and user.is_staff:
        request.staff_signed_in = True  # type: ignore[attr-defined]


@receiver(user_logged_out)
def mark_sign_out(request: HttpRequest | None, **_: Any) -> None:
    if request is not None:
        request.signed_out = True  # type: ignore[attr-defined]
