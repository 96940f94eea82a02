"""Reads worth a name."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models

if TYPE_CHECKING:
    from notifications.models import Delivery  # noqa: F401  named in quotes below


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def on_site_for(self, user: Any) -> DeliveryQuerySet:
        """What the notification centre of this user shows, newest first."""
        return self.filter(recipient=user, channel="site").order_by("-created_at", "-id")

    def unread_by(self, user: Any) -> DeliveryQuerySet:
        return self.filter(recipient=user, channel="site", read_at=None)

    def to_send(self, *, at: datetime) -> DeliveryQuerySet:
        """Mails that wait and are ripe, or whose sender's lease ran out."""
        return self.filter(channel="mail", state__in=["waiting", "sending"], next_at__lte=at)
