"""The append-only log of what happened, and what has to follow from it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Fact(models.Model):
    """One thing that happened: verb, actor, object, contest, time. It holds ids only, never words or names.

    The keys are plain numbers: a fact outlives what it speaks of, and core knows nobody above it.
    """

    verb = models.CharField(max_length=60, db_index=True)
    actor_id = models.BigIntegerField(null=True, db_index=True)
    contest_id = models.BigIntegerField(null=True, db_index=True)
    subject = models.CharField(max_length=60, help_text=_("app.model of the object"))
    subject_id = models.BigIntegerField(null=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}:{self.subject_id}"


class Due(models.Model):
    """Something a follower still has to do because of a fact. One row per fact and follower."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        CLAIMED = "claimed", _("claimed by a worker")
        DONE = "done", _("done")
        PARKED = "parked", _("parked after too many failures")

    fact = models.ForeignKey(Fact, on_delete=models.PROTECT, related_name="due")
    follower = models.CharField(max_length=100)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField(help_text=_("not before this time; while claimed, when the lease ends"))
    lease = models.CharField(max_length=32, default="", help_text=_("the claimant's token, which fences a late worker"))
    error = models.TextField(default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["fact", "follower"], name="due_once_per_fact_and_follower"),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "claimed", "done", "parked"]), name="due_state_known"
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], name="due_open", condition=models.Q(state__in=["waiting", "claimed"])),
            models.Index(fields=["id"], name="due_parked", condition=models.Q(state="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.follower} after fact {self.fact_id}: {self.state}"


class Branding(models.Model):
    """How this site names and colours itself: one row, or none while everything is the default. Read by core.branding."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("name of the site"), max_length=60, blank=True, help_text=_("empty: the default"))
    tagline = models.CharField(_("what the site is for"), max_length=160, blank=True)
    hue = models.PositiveSmallIntegerField(_("hue"), default=160)
    contact = models.EmailField(_("contact address"), blank=True)
    logo = models.CharField(max_length=100, blank=True, help_text=_("name of the stored picture"))
    logo_width = models.PositiveSmallIntegerField(default=0)
    logo_height = models.PositiveSmallIntegerField(default=0)
    logo_colour = models.CharField(max_length=7, blank=True, help_text=_("its main colour"))
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(id=1), name="branding_is_one_row"),
            models.CheckConstraint(condition=models.Q(hue__lt=360), name="branding_hue_in_degrees"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_default(self) -> bool:
        """Nothing here was chosen by anybody, or it was all taken back."""
        return not (self.name or self.tagline or self.contact or self.logo) and self.hue == 160


class Maintenance(models.Model):
    """The one row that shuts the site on every machine; there is none while the site is open."""

    until = models.DateTimeField(null=True, help_text=_("when we expect to be back"))
    message = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "maintenance"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="maintenance_one_row")]

    def __str__(self) -> str:
        return f"since {self.since:%Y-%m-%d %H:%M}"


class Heartbeat(models.Model):
    """When a worker last did what beat sent it over a queue: the proof that beat, broker and worker work together."""

    worker = models.CharField(max_length=120)
    queue = models.CharField(max_length=40)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["worker", "queue"], name="heartbeat_once_per_worker_and_queue")]

    def __str__(self) -> str:
        return f"{self.worker} on {self.queue}"
