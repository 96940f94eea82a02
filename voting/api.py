"""Ballots over REST: the same actions as the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contests.models import Phase
from contests.rules import SIGN_IN
from core import rest
from core.permissions import Refused
from proposals.models import Entry
from voting import actions
from voting.models import Ballot
from voting.querysets import votes_of
from voting.serializers import BallotIn, BallotOut, VoteIn


def vote(request: Request, slug: str, wanted: int | None) -> Phase:
    """The vote that is meant: the only one, or the one that is named. 404 when it is not there to be seen."""
    votes = votes_of(slug, request.user)
    if len(votes) > 1 and wanted is None:
        raise ValidationError({"phase": ["This contest has several votes: say which one."]})
    found = next((phase for phase in votes if wanted in (None, phase.pk)), None)
    if found is None:
        raise Http404
    return found


def answer(ballot: Ballot, phase: Phase, proposals: list[int]) -> Response:
    fields: dict[str, Any] = {name: getattr(ballot, name) for name in ("phase_id", "receipt", "state", "most", "changed_at")}
    choices = [{"proposal": proposal} for proposal in proposals]
    return Response(BallotOut({**fields, "choices": choices, "until": phase.closes_at}).data)


class BallotDetail(APIView):
    permission_classes = ()  # the actions ask, so that a visitor hears when voting opens before being asked to sign in

    @extend_schema(parameters=[VoteIn], responses=BallotOut)
    def get(self, request: Request, slug: str) -> Response:
        """Your own ballot; 404 as long as you have none."""
        phase = vote(request, slug, rest.parse(VoteIn, request.query_params.dict()).get("phase"))
        if not request.user.is_authenticated:
            raise Refused(SIGN_IN)
        ballot = Ballot.objects.of(request.user, phase)
        if ballot is None:
            raise Http404
        return answer(ballot, phase, list(ballot.choices.order_by("slot").values_list("entry__proposal", flat=True)))

    @extend_schema(request=BallotIn, responses=BallotOut)
    def put(self, request: Request, slug: str) -> Response:
        """State the whole ballot. Sent again it changes nothing; 409 says why it cannot be, and until when."""
        wanted = rest.parse(BallotIn, request.data)
        phase = vote(request, slug, wanted.get("phase"))
        proposals = sorted({choice["proposal"] for choice in wanted["choices"]})
        entries = dict(Entry.objects.filter(phase=phase, proposal__in=proposals).values_list("proposal", "pk"))
        # What is not on the ballot stands in as a number that no entry has: the action says what is wrong with it.
        ballot = actions.cast(phase=phase, by=request.user, choices=[entries.get(pk, -pk) for pk in proposals])
        return answer(ballot, phase, proposals)

    @extend_schema(parameters=[VoteIn], responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Withdraw your ballot. Sent again it changes nothing."""
        phase = vote(request, slug, rest.parse(VoteIn, request.query_params.dict()).get("phase"))
        actions.withdraw(phase=phase, by=request.user)
        return Response(status=204)
