"""Members: verified addresses, names, no passwords. They joined over four years, more and more of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from allauth.account.models import EmailAddress

from accounts.models import User
from console.management.bench import words
from console.management.bench.pour import Pourer
from core.addresses import normalise

HOST = "members.example"


@dataclass(frozen=True)
class Crowd:
    """Ids of people. Authors answer; the audience reads, supports, comments and votes; nobody is both."""

    organiser: int
    judges: list[int]
    authors: list[int]
    audience: list[int]


def gather(pourer: Pourer, chance: Random, *, number: int, authors: int, judges: int, today: datetime) -> Crowd:
    """So many members; the first of them is the organiser of everything."""
    people = [(pourer.next_id(User), words.name(chance), _joined(chance, today)) for _ in range(number)]
    rows = []
    for n, (pk, name, joined) in enumerate(people):
        email = f"seed{pk}@{HOST}"
        handle = f"{name.lower().replace(' ', '-')}-{pk}"
        rows.append((pk, "!", email, normalise(email), handle, name, joined, n == 0))
        pourer.fact(joined, "account.begun", pk, None, User, pk)
    pourer.pour(User, "id password email address_key handle display_name date_joined can_create_contests", rows)
    verified = ((pourer.next_id(EmailAddress), row[0], row[2], True, True) for row in rows)
    pourer.pour(EmailAddress, "id user_id email verified primary", verified)
    ids = [pk for pk, _name, _joined in people]
    cut = 1 + judges
    return Crowd(ids[0], ids[1:cut], ids[cut : cut + authors], ids[cut + authors :])


def _joined(chance: Random, today: datetime) -> datetime:
    return today - timedelta(days=1400 * (1 - chance.random() ** 0.6) + 400, seconds=chance.randrange(86_400))
