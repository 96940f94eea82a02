"""What people do with their accounts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.text import slugify

from accounts.models import ApiToken, User
from core import clock, facts
from core.database import write
from core.html import clean_line, clean_text

TOKEN_PREFIX = "gsw_"
LAST_USE_STEP = timedelta(minutes=10)


def register(*, email: str) -> User:
    """The account of this address: the one that exists, or a new one that still has to confirm it by code."""
    with write():
        known = User.objects.with_address(email).first()
        if known is not None:
            return known
        user = User.objects.create_user(email)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
        facts.record("account.begun", by=user, on=user)
        return user


def introduce(*, by: User, display_name: str) -> User:
    """Take the name others see, and make a free handle from it the first time."""
    with write():
        by.display_name = clean_line(display_name)[:80]
        if by.handle is None:
            by.handle = free_handle(by.display_name)
        by.save(update_fields=["display_name", "handle"])
        facts.record("account.introduced", by=by, on=by)
    return by


def edit_profile(*, by: User, **fields: Any) -> User:
    """Change what a member says of themselves: bio, affiliation, country, time_zone, language."""
    with write():
        for name in ("bio", "affiliation", "country", "time_zone", "language"):
            if name in fields:
                setattr(by, name, clean_text(fields[name]))
        by.save()
        facts.record("account.profile_edited", by=by, on=by)
    return by


def free_handle(name: str) -> str:
    """A handle made of the name that nobody has yet."""
    base = slugify(name)[:30] or "member"
    taken = set(User.objects.filter(handle__startswith=base).values_list("handle", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def issue_token(*, by: User, name: str) -> str:
    """A new API token, answered once in the clear; only its hash is kept."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    with write():
        token = ApiToken.objects.create(
            user=by, name=clean_line(name)[:80], digest=digest(secret), created_at=clock.now()
        )
        facts.record("token.issued", by=by, on=token)
    return secret


def revoke_token(*, by: User, token: ApiToken) -> None:
    with write():
        facts.record("token.revoked", by=by, on=token)
        token.delete()


def holder_of(secret: str) -> User | None:
    """The active user who holds this token. Its last use is noted, at most every ten minutes."""
    token = ApiToken.objects.select_related("user").filter(digest=digest(secret), user__is_active=True).first()
    if token is None:
        return None
    now = clock.now()
    if token.last_used_at is None or now - token.last_used_at > LAST_USE_STEP:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.user


def digest(secret: str) -> str:
    """SHA-256 is enough here: the token is 256 random bits, not a password."""
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_unverified() -> int:
    """Remove accounts that were begun more than a day ago and never confirmed. Answers how many."""
    with write():
        gone = User.objects.never_confirmed(before=clock.now())
        count = gone.count()
        gone.delete()
    return count
