"""What judges do, and what authors read afterwards."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contests.rules import SIGN_IN
from core import clock, rest
from core.permissions import Refused, require
from judging import actions
from judging.models import Assignment, Review
from judging.rules import Permission, reads_letters
from judging.serializers import (
    AssignmentFilter,
    AssignmentOut,
    AssignmentPage,
    ConflictIn,
    ConflictOut,
    LettersOut,
    NoKeysIn,
    ReviewIn,
    ReviewOut,
)
from proposals.models import Proposal

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag you read")


def visible(request: Request) -> Any:
    rows = Assignment.objects.visible_to(request.user)
    return rows.select_related("entry__proposal__contest", "entry__phase", "entry__revision", "judge")


def own(request: Request, pk: int) -> Assignment:
    """The judge's own assignment; 404 for any other."""
    if not request.user.is_authenticated:
        raise Refused(SIGN_IN)
    assignment: Assignment = get_object_or_404(visible(request).active().filter(judge=request.user), pk=pk)
    return assignment


def answer(assignment: Assignment, review: Review | None) -> Response:
    body = {
        "assignment": assignment.pk,
        "marks": {str(mark.criterion_id): mark.points for mark in review.marks.order_by("criterion")} if review else {},
        "feedback": review.feedback if review else "",
        "note": review.note if review else "",
        "recommendation": review.recommendation if review else "",
        "version": review.version if review else 0,
        "done_at": review.done_at if review else None,
    }
    return Response(body, headers={"ETag": rest.etag(body["version"])})


class AssignmentList(APIView):
    @extend_schema(parameters=[AssignmentFilter], responses=AssignmentPage)
    def get(self, request: Request) -> Response:
        """Your own assignments, and those of contests you organise or facilitate; none that you are in conflict with."""
        if not request.user.is_authenticated:
            raise Refused(SIGN_IN)
        wanted = rest.parse(AssignmentFilter, request.query_params.dict())
        names = {"contest": "entry__proposal__contest__slug", "phase": "entry__phase", "state": "state"}
        rows = visible(request).filter(**{names[key]: value for key, value in wanted.items() if key in names})
        return rest.paged(request, rows, lambda row: AssignmentOut(row).data)


class ReviewDetail(APIView):
    @extend_schema(responses=ReviewOut)
    def get(self, request: Request, pk: int) -> Response:
        """Your review as saved; organisers read those that are done."""
        if not request.user.is_authenticated:
            raise Refused(SIGN_IN)
        assignment = get_object_or_404(visible(request).active(), pk=pk)
        if assignment.judge_id == request.user.pk:
            return answer(assignment, Review.objects.filter(assignment=assignment).first())
        require(Permission.VIEW_REVIEWS, request.user, assignment.entry, at=clock.now())
        review = Review.objects.done().filter(assignment=assignment).first()
        if review is None:
            raise Http404
        return answer(assignment, review)

    @extend_schema(parameters=[IF_MATCH], request=ReviewIn, responses=ReviewOut)
    def put(self, request: Request, pk: int) -> Response:
        """Save the whole review. One that was done is open again when something changes."""
        assignment = own(request, pk)
        version = rest.version_from(request)
        data = rest.parse(ReviewIn, request.data)
        return answer(assignment, actions.save_review(by=request.user, assignment=assignment, version=version, **data))


class Done(APIView):
    @extend_schema(request=NoKeysIn, responses=ReviewOut)
    def post(self, request: Request, pk: int) -> Response:
        """Say that your review counts."""
        assignment = own(request, pk)
        rest.parse(NoKeysIn, request.data)
        return answer(assignment, actions.mark_done(by=request.user, assignment=assignment))


class DeclareConflict(APIView):
    @extend_schema(request=ConflictIn, responses={201: ConflictOut})
    def post(self, request: Request, pk: int) -> Response:
        """Step aside from this proposal for good."""
        assignment = own(request, pk)
        data = rest.parse(ConflictIn, request.data)
        conflict = actions.declare_conflict(by=request.user, on=assignment, reason=data["reason"])
        return Response(ConflictOut(conflict).data, status=201)


class ProposalConflict(APIView):
    @extend_schema(request=ConflictIn, responses={201: ConflictOut})
    def post(self, request: Request, pk: int) -> Response:
        """Declare a conflict before anybody asks you to read the proposal."""
        proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("contest"), pk=pk)
        data = rest.parse(ConflictIn, request.data)
        conflict = actions.declare_conflict(by=request.user, on=proposal, reason=data["reason"])
        return Response(ConflictOut(conflict).data, status=201)


class Decline(APIView):
    @extend_schema(request=NoKeysIn, responses=AssignmentOut)
    def post(self, request: Request, pk: int) -> Response:
        """Give an assignment back."""
        assignment = own(request, pk)
        rest.parse(NoKeysIn, request.data)
        declined = actions.decline(by=request.user, assignment=assignment)
        return Response(AssignmentOut(declined).data)


class Feedback(APIView):
    @extend_schema(responses=LettersOut)
    def get(self, request: Request, pk: int) -> Response:
        """The released letters about a proposal, the newest first."""
        proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("contest"), pk=pk)
        at = clock.now()
        require(Permission.VIEW_FEEDBACK, request.user, proposal, at=at)
        whole = reads_letters(request.user, proposal, at=at)
        return Response({"letters": [_letter(letter, whole) for letter in actions.letters_of(proposal.pk)]})


def _letter(letter: actions.Letter, whole: bool) -> dict[str, Any]:
    return {
        "phase": letter.entry.phase.name,
        "outcome": letter.outcome,
        "feedback": [{"judge": heading, "text": text} for heading, text in letter.feedback],
        "letter": letter.as_text() if whole else None,
        "criteria": [{"name": n, "mean": m, "most": most} for n, m, most in letter.criteria] if whole else [],
    }
