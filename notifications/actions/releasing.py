"""Letting a restored copy of the site speak again."""

from __future__ import annotations

from core import due, keeping
from core.database import write
from notifications.models import Delivery
from notifications.querysets import DeliveryQuerySet

DROPPED = "Not sent: dropped when the restored copy was released."


def waiting_mail() -> int:
    """How many mails wait. What is still due is done first, so that those which it brings are counted too."""
    due.run_pending()
    return _waiting().count()


def release_copy(*, drop: bool) -> int:
    """Release a restored copy; the mails that wait are sent from now on, or dropped. Answers how many they are."""
    with write():
        number = _waiting().update(state=Delivery.State.DEAD, error=DROPPED) if drop else _waiting().count()
        keeping.release()
    return number


def _waiting() -> DeliveryQuerySet:
    return Delivery.objects.filter(channel=Delivery.Channel.MAIL, state__in=[Delivery.State.WAITING, Delivery.State.SENDING])
