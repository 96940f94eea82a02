"""What the REST interface takes and gives for judging. Reviews and scores have serializers of their own, so that no
other answer can hold them by mistake (threat P8)."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.rest import StrictSerializer
from judging.actions.reviewing import LONGEST_TEXT
from judging.models import Assignment, Review

PHASE_HELP = "id or name; needed where the contest has more than one judging phase"


class PhaseIn(StrictSerializer):
    phase = serializers.CharField(required=False, help_text=PHASE_HELP)


class PairIn(StrictSerializer):
    judge = serializers.IntegerField()
    entry = serializers.IntegerField()


class AssignIn(PhaseIn):
    strategy = serializers.ChoiceField(choices=["balanced", "pairs"], default="balanced")
    reviews_per_entry = serializers.IntegerField(required=False, min_value=1, max_value=50)
    max_per_judge = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    pairs = PairIn(many=True, required=False)
    dry_run = serializers.BooleanField(default=False)

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        wanted = ["pairs"] if data["strategy"] == "pairs" else ["reviews_per_entry", "max_per_judge"]
        missing = {name: ["This is needed with this strategy."] for name in wanted if name not in data}
        if data["strategy"] == "pairs" and data["dry_run"]:
            missing["dry_run"] = ["Only a balanced plan can be tried."]
        if missing:
            raise serializers.ValidationError(missing)
        return data


class LoadOut(serializers.Serializer[Any]):
    judge = serializers.IntegerField()
    handle = serializers.CharField(allow_null=True)
    load = serializers.IntegerField()


class GapOut(serializers.Serializer[Any]):
    entry = serializers.IntegerField()
    missing = serializers.IntegerField()


class PlanOut(serializers.Serializer[Any]):
    made = serializers.IntegerField(help_text="how many assignments were made; 0 on a dry run")
    pairs = PairIn(many=True)
    loads = LoadOut(many=True)
    gaps = GapOut(many=True)


class AssignmentFilter(StrictSerializer):
    contest = serializers.SlugField(required=False)
    phase = serializers.IntegerField(required=False)
    state = serializers.ChoiceField(choices=Assignment.State.choices, required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200)


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    contest = serializers.CharField(source="entry.proposal.contest.slug")
    phase = serializers.IntegerField(source="entry.phase_id")
    proposal = serializers.IntegerField(source="entry.proposal_id")
    title = serializers.CharField(source="entry.revision.title")
    judge_handle = serializers.CharField(source="judge.handle", allow_null=True)

    class Meta:
        model = Assignment
        fields = ("id", "contest", "phase", "entry", "proposal", "title", "judge", "judge_handle", "state", "at")


class AssignmentPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = AssignmentOut(many=True)


class ReviewIn(StrictSerializer):
    marks = serializers.DictField(child=serializers.IntegerField(), help_text="points by criterion id")
    feedback = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_TEXT, trim_whitespace=False)
    note = serializers.CharField(allow_blank=True, default="", max_length=LONGEST_TEXT, trim_whitespace=False)
    recommendation = serializers.ChoiceField(choices=Review.Recommendation.choices, allow_blank=True, default="")

    def validate_marks(self, marks: dict[str, int]) -> dict[int, int]:
        return whole_keys(marks)


class ReviewOut(serializers.Serializer[Any]):
    assignment = serializers.IntegerField()
    marks = serializers.DictField(child=serializers.IntegerField())
    feedback = serializers.CharField()
    note = serializers.CharField()
    recommendation = serializers.CharField()
    version = serializers.IntegerField()
    done_at = serializers.DateTimeField(allow_null=True)


class ConflictIn(StrictSerializer):
    reason = serializers.CharField(max_length=300, allow_blank=True, default="")


class ConflictOut(serializers.Serializer[Any]):
    proposal = serializers.IntegerField(source="proposal_id")
    reason = serializers.CharField()
    at = serializers.DateTimeField()


class NoKeysIn(StrictSerializer):
    """No keys."""


class ShortlistRow(serializers.Serializer[Any]):
    entry = serializers.IntegerField()
    proposal = serializers.IntegerField()
    title = serializers.CharField()
    count = serializers.IntegerField()
    mean = serializers.FloatField(allow_null=True)
    median = serializers.FloatField(allow_null=True)
    spread = serializers.FloatField(allow_null=True)
    outcome = serializers.ChoiceField(choices=["pending", "advances", "stays"])
    is_judges_choice = serializers.BooleanField()
    reason = serializers.CharField()
    letter = serializers.CharField()


class ShortlistOut(serializers.Serializer[Any]):
    phase = serializers.IntegerField()
    undecided = serializers.IntegerField()
    released_at = serializers.DateTimeField(allow_null=True)
    rows = ShortlistRow(many=True)


class DecisionsIn(PhaseIn):
    decisions = serializers.DictField(
        child=serializers.ChoiceField(choices=["advances", "stays", "pending"]), help_text="outcome by entry id"
    )
    letters = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=LONGEST_TEXT), required=False, help_text="your own words"
    )
    judges_choice = serializers.DictField(
        child=serializers.CharField(max_length=LONGEST_TEXT), required=False, help_text="reason by entry id"
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        return {key: value if key == "phase" else whole_keys(value) for key, value in data.items()}


class ReleaseOut(serializers.Serializer[Any]):
    phase = serializers.IntegerField()
    released_at = serializers.DateTimeField()
    advancing = serializers.ListField(child=serializers.IntegerField())
    staying = serializers.ListField(child=serializers.IntegerField())


class FeedbackText(serializers.Serializer[Any]):
    judge = serializers.CharField(help_text="a number, never a name")
    text = serializers.CharField()


class CriterionMean(serializers.Serializer[Any]):
    name = serializers.CharField()
    mean = serializers.FloatField()
    most = serializers.IntegerField()


class LetterOut(serializers.Serializer[Any]):
    phase = serializers.CharField()
    outcome = serializers.ChoiceField(choices=["advances", "stays"])
    feedback = FeedbackText(many=True)
    letter = serializers.CharField(allow_null=True, help_text="the whole letter, for the team and the organisers")
    criteria = CriterionMean(many=True, help_text="means, for the team and the organisers")


class LettersOut(serializers.Serializer[Any]):
    letters = LetterOut(many=True)


def whole_keys(given: dict[str, Any]) -> dict[int, Any]:
    """The same with ids as whole numbers. Raises ValidationError for other keys."""
    try:
        return {int(key): value for key, value in given.items()}
    except ValueError:
        raise serializers.ValidationError("The keys are ids: whole numbers.") from None
