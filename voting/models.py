"""Secret ballots."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contests.models import Contest, Phase
from proposals.models import Entry
from voting.querysets import BallotQuerySet


class Ballot(models.Model):
    """A voter's current ballot in a voting phase: the row that is locked, and the budget it may not exceed."""

    class State(models.TextChoices):
        COUNTED = "counted", _("counted")
        WITHDRAWN = "withdrawn", _("withdrawn")
        HELD = "held", _("held")
        VOID = "void", _("void")

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="ballots")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ballots")
    state = models.CharField(max_length=10, choices=State.choices, default=State.COUNTED)
    receipt = models.CharField(max_length=24, unique=True, help_text=_("the short code the voter keeps"))
    used = models.PositiveSmallIntegerField(help_text=_("choices on the ballot"))
    most = models.PositiveSmallIntegerField(help_text=_("choices allowed"))
    changed_at = models.DateTimeField()

    objects: ClassVar[BallotQuerySet] = BallotQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phase", "voter"], name="ballot_once_per_voter_and_phase"),
            models.CheckConstraint(condition=Q(used__lte=F("most")), name="ballot_within_its_limit"),
            models.CheckConstraint(
                condition=Q(state__in=["counted", "withdrawn", "held", "void"]), name="ballot_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} in {self.phase_id}"

    @property
    def contest(self) -> Contest:
        return self.phase.contest


class Choice(models.Model):
    """One line of a ballot."""

    ballot = models.ForeignKey(Ballot, on_delete=models.PROTECT, related_name="choices")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="choices")
    slot = models.PositiveSmallIntegerField(help_text=_("from 1; no ballot has more slots than it may use"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "entry"], name="choice_once_per_ballot"),
            models.UniqueConstraint(fields=["ballot", "slot"], name="choice_slot_once"),
            models.CheckConstraint(condition=Q(slot__gte=1), name="choice_slot_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.ballot_id}: {self.entry_id}"


class BallotEvent(models.Model):
    """The ledger. Append-only: the database refuses to change or delete a row. `id` is its position.

    It names the ballot by its receipt, never the voter.
    """

    class Kind(models.TextChoices):
        CAST = "cast", _("cast")
        CHANGED = "changed", _("changed")
        WITHDRAWN = "withdrawn", _("withdrawn")

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="ballot_events")
    receipt = models.CharField(max_length=24, db_index=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    choices = models.JSONField(help_text=_("entry ids, in slot order"))
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["cast", "changed", "withdrawn"]), name="ballot_event_kind_known")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.kind} {self.receipt}"
