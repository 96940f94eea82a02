"""Telling people."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import Fact
from notifications.querysets import DeliveryQuerySet


class Delivery(models.Model):
    """One message to one person over one channel because of one fact."""

    class Channel(models.TextChoices):
        SITE = "site", _("on the site")
        MAIL = "mail", _("by e-mail")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        DEAD = "dead", _("given up")

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="deliveries")
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="deliveries"
    )
    address = models.EmailField(blank=True, help_text=_("for somebody who has no account yet, and for e-mail"))
    channel = models.CharField(max_length=6, choices=Channel.choices)
    key = models.CharField(max_length=120, unique=True, help_text=_("fact, recipient and channel"))
    notice = models.CharField(max_length=40, help_text=_("which notice this is"))
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    url = models.CharField(max_length=300, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    lease = models.CharField(max_length=32, blank=True)
    message_id = models.CharField(max_length=120)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    objects: ClassVar[DeliveryQuerySet] = DeliveryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = [
            models.CheckConstraint(
                condition=Q(recipient__isnull=False) | ~Q(address=""), name="delivery_has_somebody_to_reach"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "sending", "sent", "dead"]), name="delivery_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["recipient", "channel", "-id"]),
            models.Index(fields=["next_at"], name="delivery_open", condition=Q(state__in=["waiting", "sending"])),
            models.Index(fields=["id"], name="delivery_dead", condition=Q(state="dead")),
        ]

    def __str__(self) -> str:
        return f"{self.notice} by {self.channel}: {self.state}"
