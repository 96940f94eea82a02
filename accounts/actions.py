"""What people do with their accounts."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import ApiToken, User
from accounts.querysets import sessions_of
from accounts.rules import Permission
from core import clock, facts
from core.addresses import in_link
from core.database import write
from core.html import clean_line, clean_text
from core.permissions import require

TOKEN_PREFIX = "gsw_"
LAST_USE_STEP = timedelta(minutes=10)
PROFILE = ("bio", "affiliation", "country", "time_zone", "language")
RIGHTS = ("is_active", "is_staff", "can_create_contests", "can_moderate")


def register(*, email: str) -> User:
    """The account of this address: the one that exists, or a new one that still has to confirm it by code.

    Either way something is written, so that the time it takes tells nobody which it was (threat W11).
    """
    with write():
        known: User | None = User.objects.with_address(email).first()
        if known is not None:
            facts.record("account.code_asked", on=known, quiet=True)
            return known
        user: User = User.objects.create_user(email)
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=False)
        facts.record("account.begun", by=user, on=user, quiet=True)
        return user


def introduce(*, by: User, display_name: str) -> User:
    """Take the name others see, and make a free handle from it the first time. Raises ValidationError without one."""
    name = clean_line(display_name)[:80]
    if not any(letter.isalnum() for letter in name):
        raise ValidationError({"display_name": _("Say which name others should see.")})
    with write():
        newcomer, by.display_name = not by.display_name, name
        if by.handle is None:
            by.handle = free_handle(by.display_name)
        by.save(update_fields=["display_name", "handle"])
        facts.record("account.introduced", by=by, on=by, quiet=newcomer)  # whose name stands nowhere yet
    return by


def edit_profile(*, by: User, **fields: Any) -> User:
    """Change what a member says of themselves: bio, affiliation, country, time_zone, language.

    Raises ValidationError naming the field for a text that is too long and a zone or language nobody knows.
    """
    cleaned = {name: _profile_text(name, fields[name]) for name in PROFILE if name in fields}
    with write():
        for name, value in cleaned.items():
            setattr(by, name, value)
        by.save(update_fields=list(cleaned))
        facts.record("account.profile_edited", by=by, on=by)
    return by


def _profile_text(name: str, value: str) -> str:
    text = clean_text(value).strip() if name == "bio" else clean_line(value)
    most: Any = getattr(User._meta.get_field(name), "max_length", None)
    if len(text) > most:
        raise ValidationError({name: _("Keep this within %(most)d characters.") % {"most": most}})
    known = {"time_zone": {"", *available_timezones()}, "language": {code for code, _name in settings.LANGUAGES}}
    if name in known and text not in known[name]:
        raise ValidationError({name: _("Choose one from the list.")})
    return text


def set_rights(*, by: User, user: User, **rights: bool) -> User:
    """Give or take site rights: is_active, is_staff, can_create_contests, can_moderate. Raises Refused.

    Only a superuser makes staff; nobody bars themselves.
    """
    with write():
        require(Permission.SET_RIGHTS, by, user, at=clock.now())
        changed = {name: bool(rights[name]) for name in RIGHTS if name in rights and rights[name] != getattr(user, name)}
        if "is_staff" in changed:
            require(Permission.MAKE_STAFF, by, user, at=clock.now())
        for name, value in changed.items():
            setattr(user, name, value)
        user.save(update_fields=list(changed))
        if changed.get("is_active") is False:
            for session in sessions_of({user.pk}):
                session.delete()
        facts.record("account.rights_set", by=by, on=user, data=changed)
    return user


def free_handle(name: str) -> str:
    """A handle made of the name that nobody has yet."""
    base = in_link(name)[:30] or "member"
    taken = set(User.objects.filter(handle__startswith=base).values_list("handle", flat=True))
    if base not in taken:
        return base
    return next(f"{base}-{n}" for n in range(2, len(taken) + 3) if f"{base}-{n}" not in taken)


def issue_token(*, by: User, name: str) -> str:
    """A new API token, answered once in the clear; only its hash is kept."""
    secret = TOKEN_PREFIX + secrets.token_urlsafe(32)
    if not clean_line(name):
        raise ValidationError({"name": _("Say what the token is for, so that you know it again.")})
    with write():
        token = ApiToken.objects.create(
            user=by, name=clean_line(name)[:80], digest=digest(secret), created_at=clock.now()
        )
        facts.record("token.issued", by=by, on=token, quiet=True)
    return secret


def revoke_token(*, by: User, token: ApiToken) -> None:
    with write():
        facts.record("token.revoked", by=by, on=token, quiet=True)
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
        count: int = gone.count()
        gone.delete()
    return count


def forget_sessions() -> int:
    """Remove the rows of sign-ins that have run out: nobody else ever does. Answers how many."""
    with write():
        return Session.objects.filter(expire_date__lt=clock.now()).delete()[0]
