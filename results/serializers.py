"""What the REST interface takes and gives for results."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.rest import StrictSerializer


class ResultsIn(StrictSerializer):
    """Which vote is meant; needed where a contest has several."""

    phase = serializers.IntegerField(required=False, min_value=1)


class WinnerOut(serializers.Serializer[Any]):
    proposal = serializers.IntegerField()
    title = serializers.CharField()
    kind = serializers.CharField(help_text="judges_choice or popular_choice")
    reason = serializers.CharField()


class StandingOut(serializers.Serializer[Any]):
    proposal = serializers.IntegerField()
    title = serializers.CharField()
    count = serializers.IntegerField(help_text="counted ballots that name it")
    rank = serializers.IntegerField()
    tied = serializers.BooleanField()


class GateOut(serializers.Serializer[Any]):
    code = serializers.CharField()
    number = serializers.IntegerField()


class TallyOut(serializers.Serializer[Any]):
    """A count that is not released, as its organisers get it from counting: without the standings."""

    phase = serializers.IntegerField(source="phase_id")
    rule = serializers.CharField()
    position = serializers.IntegerField(help_text="the last ledger position counted")
    ballots = serializers.IntegerField(help_text="ballots counted")
    digest = serializers.CharField(help_text="SHA-256 of the standings in canonical form")
    counted_at = serializers.DateTimeField(source="at")


class ResultsOut(TallyOut):
    quorum = serializers.IntegerField()
    has_quorum = serializers.BooleanField()
    most = serializers.IntegerField(help_text="choices a ballot could name")
    tie = serializers.CharField()
    released_at = serializers.DateTimeField()
    gates = GateOut(many=True)
    winners = WinnerOut(many=True)
    standings = StandingOut(many=True)
