"""Reads worth a name."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily, Metric

from core import clock
from core.compiled import Compiled
from core.health import Finding, doubt, fault, fine

if TYPE_CHECKING:
    from notifications.models import Delivery  # noqa: F401  named in quotes below


def _numbers_unread(user: Any) -> models.QuerySet[Any, Any]:
    deliveries = apps.get_model("notifications", "Delivery").objects.unread_by(user)
    rows: models.QuerySet[Any, Any] = deliveries.order_by().values("recipient").annotate(n=Count("pk")).values_list("n")
    return rows


_unread = Compiled(_numbers_unread)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def on_site_for(self, user: Any) -> DeliveryQuerySet:
        """What the notification centre of this user shows, newest first."""
        return self.filter(recipient=user, channel="site").order_by("-created_at", "-id")

    def unread_by(self, user: Any) -> DeliveryQuerySet:
        return self.filter(recipient=user, channel="site", read_at=None)

    def count_unread(self, user: Any) -> int:
        """How many notices this user has not read: asked by every page of everybody who is signed in."""
        return sum(number for (number,) in _unread(user=user))

    def to_send(self, *, at: datetime) -> DeliveryQuerySet:
        """Mails that wait and are ripe, or whose sender's lease ran out."""
        return self.filter(channel="mail", state__in=["waiting", "sending"], next_at__lte=at)

    def given_up(self) -> DeliveryQuerySet:
        """Mails that no later try can help, or that were tried for a day; the newest first."""
        return self.filter(channel="mail", state="dead").order_by("-pk")

    def open_numbers(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Of what is not sent: (channel, state) to `n` and `first`, when the oldest was written. One statement."""
        rows = self.filter(state__in=["waiting", "sending", "dead"]).order_by().values("channel", "state")
        return {(row["channel"], row["state"]): row for row in rows.annotate(n=Count("pk"), first=Min("created_at"))}


WAITS_LONG, WAITS_TOO_LONG = timedelta(minutes=15), timedelta(hours=4)
LATELY = timedelta(days=7)


def _deliveries() -> DeliveryQuerySet:
    found: DeliveryQuerySet = apps.get_model("notifications", "Delivery").objects.all()
    return found


def numbers(at: datetime) -> Iterable[Metric]:
    """For /metrics: deliveries that are not sent, and how long the oldest of them has been waiting."""
    rows = _deliveries().open_numbers()
    waiting = GaugeMetricFamily(
        "groundswell_deliveries_open", "Deliveries waiting, being sent or given up", labels=["channel", "state"]
    )
    oldest = GaugeMetricFamily("groundswell_delivery_oldest_seconds", "How long the oldest waiting mail has been waiting")
    for state in ("waiting", "sending", "dead"):
        waiting.add_metric(["mail", state], rows.get(("mail", state), {"n": 0})["n"])
    first = rows.get(("mail", "waiting"), {"first": at})["first"]
    oldest.add_metric([], max((at - first).total_seconds(), 0.0))
    return waiting, oldest


def how_mail_goes() -> Iterable[Finding]:
    """For doctor: mail that waits, mail that was given up, and when the last went out."""
    at, mails = clock.now(), _deliveries().filter(channel="mail")
    rows = mails.open_numbers()
    waiting = rows.get(("mail", "waiting"), {"n": 0, "first": at})
    last = mails.filter(state="sent").order_by("-pk").values_list("sent_at", flat=True).first()
    says = f"{waiting['n']} waiting; last sent {last:%Y-%m-%d %H:%M} UTC" if last else f"{waiting['n']} waiting; none sent yet"
    age = at - waiting["first"]
    if age > WAITS_TOO_LONG:
        yield fault("mail", f"{says}; the oldest waits since {waiting['first']:%Y-%m-%d %H:%M} UTC", "See the line mail server.")
    elif age > WAITS_LONG:
        yield doubt("mail", f"{says}; the oldest waits for {age.total_seconds() / 60:.0f} min", "See the line mail server.")
    else:
        yield fine("mail", says)
    given_up = mails.filter(state="dead", created_at__gte=at - LATELY).count()
    if given_up:
        yield doubt("mail", f"{given_up} given up in seven days", "Read why at /platform/system/; mostly wrong addresses.")
