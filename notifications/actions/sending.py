"""Sending what waits: claim by a conditional update with a lease, send, mark sent; put off or give up with the reason.

At least once: a process that dies between sending and marking leaves a row whose lease runs out; the second mail
then carries the same Message-ID (threats J4, J5, J7).
"""

from __future__ import annotations

import logging
import smtplib
import time
import uuid
from datetime import timedelta
from functools import cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F

from core import branding, clock, counting
from core.database import write
from core.due import back_off
from core.keeping import frozen
from notifications.models import Delivery

LEASE = timedelta(minutes=2)  # longer than the 30 seconds one conversation with a mail server may take
KEEP_TRYING = timedelta(hours=24)
BATCH_SECONDS = 60
MOST_LOST_LINES = 3
log = logging.getLogger(__name__)


class _LineLost(Exception):
    """The server went away or never answered: this row is put off, and the next one needs a new connection."""


def send_waiting(*, most: int = 2000) -> int:
    """Send ripe mails for about a minute at the most. Answers how many went out.

    A row that fails never stops the others; a server that is down does, until the next call. A restored copy sends
    nothing until somebody releases it: its mails wait (threat J12).
    """
    if frozen():
        _say_frozen()
        return 0
    ripe = Delivery.objects.to_send(at=clock.now()).order_by("next_at", "pk").values_list("pk", flat=True)[:most]
    until, sent, lost = time.monotonic() + BATCH_SECONDS, 0, 0
    connection: BaseEmailBackend | None = None
    for pk in list(ripe):
        if lost >= MOST_LOST_LINES or time.monotonic() > until:
            break
        delivery = _claim(pk)
        if delivery is None:
            continue
        connection = connection or get_connection(timeout=settings.EMAIL_TIMEOUT)
        try:
            sent += _send(delivery, connection)
            lost = 0
        except _LineLost:
            lost += 1
            connection = None
    if connection is not None:
        connection.close()
    return sent


@cache
def _say_frozen() -> None:
    """Once in the life of a process."""
    log.warning("this is a restored copy: mails wait until `manage.py release_restored`")


def _claim(pk: int) -> Delivery | None:
    at, lease = clock.now(), uuid.uuid4().hex
    with write():
        if frozen():  # a copy may have been restored under this very worker, and these rows are the copy's
            return None
        claimed = (
            Delivery.objects.to_send(at=at)
            .filter(pk=pk)
            .update(state="sending", lease=lease, next_at=at + LEASE, attempts=F("attempts") + 1)
        )
    return Delivery.objects.get(pk=pk) if claimed else None


def _send(delivery: Delivery, connection: BaseEmailBackend) -> bool:
    """Hand one mail over. Answers whether it went out. Raises _LineLost when the connection is of no more use."""
    try:
        connection.open()
        connection.send_messages([_mail(delivery, connection)])
    except Exception as error:
        _fail(delivery, error)
        if isinstance(error, OSError) and not isinstance(error, _PER_MAIL):
            raise _LineLost from error
        return False
    with write():  # the lease fences a worker that was stopped and woke up late (threat J10)
        mine = Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease)
        mine.update(state="sent", sent_at=clock.now(), error="")
    counting.deliveries.labels("mail", "sent").inc()
    return True


def _mail(delivery: Delivery, connection: BaseEmailBackend) -> EmailMultiAlternatives:
    headers = {"Message-ID": delivery.message_id, "Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(
        delivery.subject,
        delivery.text,
        from_email=branding.current().sender,
        to=[delivery.address],
        headers=headers,
        connection=connection,
    )
    mail.attach_alternative(delivery.html, "text/html")
    return mail


# What a server says about one mail; everything else smtplib raises concerns the line or our own settings.
_PER_MAIL = (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError)


def _is_permanent(error: Exception) -> bool:
    """No later try can help: the recipient or the mail was refused for good, or cannot even be written."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _words in error.recipients.values())
    if isinstance(error, smtplib.SMTPDataError):
        return int(error.smtp_code) >= 500
    return isinstance(error, ValueError)


def _fail(delivery: Delivery, error: Exception) -> None:
    at = clock.now()
    dead = _is_permanent(error) or at - delivery.created_at >= KEEP_TRYING
    log.warning("delivery %s: %s (%s)", delivery.pk, "given up" if dead else "put off", type(error).__name__)
    counting.deliveries.labels("mail", "dead" if dead else "put_off").inc()
    with write():
        Delivery.objects.filter(pk=delivery.pk, lease=delivery.lease).update(
            state="dead" if dead else "waiting",
            next_at=at + back_off(delivery.attempts),
            error=f"{type(error).__name__}: {error}"[:2000],
        )


def forget_waiting_mail() -> int:
    """Mark all mail that waits as sent, without sending it: for the demo, whose past nobody shall hear of today."""
    waiting = Delivery.objects.filter(channel=Delivery.Channel.MAIL, state=Delivery.State.WAITING)
    return waiting.update(state=Delivery.State.SENT, sent_at=F("created_at"))
