"""The demo's people: five whom everybody may play, eleven more judges, and 300 members who only stand there."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password

from accounts.models import User
from console.management.demo.script import Page
from core.addresses import in_link, normalise

HOST = "demo.example"
NAMED = ("admin", "organiser", "judge", "author", "member")
MEMBERS = 300
WORDS = json.loads((Path(__file__).parent / "people.json").read_text(encoding="utf-8"))


class Troupe:
    """Who plays in the demo, by name. Only the five named ones can sign in with a password."""

    def __init__(self, people: Iterable[User], members: set[str]) -> None:
        self.by_name = {user.display_name: user for user in people}
        self.named = {box: self.by_name[WORDS["named"][box]["display_name"]] for box in NAMED}
        self.members = [self.by_name[name] for name in sorted(members)]
        for user in self.by_name.values():  # what the pages' middleware gives a request: rights are read once
            user.__dict__["_roles_in"] = {}

    def __getitem__(self, name: str) -> User:
        return self.by_name[name]

    @property
    def organiser(self) -> User:
        return self.named["organiser"]


def gather(pages: list[Page], *, since: datetime) -> Troupe:
    """Make everybody who is named in these pages, and members up to 300."""
    authors = {person.name: person.country for page in pages for text in page.texts for person in text.authors}
    members = authors | {name: fields["country"] for name, fields in _named().items()}
    for name in ("Olivia Marsh", "Jun Watanabe", "Ada Lindgren"):
        members.pop(name)
    members |= dict(_invented(MEMBERS - len(members), known=set(members)))
    chance = Random("joined")  # noqa: S311  the same demo each time
    users = {name: _user(name, since + timedelta(days=chance.uniform(0, 60)), country=members[name]) for name in members}
    for judge in WORDS["judges"]:
        users[judge["name"]] = _user(judge["name"], since, **{key: judge[key] for key in ("country", "affiliation", "bio")})
    for name, (country, place) in WORDS["facilitators"].items():
        users[name] = _user(name, since, country=country, affiliation=place)
    secret = make_password(password())  # once: a good hash is slow on purpose
    for box, fields in WORDS["named"].items():
        name = fields["display_name"]
        users[name] = _user(
            name, since, box=box, password=secret, **{key: fields[key] for key in fields if key != "display_name"}
        )
    return Troupe(_save(users.values()), set(members))


def _named() -> dict[str, dict[str, str]]:
    return {fields["display_name"]: fields for fields in WORDS["named"].values()}


def _invented(count: int, *, known: set[str]) -> list[tuple[str, str]]:
    """So many names with their countries, mixed."""
    chance = Random("members")  # noqa: S311  the same demo each time
    possible = sorted(
        (f"{given} {family}", country)
        for country, (givens, families) in WORDS["members"].items()
        for given in givens
        for family in families
    )
    return chance.sample([(name, country) for name, country in possible if name not in known], count)


def _user(name: str, since: datetime, *, box: str = "", password: str = "", **fields: object) -> User:
    handle = in_link(name)[:30]
    email = f"{box or handle}@{HOST}"
    return User(
        email=email,
        address_key=normalise(email),
        handle=handle,
        display_name=name,
        date_joined=since,
        password=password or make_password(None),
        **fields,
    )


def _save(users: Iterable[User]) -> list[User]:
    """All of them at once: one by one, 300 people take longer than their contests."""
    made: list[User] = User.objects.bulk_create(users)
    EmailAddress.objects.bulk_create(EmailAddress(user=user, email=user.email, primary=True, verified=True) for user in made)
    return made


def password() -> str:
    """The demo's password on this machine: made once, kept where only its owner reads."""
    path = settings.VAR / "demo_password"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(9))
    return str(path.read_text().strip())
