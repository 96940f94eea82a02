"""Results over REST: counting and releasing for organisers, reading for everybody once released."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contests.models import Contest, Phase
from core import clock, rest
from core.permissions import require
from proposals.models import Distinction
from results import actions
from results.actions import CO_WINNERS
from results.models import Tally
from results.querysets import gates, standings_of, winners
from results.rules import Permission, is_vote
from results.serializers import ResultsIn, ResultsOut, TallyOut
from voting.rules import most_choices

KINDS = (Distinction.Kind.JUDGES_CHOICE, Distinction.Kind.POPULAR_CHOICE)


def visible(request: Request, slug: str) -> Contest:
    return get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)


def vote(contest: Contest, wanted: int | None) -> Phase:
    """The vote that is meant: the only one, or the one that is named."""
    votes = [phase for phase in contest.phases.all() if is_vote(phase.kind)]
    if len(votes) > 1 and wanted is None:
        raise ValidationError({"phase": ["This contest has several votes: say which one."]})
    found = next((phase for phase in votes if wanted in (None, phase.pk)), None)
    if found is None:
        raise Http404
    return found


def released(contest: Contest, tally: Tally) -> Response:
    at = clock.now()
    won = [row for kind in KINDS for row in winners(contest, kind, at=at)]
    body: dict[str, Any] = {
        **{name: getattr(tally, name) for name in ("phase_id", "rule", "position", "ballots", "digest", "at", "quorum")},
        "has_quorum": tally.has_quorum,
        "most": most_choices(tally.phase),
        "tie": tally.phase.settings.get("tie") or CO_WINNERS,
        "released_at": tally.released_at,
        "gates": gates(contest, tally),
        "winners": [
            {"proposal": row.proposal_id, "title": row.proposal.submitted_revision.title, "kind": row.kind, "reason": row.reason}
            for row in won
        ],
        "standings": [
            {"proposal": s.entry.proposal_id, "title": s.entry.revision.title, "count": s.count, "rank": s.rank, "tied": s.tied}
            for s in standings_of(tally)
        ],
    }
    return Response(ResultsOut(body).data)


class Results(APIView):
    @extend_schema(parameters=[ResultsIn], responses=ResultsOut)
    def get(self, request: Request, slug: str) -> Response:
        """The released results; 404 for everybody until then."""
        contest = visible(request, slug)
        phase = vote(contest, rest.parse(ResultsIn, request.query_params.dict()).get("phase"))
        tally = Tally.objects.released_of(contest, phase.pk)
        if tally is None:
            raise Http404
        return released(contest, tally)


class Count(APIView):
    permission_classes = ()  # the rules ask

    @extend_schema(request=ResultsIn, responses=TallyOut)
    def post(self, request: Request, slug: str) -> Response:
        """Count the ballots, after the close. The clock does this by itself; counting again changes nothing."""
        phase = vote(visible(request, slug), rest.parse(ResultsIn, request.data).get("phase"))
        require(Permission.COUNT_BALLOTS, request.user, phase, at=clock.now())
        return Response(TallyOut(actions.tally(phase=phase, by=request.user)).data)


class Release(APIView):
    permission_classes = ()  # the rules ask

    @extend_schema(request=ResultsIn, responses=ResultsOut)
    def post(self, request: Request, slug: str) -> Response:
        """Release the results. 409 while voting runs, while nothing is counted, or when ballots changed since."""
        contest = visible(request, slug)
        phase = vote(contest, rest.parse(ResultsIn, request.data).get("phase"))
        tally = actions.release(by=request.user, contest=contest, phase=phase)
        return released(contest, tally)
