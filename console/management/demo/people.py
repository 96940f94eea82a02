"""The demo's people."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings

from accounts.actions import free_handle
from accounts.models import User

HOST = "demo.example"
WORDS = json.loads((Path(__file__).parent / "people.json").read_text(encoding="utf-8"))


@dataclass
class Troupe:
    """Who plays in the demo. Only the five named ones can sign in with a password."""

    organiser: User
    judge: User
    author: User
    member: User
    judges: list[User]
    authors: list[User]
    members: list[User]


def gather(password: str, *, since: datetime) -> Troupe:
    """Make everybody. The administrator stands by and plays no part."""
    named = {
        "admin": _person("Ada Admin", "admin", since, password, is_staff=True, is_superuser=True),
        "organiser": _person("Olivia Marsh", "organiser", since, password, can_create_contests=True),
        "judge": _person("Jun Watanabe", "judge", since, password, affiliation="Institute for Everyday Engineering"),
        "author": _person("Ana Ribeiro", "author", since, password, country="Portugal"),
        "member": _person("Milo Hart", "member", since, password),
    }
    judges = [_person(name, None, since, affiliation=place) for name, place in WORDS["judges"]]
    authors = [_person(name, None, since, country=country) for name, country in WORDS["authors"]]
    members = [_person(name, None, since) for name in WORDS["members"]]
    return Troupe(
        organiser=named["organiser"],
        judge=named["judge"],
        author=named["author"],
        member=named["member"],
        judges=[named["judge"], *judges],
        authors=authors,
        members=[named["member"], *members],
    )


def _person(name: str, box: str | None, since: datetime, password: str | None = None, **fields: object) -> User:
    handle = free_handle(name)
    user = User.objects.create_user(
        f"{box or handle}@{HOST}", password, handle=handle, display_name=name, date_joined=since, **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def password() -> str:
    """The demo's password on this machine: made once, kept where only its owner reads."""
    path = settings.VAR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return path.read_text().strip()
