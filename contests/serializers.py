"""What the REST interface takes and gives for contests."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import available_timezones

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from contests.models import Contest, Criterion, Invitation, Membership, Phase, Section
from contests.phases import Kind
from contests.roles import Role
from core import clock
from core.html import clean_html
from core.rest import StrictSerializer

LONG = 50_000


class ZoneField(serializers.CharField):
    """An IANA name such as Europe/Madrid."""

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if name not in available_timezones():
            raise serializers.ValidationError("There is no time zone of this name.")
        return name


class MomentField(serializers.DateTimeField):
    """RFC 3339 with an offset: a time without one would mean something else in every zone."""

    def to_internal_value(self, value: Any) -> Any:
        if isinstance(value, str) and not (value.rstrip().endswith(("Z", "z")) or "+" in value[10:] or "-" in value[10:]):
            raise serializers.ValidationError("Give the time with an offset, such as 2027-03-01T09:00:00Z.")
        return super().to_internal_value(value)


# --- What comes in -------------------------------------------------------------------------------------------------


class NewContestIn(StrictSerializer):
    title = serializers.CharField(max_length=120)
    question = serializers.CharField(max_length=300)
    template = serializers.CharField(max_length=60)
    time_zone = ZoneField()
    starts_at = MomentField()
    organiser_name = serializers.CharField(max_length=120, required=False)


class ContestIn(StrictSerializer):
    title = serializers.CharField(max_length=120, required=False)
    question = serializers.CharField(max_length=300, required=False)
    brief = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    prizes = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    eligibility = serializers.CharField(max_length=LONG, required=False, allow_blank=True)
    organiser_name = serializers.CharField(max_length=120, required=False, allow_blank=True)
    contact = serializers.EmailField(required=False, allow_blank=True)
    topic = serializers.CharField(max_length=60, required=False, allow_blank=True)
    time_zone = ZoneField(required=False)
    visibility = serializers.ChoiceField(choices=Contest.Visibility.choices, required=False)
    authors_may_vote = serializers.BooleanField(required=False)
    feedback_is_public = serializers.BooleanField(required=False)
    rules_text = serializers.CharField(max_length=LONG, required=False)
    licence = serializers.CharField(max_length=60, required=False)


class SettingsIn(StrictSerializer):
    """What its kind needs: `distinction` for judging, the others for voting."""

    distinction = serializers.ChoiceField(choices=["semi_finalist", "finalist", ""], required=False)
    rule = serializers.ChoiceField(choices=["approval", "plurality"], required=False)
    most = serializers.IntegerField(min_value=1, max_value=50, required=False)
    quorum = serializers.IntegerField(min_value=0, max_value=1_000_000, required=False)
    tie = serializers.ChoiceField(choices=["co_winners"], required=False)


class ScheduledPhaseIn(StrictSerializer):
    """A phase that keeps its `id`, or its kind and name, stays; others are new, and those not named are removed."""

    id = serializers.IntegerField(required=False)
    kind = serializers.ChoiceField(choices=[str(kind) for kind in Kind])
    name = serializers.CharField(max_length=60)
    opens_at = MomentField()
    closes_at = MomentField(required=False, allow_null=True)
    grace_minutes = serializers.IntegerField(min_value=0, max_value=7 * 24 * 60, required=False)
    settings = SettingsIn(required=False)

    def to_action(self, data: dict[str, Any]) -> dict[str, Any]:
        row = {name: value for name, value in data.items() if name != "grace_minutes"}
        return {**row, "grace": timedelta(minutes=data.get("grace_minutes", 0))}


class ScheduleIn(StrictSerializer):
    phases = ScheduledPhaseIn(many=True, allow_empty=False, max_length=30)  # type: ignore[call-arg]
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True)


class MemberIn(StrictSerializer):
    email = serializers.EmailField(max_length=254)
    role = serializers.ChoiceField(choices=[str(role) for role in Role])


class SectionIn(StrictSerializer):
    key = serializers.SlugField(max_length=40)
    kind = serializers.ChoiceField(choices=Section.Kind.choices, required=False)
    label = serializers.CharField(max_length=120)
    help = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    example = serializers.CharField(max_length=2000, required=False, allow_blank=True)
    required = serializers.BooleanField(required=False)
    min_words = serializers.IntegerField(min_value=0, max_value=20_000, required=False)
    max_words = serializers.IntegerField(min_value=1, max_value=20_000, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs.get("max_words", 1000) < attrs.get("min_words", 0):
            raise serializers.ValidationError({"max_words": "This is less than min_words."})
        return attrs


class FormIn(StrictSerializer):
    sections = SectionIn(many=True, max_length=60)  # type: ignore[call-arg]

    def validate_sections(self, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({row["key"] for row in rows}) < len(rows):
            raise serializers.ValidationError("Two sections have the same key.")
        return rows


class CriterionIn(StrictSerializer):
    id = serializers.IntegerField(required=False)
    name = serializers.CharField(max_length=80)
    question = serializers.CharField(max_length=300)
    weight = serializers.DecimalField(max_digits=5, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(100))
    anchors = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=5, max_length=5, help_text="a sentence for 1 to 5 points"
    )


class RubricIn(StrictSerializer):
    phase = serializers.IntegerField(required=False, help_text="required where there are several judging phases")
    criteria = CriterionIn(many=True, allow_empty=False, max_length=20)  # type: ignore[call-arg]


class PhaseQuery(StrictSerializer):
    phase = serializers.IntegerField(required=False, help_text="required where there are several judging phases")


class NothingIn(StrictSerializer):
    """No keys."""


# --- What goes out -------------------------------------------------------------------------------------------------


class NowOut(serializers.ModelSerializer[Phase]):
    class Meta:
        model = Phase
        fields = ("kind", "name", "opens_at", "closes_at")


class PhaseOut(serializers.ModelSerializer[Phase]):
    grace_minutes = serializers.SerializerMethodField()

    class Meta:
        model = Phase
        fields = ("id", "kind", "name", "opens_at", "closes_at", "grace_minutes", "settings", "released_at")

    def get_grace_minutes(self, phase: Phase) -> int:
        return int(phase.grace.total_seconds() // 60)


class CountsOut(serializers.Serializer[Any]):
    proposals = serializers.IntegerField()


class LinksOut(serializers.Serializer[Any]):
    self = serializers.CharField()
    page = serializers.CharField()
    proposals = serializers.CharField()
    schedule = serializers.CharField()
    sections = serializers.CharField()
    rubric = serializers.CharField()


class ContestRow(serializers.ModelSerializer[Contest]):
    """A contest as a list shows it. `phase` is the one that runs, decisions permitting."""

    phase = serializers.SerializerMethodField()
    counts = serializers.SerializerMethodField()
    links = serializers.SerializerMethodField()

    class Meta:
        model = Contest
        fields: tuple[str, ...] = (
            "slug", "title", "question", "status", "visibility", "topic", "organiser_name", "phase", "time_zone",
            "counts", "links", "published_at", "version",
        )  # fmt: skip

    @extend_schema_field(NowOut(allow_null=True))
    def get_phase(self, contest: Contest) -> dict[str, Any] | None:
        span = contest.timeline.current(self.context.get("at") or clock.now()) if contest.published_at else None
        return None if span is None else dict(NowOut(span).data)

    @extend_schema_field(CountsOut)
    def get_counts(self, contest: Contest) -> dict[str, int]:
        return {"proposals": contest.proposal_count}

    @extend_schema_field(LinksOut)
    def get_links(self, contest: Contest) -> dict[str, str]:
        def at(name: str) -> str:
            return reverse(f"api_{name}", args=[contest.slug])

        return {
            "self": at("contest"),
            "page": contest.get_absolute_url(),
            "proposals": f"/api/v1/proposals/?contest={contest.slug}",
            "schedule": at("contest_schedule"),
            "sections": at("contest_sections"),
            "rubric": at("contest_rubric"),
        }


class ContestOut(ContestRow):
    """A contest with its texts, rules and phases. Texts are safe HTML."""

    brief = serializers.SerializerMethodField()
    prizes = serializers.SerializerMethodField()
    eligibility = serializers.SerializerMethodField()
    phases = PhaseOut(many=True)
    rules = serializers.SerializerMethodField()

    class Meta(ContestRow.Meta):
        fields = (
            *ContestRow.Meta.fields, "brief", "prizes", "eligibility", "contact", "language", "authors_may_vote",
            "feedback_is_public", "phases", "rules",
        )  # fmt: skip

    def get_brief(self, contest: Contest) -> str:
        return clean_html(contest.brief)

    def get_prizes(self, contest: Contest) -> str:
        return clean_html(contest.prizes)

    def get_eligibility(self, contest: Contest) -> str:
        return clean_html(contest.eligibility)

    @extend_schema_field(serializers.DictField(child=serializers.CharField(), allow_null=True))
    def get_rules(self, contest: Contest) -> dict[str, Any] | None:
        rules = contest.rules_versions.first()
        return None if rules is None else {"number": str(rules.number), "text": rules.text, "licence": rules.licence}


class ScheduleOut(serializers.Serializer[Any]):
    time_zone = serializers.CharField()
    phases = PhaseOut(many=True)


class ChangeOut(serializers.Serializer[Any]):
    reason = serializers.CharField()
    at = serializers.DateTimeField()
    before = serializers.JSONField()
    after = serializers.JSONField()


class MembershipOut(serializers.ModelSerializer[Membership]):
    display_name = serializers.CharField(source="user.display_name")
    handle = serializers.CharField(source="user.handle", allow_null=True)
    email = serializers.CharField(source="user.email")

    class Meta:
        model = Membership
        fields = ("id", "role", "display_name", "handle", "email", "since")


class InvitationOut(serializers.ModelSerializer[Invitation]):
    class Meta:
        model = Invitation
        fields = ("id", "email", "role", "answer", "created_at", "expires_at", "used_at")


class SectionOut(serializers.ModelSerializer[Section]):
    class Meta:
        model = Section
        fields = ("key", "kind", "label", "help", "example", "required", "min_words", "max_words", "used", "retired_at")


class FormOut(serializers.Serializer[Any]):
    sections = SectionOut(many=True)


class CriterionOut(serializers.ModelSerializer[Criterion]):
    class Meta:
        model = Criterion
        fields = ("id", "name", "question", "weight", "anchors")


class RubricOut(serializers.Serializer[Any]):
    phase = serializers.IntegerField()
    frozen_at = serializers.DateTimeField(allow_null=True)
    criteria = CriterionOut(many=True)


class OpenPoint(serializers.Serializer[Any]):
    code = serializers.CharField()
    text = serializers.CharField()
    page = serializers.CharField()


class OpenPoints(serializers.Serializer[Any]):
    """Why a contest cannot be published yet."""

    code = serializers.CharField()
    reason = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    open_points = OpenPoint(many=True)


class TemplateOut(serializers.Serializer[Any]):
    template = serializers.CharField()
    name = serializers.CharField()
    sentence = serializers.CharField()
    days = serializers.IntegerField()


class AnswerOut(serializers.Serializer[Any]):
    contest = serializers.CharField()
    role = serializers.CharField()
    answer = serializers.CharField()


class _Page(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)


class ContestPage(_Page):
    results = ContestRow(many=True)


class MembershipPage(_Page):
    results = MembershipOut(many=True)


class InvitationPage(_Page):
    results = InvitationOut(many=True)


class ChangePage(_Page):
    results = ChangeOut(many=True)
