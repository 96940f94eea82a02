"""Signed opinions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contests.models import Contest, Criterion
from judging.querysets import AssignmentQuerySet, DecisionQuerySet, ReviewQuerySet
from proposals.models import Entry, Proposal


class Conflict(models.Model):
    """A judge who must not see or judge a proposal. Team membership counts as one without a row here."""

    class Kind(models.TextChoices):
        ORGANISATION = "organisation", _("same organisation")
        DECLARED = "declared", _("declared by the judge")

    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="conflicts")
    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="conflicts")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.DECLARED)
    reason = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["judge", "proposal"], name="conflict_once")]

    def __str__(self) -> str:
        return f"{self.judge_id} x {self.proposal_id}"


class Assignment(models.Model):
    """A judge asked to review an entry."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DECLINED = "declined", _("declined")
        RECUSED = "recused", _("recused: a conflict")
        DONE = "done", _("done")

    judge = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="assignments")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects: ClassVar[AssignmentQuerySet] = AssignmentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["judge", "entry"], name="assignment_once"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "declined", "recused", "done"]), name="assignment_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.judge_id} on {self.entry_id}"

    @property
    def contest(self) -> Contest:
        return self.entry.proposal.contest

    def get_absolute_url(self) -> str:
        return reverse("judge_assignment", args=[self.pk])


class Review(models.Model):
    """What a judge thinks of an entry. Saved as it is written; it counts only when the judge says done."""

    class Recommendation(models.TextChoices):
        ADVANCE = "advance", _("should go on")
        UNSURE = "unsure", _("unsure")
        STAY = "stay", _("should not go on")

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="review")
    feedback = models.TextField(_("feedback to the authors"), blank=True)
    note = models.TextField(_("private note"), blank=True)
    recommendation = models.CharField(max_length=10, choices=Recommendation.choices, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    objects: ClassVar[ReviewQuerySet] = ReviewQuerySet.as_manager()  # type: ignore[assignment]

    def __str__(self) -> str:
        return f"review {self.assignment_id}"


class Mark(models.Model):
    """Points for one criterion."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="marks")
    points = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(10)])

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["review", "criterion"], name="mark_once"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=10), name="mark_in_scale"),
        ]

    def __str__(self) -> str:
        return f"{self.points} for {self.criterion_id}"


class EntryScore(models.Model):
    """Numbers of an entry, computed from its done reviews by a follower and kept as columns."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="score")
    count = models.PositiveSmallIntegerField()
    mean = models.FloatField()
    median = models.FloatField()
    spread = models.FloatField(help_text=_("standard deviation of the reviews, 0 with one review"))
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.mean:.2f} of {self.count}"


class Decision(models.Model):
    """What the organiser means to decide about an entry. Nobody else knows before the release."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, related_name="decision")
    outcome = models.CharField(max_length=10, choices=[("advances", _("goes on")), ("stays", _("stays"))])
    is_judges_choice = models.BooleanField(default=False)
    reason = models.TextField(_("reason, shown with the award"), blank=True)
    letter = models.TextField(_("words of your own in the letter"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    released_at = models.DateTimeField(null=True)

    objects: ClassVar[DecisionQuerySet] = DecisionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(outcome__in=["advances", "stays"]), name="decision_outcome_known")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.outcome}"
