"""What the REST interface takes and gives for ballots."""

from __future__ import annotations

from rest_framework import serializers

from core.rest import StrictSerializer
from voting.models import Ballot
from voting.rules import MOST_LINES


class VoteIn(StrictSerializer):
    """Which vote is meant; needed where a contest has several."""

    phase = serializers.IntegerField(required=False, min_value=1)


class ChoiceIn(StrictSerializer):
    proposal = serializers.IntegerField(min_value=1)


class BallotIn(VoteIn):
    """The whole ballot as it shall be."""

    choices = serializers.ListField(child=ChoiceIn(), max_length=MOST_LINES)


class ChoiceOut(serializers.Serializer[Ballot]):
    proposal = serializers.IntegerField()


class BallotOut(serializers.Serializer[Ballot]):
    """A voter's own ballot. Nobody else ever gets it."""

    phase = serializers.IntegerField(source="phase_id")
    receipt = serializers.CharField(help_text="the short code the voter keeps; it does not say what was chosen")
    state = serializers.ChoiceField(choices=Ballot.State.choices)
    choices = ChoiceOut(many=True)
    most = serializers.IntegerField(help_text="choices allowed")
    changed_at = serializers.DateTimeField()
    until = serializers.DateTimeField(help_text="the ballot may be changed or withdrawn before this time")
