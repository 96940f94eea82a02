"""Comments, supports and follows over REST: the same actions as the pages."""

from __future__ import annotations

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community import actions
from community.models import Comment, Support
from community.serializers import CommentEdit, CommentIn, CommentOut, CommentPage, FollowOut, SupportOut
from contests.models import Contest
from core import rest
from proposals.models import Proposal


def proposal_of(request: Request, pk: int) -> Proposal:
    return get_object_or_404(Proposal.objects.visible_to(request.user).select_related("contest"), pk=pk)


class CommentList(APIView):
    @extend_schema(responses=CommentPage)
    def get(self, request: Request, pk: int) -> Response:
        """The comments on a proposal, oldest first; `parent` says what each replies to."""
        comments = Comment.objects.filter(proposal=proposal_of(request, pk)).select_related("author")
        return rest.paged(request, comments, lambda row: CommentOut(row).data, ("at", "id"))

    @extend_schema(request=CommentIn, responses={201: CommentOut})
    def post(self, request: Request, pk: int) -> Response:
        """Write a comment or, with `parent`, a reply. The same words again within a minute are the same comment."""
        proposal = proposal_of(request, pk)
        data = rest.parse(CommentIn, request.data)
        parent = None
        if data.get("parent"):
            parent = Comment.objects.filter(proposal=proposal, pk=data["parent"]).first()
            if parent is None:
                raise ValidationError({"parent": ["This discussion has no such comment."]})
        written = actions.comment(by=request.user, proposal=proposal, text=data["text"], parent=parent)
        return Response(CommentOut(written).data, status=201)


class CommentDetail(APIView):
    def one(self, request: Request, pk: int) -> Comment:
        return get_object_or_404(Comment.objects.visible_to(request.user).select_related("proposal", "author"), pk=pk)

    @extend_schema(responses=CommentOut)
    def get(self, request: Request, pk: int) -> Response:
        return Response(CommentOut(self.one(request, pk)).data)

    @extend_schema(request=CommentEdit, responses=CommentOut)
    def patch(self, request: Request, pk: int) -> Response:
        """Mend an own comment, within 15 minutes."""
        comment = self.one(request, pk)
        text = rest.parse(CommentEdit, request.data)["text"]
        return Response(CommentOut(actions.edit(by=request.user, comment=comment, text=text)).data)

    @extend_schema(responses=CommentOut)
    def delete(self, request: Request, pk: int) -> Response:
        """Take an own comment back; the place stays, without words or name."""
        return Response(CommentOut(actions.delete_own(by=request.user, comment=self.one(request, pk))).data)


class SupportState(APIView):
    def answer(self, proposal: Proposal, supported: bool) -> Response:
        count = Support.objects.filter(proposal=proposal).count()
        return Response({"supported": supported, "count": count})

    @extend_schema(request=None, responses=SupportOut)
    def put(self, request: Request, pk: int) -> Response:
        """Support a proposal. Support is not a vote."""
        proposal = proposal_of(request, pk)
        actions.support(by=request.user, proposal=proposal)
        return self.answer(proposal, True)

    @extend_schema(responses=SupportOut)
    def delete(self, request: Request, pk: int) -> Response:
        """Take support back."""
        proposal = proposal_of(request, pk)
        actions.unsupport(by=request.user, proposal=proposal)
        return self.answer(proposal, False)


class FollowState(APIView):
    @extend_schema(request=None, responses=FollowOut)
    def put(self, request: Request, slug: str) -> Response:
        """Hear of a contest from now on."""
        contest = get_object_or_404(Contest.objects.visible_to(request.user), slug=slug)
        actions.follow(by=request.user, contest=contest)
        return Response({"following": True})

    @extend_schema(responses=FollowOut)
    def delete(self, request: Request, slug: str) -> Response:
        """Stop hearing of a contest."""
        contest = get_object_or_404(Contest.objects.visible_to(request.user), slug=slug)
        actions.unfollow(by=request.user, contest=contest)
        return Response({"following": False})
