"""What people answer."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contests.models import Contest, Phase, RulesVersion, choices
from proposals.querysets import DistinctionQuerySet, EntryQuerySet, ProposalQuerySet
from proposals.roles import TeamRole
from proposals.transitions import Status


class Proposal(models.Model):
    """An answer. The columns here are the team's working copy; everybody else reads the last submitted revision."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="proposals")
    title = models.CharField(_("title"), max_length=120)
    slug = models.SlugField(max_length=80)
    pitch = models.CharField(_("pitch"), max_length=300, blank=True)
    answers = models.JSONField(default=dict, help_text=_("safe HTML by section key"))
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    cover = models.CharField(max_length=100, blank=True, help_text=_("name of the stored picture"))
    cover_alt = models.CharField(_("what the picture shows"), max_length=200, blank=True)
    credited_to = models.CharField(_("credited to"), max_length=120, blank=True, help_text=_("for imported proposals"))
    status = models.CharField(max_length=12, choices=choices(Status), default=Status.DRAFT)
    version = models.PositiveIntegerField(default=1)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    submitted_revision = models.ForeignKey("Revision", on_delete=models.PROTECT, null=True, related_name="+")
    has_unsubmitted_changes = models.BooleanField(default=False)
    # Kept by community's followers; checked by check_invariants.
    comment_count = models.PositiveIntegerField(default=0)
    support_count = models.PositiveIntegerField(default=0)

    objects: ClassVar[ProposalQuerySet] = ProposalQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="proposal_status_known"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(submitted_revision__isnull=False, submitted_at__isnull=False),
                name="proposal_submitted_has_revision",
            ),
        ]
        indexes = [models.Index(fields=["contest", "status", "-submitted_at"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("proposal", args=[f"{self.pk}-{self.slug}" if self.slug else str(self.pk)])

    @property
    def as_submitted(self) -> Proposal | Revision:
        """Title, pitch and answers as everybody but the team reads them: the last submitted revision, never a draft."""
        return self.submitted_revision or self


class Revision(models.Model):
    """An immutable snapshot. Append-only: the database refuses to change or delete one."""

    class Reason(models.TextChoices):
        SUBMITTED = "submitted", _("submitted")
        NAMED = "named", _("named by the team")
        RESTORED = "restored", _("restored")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    pitch = models.CharField(max_length=300, blank=True)
    answers = models.JSONField()
    reason = models.CharField(max_length=12, choices=Reason.choices)
    rules = models.ForeignKey(RulesVersion, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["proposal", "number"], name="revision_number_once")]

    def __str__(self) -> str:
        return f"{self.proposal_id} r{self.number}"


class TeamMember(models.Model):
    proposal = models.ForeignKey(Proposal, on_delete=models.CASCADE, related_name="team")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="team_memberships")
    role = models.CharField(max_length=12, choices=choices(TeamRole), default=TeamRole.EDITOR)
    position = models.PositiveSmallIntegerField(default=0)
    since = models.DateTimeField()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["proposal", "user"], name="team_member_once"),
            models.UniqueConstraint(fields=["proposal"], condition=Q(role="owner"), name="team_has_one_owner"),
            models.CheckConstraint(condition=Q(role__in=list(TeamRole)), name="team_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role} of {self.proposal_id}"


class Entry(models.Model):
    """A proposal in a phase, with the revision that the phase reads."""

    class Outcome(models.TextChoices):
        PENDING = "pending", _("pending")
        ADVANCES = "advances", _("advances")
        STAYS = "stays", _("stays")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="entries")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="entries")
    revision = models.ForeignKey(Revision, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.PENDING)
    at = models.DateTimeField()

    objects: ClassVar[EntryQuerySet] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.UniqueConstraint(fields=["phase", "proposal"], name="entry_once_per_phase"),
            models.CheckConstraint(
                condition=Q(outcome__in=["pending", "advances", "stays"]), name="entry_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id} in {self.phase_id}"

    @property
    def contest(self) -> Contest:
        return self.proposal.contest


class Distinction(models.Model):
    """What a proposal has won. Shown only after its release."""

    class Kind(models.TextChoices):
        SEMI_FINALIST = "semi_finalist", _("Semi-finalist")
        FINALIST = "finalist", _("Finalist")
        JUDGES_CHOICE = "judges_choice", _("Judges’ Choice")
        POPULAR_CHOICE = "popular_choice", _("Popular Choice")

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="distinctions")
    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="distinctions")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    reason = models.TextField(blank=True)
    released_at = models.DateTimeField(null=True)

    objects: ClassVar[DistinctionQuerySet] = DistinctionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "phase", "kind"], name="distinction_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.proposal_id}"
