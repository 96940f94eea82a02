"""What is asked, when, and of whom."""

from __future__ import annotations

from datetime import timedelta
from functools import cached_property
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contests.phases import Kind, Span, Timeline
from contests.querysets import ContestQuerySet, PhaseQuerySet
from contests.roles import Role
from contests.transitions import Status


def choices(enumeration: type) -> list[tuple[str, str]]:
    return [(str(item), str(item).replace("_", " ")) for item in enumeration]  # type: ignore[var-annotated,attr-defined]


class Contest(models.Model):
    """A question, and everything people need to answer it."""

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("public")
        UNLISTED = "unlisted", _("unlisted: anybody with the address")
        INVITED = "invited", _("only the people invited")

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(_("short title"), max_length=120)
    question = models.CharField(_("the question"), max_length=300)
    brief = models.TextField(_("brief"), blank=True, help_text=_("What is asked and why, safe HTML"))
    prizes = models.TextField(_("prizes"), blank=True)
    eligibility = models.TextField(_("who may enter"), blank=True)
    organiser_name = models.CharField(_("organiser"), max_length=120, blank=True)
    contact = models.EmailField(_("contact"), blank=True)
    topic = models.CharField(_("topic"), max_length=60, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    language = models.CharField(_("language"), max_length=12, default="en")
    status = models.CharField(max_length=12, choices=choices(Status), default=Status.DRAFT)
    visibility = models.CharField(max_length=12, choices=Visibility.choices, default=Visibility.PUBLIC)
    authors_may_vote = models.BooleanField(_("authors may vote for their own proposal"), default=False)
    feedback_is_public = models.BooleanField(_("everybody may read the judges' feedback after release"), default=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    # Kept by proposals' followers; checked by check_invariants.
    proposal_count = models.PositiveIntegerField(default=0)
    # Goes up with every change of set-up or schedule: the ETag of the contest.
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[ContestQuerySet] = ContestQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=list(Status)), name="contest_status_known"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False), name="contest_published_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("contest", args=[self.slug])

    @cached_property
    def timeline(self) -> Timeline:
        return Timeline.of(phase.span for phase in self.phases.all())


class Phase(models.Model):
    """A stretch of a contest's time. Its dates decide; `opened_at`, `closed_at` only record that work was done."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="phases")
    kind = models.CharField(max_length=12, choices=choices(Kind))
    name = models.CharField(_("name"), max_length=60)
    position = models.PositiveSmallIntegerField()
    opens_at = models.DateTimeField(_("opens"))
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    grace = models.DurationField(_("grace"), default=timedelta(0))
    ends_at = models.DateTimeField(null=True, editable=False, help_text=_("the close with its grace"))
    settings = models.JSONField(default=dict, blank=True, help_text=_("what its kind needs, see contests.forms"))
    opened_recorded_at = models.DateTimeField(null=True, editable=False)
    closed_recorded_at = models.DateTimeField(null=True, editable=False)
    released_at = models.DateTimeField(null=True, editable=False, help_text=_("decisions or results were released"))
    rubric_frozen_at = models.DateTimeField(null=True, editable=False)

    objects: ClassVar[PhaseQuerySet] = PhaseQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "position"], name="phase_position_once"),
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="phase_kind_known"),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="phase_closes_after_it_opens"
            ),
            models.CheckConstraint(
                condition=Q(grace=timedelta(0)) | Q(kind__in=[Kind.SUBMISSION, Kind.REVISION]),
                name="phase_grace_for_drafts",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True, ends_at__isnull=True) | Q(ends_at__gte=F("closes_at")),
                name="phase_ends_after_it_closes",
            ),
        ]
        indexes = [
            models.Index(
                fields=["opens_at", "ends_at"], name="phase_boundary_open", condition=Q(closed_recorded_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.ends_at = None if self.closes_at is None else self.closes_at + self.grace
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def span(self) -> Span:
        return Span(
            id=self.pk,
            kind=Kind(self.kind),
            name=self.name,
            opens_at=self.opens_at,
            closes_at=self.closes_at,
            grace=self.grace,
            released=self.released_at is not None,
        )


class RulesVersion(models.Model):
    """The rules people accept when they submit, with the licence of what they submit. Append-only."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="rules_versions")
    number = models.PositiveSmallIntegerField()
    text = models.TextField(_("rules"))
    licence = models.CharField(_("licence of entries"), max_length=60, default="CC BY 4.0")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["contest", "number"], name="rules_number_once")]

    def __str__(self) -> str:
        return f"{self.contest_id} v{self.number}"


class Membership(models.Model):
    """A person's role in a contest."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=12, choices=choices(Role))
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["contest", "user", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=list(Role)), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.user_id} of {self.contest_id}"


class Invitation(models.Model):
    """A role offered by e-mail. Its link is signed (purpose, row, nonce), used once and confirmed by POST."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=12, choices=choices(Role))
    nonce = models.CharField(max_length=32, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    answer = models.CharField(
        max_length=10, blank=True, choices=[("accepted", _("accepted")), ("declined", _("declined"))]
    )
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contest", "email", "role"], name="invitation_open_once", condition=Q(used_at__isnull=True)
            ),
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, answer="")
                | Q(used_at__isnull=False, answer__in=["accepted", "declined"]),
                name="invitation_used_has_answer",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.contest_id} for {self.email}"


class Section(models.Model):
    """A part of the proposal form. One that a submitted proposal uses is retired, not deleted."""

    class Kind(models.TextChoices):
        RICH_TEXT = "rich_text", _("rich text")
        SHORT_TEXT = "short_text", _("short text")

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="sections")
    key = models.SlugField(max_length=40)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.RICH_TEXT)
    label = models.CharField(_("label"), max_length=120)
    help = models.TextField(_("help"), blank=True)
    example = models.TextField(_("example"), blank=True)
    required = models.BooleanField(_("required"), default=True)
    min_words = models.PositiveIntegerField(_("at least, words"), default=0)
    max_words = models.PositiveIntegerField(_("at most, words"), default=1000)
    position = models.PositiveSmallIntegerField()
    used = models.BooleanField(default=False, editable=False)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["contest", "key"], name="section_key_once"),
            models.CheckConstraint(condition=Q(max_words__gte=F("min_words")), name="section_word_limits"),
        ]

    def __str__(self) -> str:
        return self.label


class Criterion(models.Model):
    """What judges score in one judging phase: a question and a scale with a sentence for every point."""

    phase = models.ForeignKey(Phase, on_delete=models.PROTECT, related_name="criteria")
    name = models.CharField(_("name"), max_length=80)
    question = models.CharField(_("question"), max_length=300)
    weight = models.DecimalField(_("weight"), max_digits=5, decimal_places=2, default=1)
    anchors = models.JSONField(_("a sentence for every point"), default=list, help_text=_("from 1 upwards"))
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["position"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["phase", "name"], name="criterion_name_once"),
            models.CheckConstraint(condition=Q(weight__gt=0), name="criterion_weight_positive"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def points(self) -> list[tuple[int, str]]:
        """The scale: (point, its sentence)."""
        return list(enumerate(self.anchors, start=1))


class ScheduleChange(models.Model):
    """The public log of moved dates. Append-only."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="schedule_changes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.CharField(max_length=500)
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.contest_id} at {self.at:%Y-%m-%d %H:%M}"
