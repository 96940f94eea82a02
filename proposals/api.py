"""Proposals over REST: the same actions as the pages."""

from __future__ import annotations

from typing import Any

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contests.models import Contest
from core import clock, rest
from core.permissions import require
from proposals import actions
from proposals.models import Proposal
from proposals.querysets import ProposalQuerySet
from proposals.rules import Permission, team_role
from proposals.serializers import (
    ChangeIn,
    CoverIn,
    DraftIn,
    FilterIn,
    NothingIn,
    ProposalOut,
    ProposalPage,
    ProposalRow,
    RevisionOut,
    RevisionPage,
    SubmitIn,
)

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag you read")
ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="sent again, it begins no second")
ORDERS: dict[str, Any] = {
    "newest": ("-submitted_at", "-id"),
    "oldest": ("submitted_at", "id"),
    "discussed": ("-comment_count", "-id"),
    "shuffled": ("place",),
}


def one(request: Request, pk: int) -> Proposal:
    proposals = Proposal.objects.visible_to(request.user).select_related("contest", "submitted_revision")
    return get_object_or_404(proposals.prefetch_related("team__user"), pk=pk)


def answer(request: Request, proposal: Proposal, status: int = 200) -> Response:
    """The proposal as this user may read it; its team gets the working copy's ETag."""
    fresh = one(request, proposal.pk)
    on_team = team_role(request.user, fresh) is not None
    headers = {"ETag": rest.etag(fresh.version)} if on_team else {}
    return Response(ProposalOut(fresh, context={"team": on_team}).data, status=status, headers=headers)


def listed(user: Any, wanted: dict[str, Any]) -> ProposalQuerySet:
    """The proposals that the query asks for, of those this user may see."""
    proposals = Proposal.objects.visible_to(user)
    proposals = proposals.of_team(user) if wanted.get("mine") else proposals.filter(submitted_revision__isnull=False)
    if "contest" in wanted:
        proposals = proposals.filter(contest__slug=wanted["contest"])
    if "status" in wanted:
        proposals = proposals.filter(status=wanted["status"])
    elif not wanted.get("mine"):
        proposals = proposals.submitted()
    if "stage" in wanted:
        proposals = proposals.at_stage(wanted["stage"], at=clock.now())
    return proposals.reads(wanted["q"]) if "q" in wanted else proposals


class ProposalList(APIView):
    @extend_schema(operation_id="proposals_list", parameters=[FilterIn], responses=ProposalPage)
    def get(self, request: Request) -> Response:
        """Submitted proposals, newest first; `mine=true` for those of your teams, drafts too."""
        wanted = rest.parse(FilterIn, request.query_params.dict())
        order = wanted.get("order", "newest")
        mine = bool(wanted.get("mine"))
        proposals = listed(request.user, wanted).for_cards()
        if order == "shuffled":
            proposals = proposals.shuffled(wanted.get("seed", ""))
        ordering = ("-id",) if mine and order == "newest" else ORDERS[order]
        return rest.paged(request, proposals, lambda row: ProposalRow(row, context={"team": mine}).data, ordering)

    @extend_schema(parameters=[ONCE], request=DraftIn, responses={201: ProposalOut})
    def post(self, request: Request) -> Response:
        """Begin a draft."""
        data = rest.parse(DraftIn, request.data)
        contest = get_object_or_404(Contest.objects.visible_to(request.user), slug=data.pop("contest"))
        once = request.headers.get("Idempotency-Key", "")
        return answer(request, actions.start(by=request.user, contest=contest, once=once, **data), 201)


class ProposalDetail(APIView):
    @extend_schema(responses=ProposalOut)
    def get(self, request: Request, pk: int) -> Response:
        """One proposal: the working copy for its team, the last submitted revision for everybody else."""
        return answer(request, one(request, pk))

    @extend_schema(parameters=[IF_MATCH], request=ChangeIn, responses=ProposalOut)
    def patch(self, request: Request, pk: int) -> Response:
        """Save the working copy."""
        proposal = one(request, pk)
        require(Permission.EDIT_PROPOSAL, request.user, proposal, at=clock.now())
        version = rest.version_from(request)
        data = rest.parse(ChangeIn, request.data)
        return answer(request, actions.save_draft(by=request.user, proposal=proposal, version=version, **data))


class Submit(APIView):
    @extend_schema(request=SubmitIn, responses=ProposalOut)
    def post(self, request: Request, pk: int) -> Response:
        """Submit the working copy; with If-Match only that version."""
        proposal = one(request, pk)
        data = rest.parse(SubmitIn, request.data)
        version = rest.version_from(request) if "If-Match" in request.headers else None
        actions.submit(by=request.user, proposal=proposal, accept_rules=data["accept_rules"], version=version)
        return answer(request, proposal)


class Withdraw(APIView):
    @extend_schema(request=NothingIn, responses=ProposalOut)
    def post(self, request: Request, pk: int) -> Response:
        """Take a submitted proposal back."""
        rest.parse(NothingIn, request.data)
        return answer(request, actions.withdraw(by=request.user, proposal=one(request, pk)))


class Revisions(APIView):
    @extend_schema(responses=RevisionPage)
    def get(self, request: Request, pk: int) -> Response:
        """Every kept version, newest first, for the team."""
        proposal = one(request, pk)
        require(Permission.VIEW_HISTORY, request.user, proposal, at=clock.now())
        return rest.paged(request, proposal.revisions.all(), lambda row: RevisionOut(row).data, "-number")


class Cover(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(request={"multipart/form-data": CoverIn}, responses=ProposalOut)
    def put(self, request: Request, pk: int) -> Response:
        """Give the proposal a picture."""
        proposal = one(request, pk)
        require(Permission.EDIT_PROPOSAL, request.user, proposal, at=clock.now())
        data = rest.parse(CoverIn, request.data)
        saved = actions.set_cover(by=request.user, proposal=proposal, picture=data["cover"], alt=data["cover_alt"])
        return answer(request, saved)
