"""Counting and announcing."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from contests.models import Contest, Phase
from proposals.models import Entry
from results.querysets import TallyQuerySet


class Tally(models.Model):
    """One count of a voting phase: by this rule, up to this position of the ledger. Deterministic; a rerun is a no-op."""

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="tallies")
    rule = models.CharField(max_length=30)
    position = models.BigIntegerField(help_text=_("the last ledger position counted; 0 for an empty ledger"))
    ballots = models.PositiveIntegerField(help_text=_("ballots counted"))
    voters_held = models.PositiveIntegerField(default=0)
    quorum = models.PositiveIntegerField(default=0)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the standings in canonical form"))
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects: ClassVar[TallyQuerySet] = TallyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["phase", "rule", "position"], name="tally_once"),
            models.UniqueConstraint(
                fields=["phase"], condition=models.Q(released_at__isnull=False), name="tally_released_once_per_phase"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rule} of {self.phase_id} at {self.position}"

    @property
    def contest(self) -> Contest:
        return self.phase.contest

    @property
    def has_quorum(self) -> bool:
        """Whether enough ballots were counted for a Popular Choice to be named."""
        return self.ballots >= self.quorum


class Standing(models.Model):
    """Where an entry stands in a tally. Equal counts share a rank."""

    tally = models.ForeignKey(Tally, on_delete=models.CASCADE, related_name="standings")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="standings")
    count = models.PositiveIntegerField()
    rank = models.PositiveIntegerField()
    tied = models.BooleanField(default=False)

    class Meta:
        ordering = ["rank", "entry_id"]
        constraints = [models.UniqueConstraint(fields=["tally", "entry"], name="standing_once")]

    def __str__(self) -> str:
        return f"{self.rank}. {self.entry_id}: {self.count}"
