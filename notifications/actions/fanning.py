"""From a fact to one row per person and channel. Doing it twice changes nothing: the key is unique (threat J5)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from urllib.parse import urlsplit

from django.conf import settings

from accounts.models import User
from core import clock
from core.database import write
from core.models import Fact
from notifications.actions.composing import Message, compose
from notifications.actions.letters import Letter
from notifications.actions.table import NOTICES, Notice
from notifications.models import Delivery

CHUNK = 200


def fan_out(fact: Fact) -> int:
    """Write the deliveries of a fact: on the site and by mail for members, by mail for an address.

    Nothing is sent here. Answers how many rows were asked for; those that exist already stay as they are.
    """
    notice, count = NOTICES[fact.verb], 0
    for letter in notice.letters(fact):
        rows = _rows(fact, notice, letter, clock.now())
        # In chunks, so that a notice to thousands does not hold the one writer of SQLite for seconds.
        while chunk := list(islice(rows, CHUNK)):
            with write():
                Delivery.objects.bulk_create(chunk, ignore_conflicts=True)
            count += len(chunk)
    return count


def _rows(fact: Fact, notice: Notice, letter: Letter, at: datetime) -> Iterator[Delivery]:
    messages: dict[str, Message] = {}

    def message(zone: str) -> Message:
        if zone not in messages:
            messages[zone] = compose(notice, letter, zone=zone, at=at)
        return messages[zone]

    people = list(letter.to.values_list("pk", "email", "time_zone").order_by("pk"))
    if letter.address:
        people += list(User.objects.with_address(letter.address).filter(is_active=True).values_list("pk", "email", "time_zone"))
        if not people:
            yield _row(fact, notice, letter, "mail", None, letter.address, message(""), at)
    for pk, email, zone in people:
        for channel in ("site", "mail"):
            yield _row(fact, notice, letter, channel, pk, email, message(zone), at)


def _row(
    fact: Fact, notice: Notice, letter: Letter, channel: str, pk: int | None, email: str, message: Message, at: datetime
) -> Delivery:
    whom = str(pk) if pk is not None else hashlib.sha256(email.encode()).hexdigest()[:32]
    key = f"{fact.pk}.{letter.part}:{whom}:{channel}"
    site = channel == "site"
    return Delivery(
        fact=fact,
        recipient_id=pk,
        address="" if site else email,
        channel=channel,
        key=key,
        notice=notice.name,
        subject=message.subject,
        text=message.body if site else message.text,
        html="" if site else message.html,
        url=letter.url,
        state="sent" if site else "waiting",
        next_at=at,
        message_id=_message_id(key),
        created_at=at,
        sent_at=at if site else None,
    )


def _message_id(key: str) -> str:
    """The same for every attempt, so that a mail sent twice after a crash is shown once (threat J5)."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    return f"<{hashlib.sha256(f'{settings.SECRET_KEY}:{key}'.encode()).hexdigest()[:32]}@{host}>"
