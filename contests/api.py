"""Contests over REST: the same actions as the console's pages."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError as BadRequest
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contests import actions
from contests.actions.people import invitation_by
from contests.actions.setup import gaps, templates
from contests.models import Contest, Phase
from contests.phases import Kind
from contests.rules import Permission
from contests.serializers import (
    AnswerOut,
    ChangeOut,
    ChangePage,
    ContestIn,
    ContestOut,
    ContestPage,
    ContestRow,
    FormIn,
    FormOut,
    InvitationOut,
    InvitationPage,
    MemberIn,
    MembershipOut,
    MembershipPage,
    NewContestIn,
    NothingIn,
    OpenPoint,
    OpenPoints,
    PhaseQuery,
    RubricIn,
    RubricOut,
    ScheduledPhaseIn,
    ScheduleIn,
    ScheduleOut,
    TemplateOut,
)
from core import clock, rest
from core.permissions import require

IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag you read")
MAY_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="the ETag you read, to be sure")
ONCE = OpenApiParameter("Idempotency-Key", str, OpenApiParameter.HEADER, description="sent again, it makes no second")


def one(request: Request, slug: str) -> Contest:
    return get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)


def managed(request: Request, slug: str, permission: Permission = Permission.MANAGE_CONTEST) -> Contest:
    contest = one(request, slug)
    require(permission, request.user, contest, at=clock.now())
    return contest


def answer(request: Request, contest: Contest, status: int = 200) -> Response:
    fresh = Contest.objects.with_phases().get(pk=contest.pk)
    headers = {"ETag": rest.etag(fresh.version)}
    if status == 201:
        headers["Location"] = reverse("api_contest", args=[fresh.slug])
    return Response(ContestOut(fresh).data, status=status, headers=headers)


def not_so(error: ValidationError) -> Response:
    """409: well-formed, but it cannot be done as things stand."""
    code = getattr(error, "code", None) or "not_so"
    return Response({"code": code, "reason": " ".join(error.messages), "until": None}, status=409)


class ContestList(APIView):
    @extend_schema(operation_id="contests_list", responses=ContestPage)
    def get(self, request: Request) -> Response:
        """Contests, newest first: public ones, and those where you have a role."""
        at = clock.now()
        contests = Contest.objects.listed_for(request.user).with_phases()
        return rest.paged(request, contests, lambda row: ContestRow(row, context={"at": at}).data)

    @extend_schema(parameters=[ONCE], request=NewContestIn, responses={201: ContestOut})
    def post(self, request: Request) -> Response:
        """Make a draft from a template."""
        require(Permission.CREATE_CONTEST, request.user, None, at=clock.now())
        data = rest.parse(NewContestIn, request.data)
        once = request.headers.get("Idempotency-Key", "")
        return answer(request, actions.create_from_template(by=request.user, once=once, **data), 201)


class TemplateList(APIView):
    @extend_schema(responses=TemplateOut(many=True))
    def get(self, request: Request) -> Response:
        """The templates a contest can begin with."""
        names = ("name", "sentence", "days")
        return Response([{"template": key, **{n: plan[n] for n in names}} for key, plan in templates().items()])


class ContestDetail(APIView):
    @extend_schema(responses=ContestOut)
    def get(self, request: Request, slug: str) -> Response:
        """One contest with its texts, rules and phases."""
        return answer(request, one(request, slug))

    @extend_schema(parameters=[IF_MATCH], request=ContestIn, responses=ContestOut)
    def patch(self, request: Request, slug: str) -> Response:
        """Change texts and settings; other words for the rules or another licence make a new version of the rules."""
        contest = managed(request, slug, Permission.EDIT_CONTEST)
        version = rest.version_from(request)
        data = rest.parse(ContestIn, request.data)
        return answer(request, actions.edit_contest(by=request.user, contest=contest, version=version, **data))


class Schedule(APIView):
    @extend_schema(parameters=[MAY_MATCH], request=ScheduleIn, responses=ScheduleOut)
    def put(self, request: Request, slug: str) -> Response:
        """State the whole schedule. A published contest needs a reason, and what is past is locked."""
        contest = managed(request, slug, Permission.EDIT_SCHEDULE)
        version = rest.version_from(request) if "If-Match" in request.headers else None
        data = rest.parse(ScheduleIn, request.data)
        rows = [ScheduledPhaseIn().to_action(row) for row in data["phases"]]
        actions.set_schedule(by=request.user, contest=contest, phases=rows, reason=data.get("reason", ""), version=version)
        return self.get(request, slug)

    @extend_schema(responses=ScheduleOut)
    def get(self, request: Request, slug: str) -> Response:
        """The phases in order."""
        contest = one(request, slug)
        body = ScheduleOut({"time_zone": contest.time_zone, "phases": contest.phases.all()}).data
        return Response(body, headers={"ETag": rest.etag(contest.version)})


class ScheduleChanges(APIView):
    @extend_schema(responses=ChangePage)
    def get(self, request: Request, slug: str) -> Response:
        """The public log of moved dates, newest first."""
        return rest.paged(request, one(request, slug).schedule_changes.all(), lambda row: ChangeOut(row).data)


class Publish(APIView):
    @extend_schema(request=NothingIn, responses={200: ContestOut, 409: OpenPoints})
    def post(self, request: Request, slug: str) -> Response:
        """Show the contest to everybody; 409 with the open points of the checklist."""
        contest = managed(request, slug, Permission.PUBLISH_CONTEST)
        rest.parse(NothingIn, request.data)
        try:
            return answer(request, actions.publish(by=request.user, contest=contest))
        except ValidationError as error:
            reason = " ".join(error.messages)
            body = {"code": "checklist", "reason": reason, "until": None, "open_points": _open_points(contest)}
            return Response(OpenPoints(body).data, status=409)


class Checklist(APIView):
    @extend_schema(responses=OpenPoint(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """What is missing before the contest can be published; empty when nothing is."""
        return Response(_open_points(managed(request, slug)))


def _open_points(contest: Contest) -> list[dict[str, str]]:
    return [
        {"code": code, "text": text, "page": reverse(f"manage_{page}", args=[contest.slug])} for code, text, page in gaps(contest)
    ]


class Memberships(APIView):
    @extend_schema(responses=MembershipPage)
    def get(self, request: Request, slug: str) -> Response:
        """Who has a role, newest first."""
        members = managed(request, slug).memberships.select_related("user")
        return rest.paged(request, members, lambda row: MembershipOut(row).data)

    @extend_schema(request=MemberIn, responses={201: InvitationOut})
    def post(self, request: Request, slug: str) -> Response:
        """Invite somebody to a role by e-mail; who accepts becomes a member. The same open invitation is sent again."""
        contest = managed(request, slug, Permission.INVITE)
        data = rest.parse(MemberIn, request.data)
        return Response(InvitationOut(actions.invite(by=request.user, contest=contest, **data)).data, status=201)


class MembershipDetail(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """End a role."""
        contest = managed(request, slug, Permission.INVITE)
        membership = get_object_or_404(contest.memberships.select_related("contest"), pk=pk)
        try:
            actions.remove_member(by=request.user, membership=membership)
        except ValidationError as error:
            return not_so(error)
        return Response(status=204)


class Invitations(APIView):
    @extend_schema(responses=InvitationPage)
    def get(self, request: Request, slug: str) -> Response:
        """Invitations and their answers, newest first."""
        return rest.paged(request, managed(request, slug).invitations.all(), lambda row: InvitationOut(row).data)


class InvitationDetail(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Take an open invitation back."""
        contest = managed(request, slug, Permission.INVITE)
        invitation = get_object_or_404(contest.invitations.select_related("contest"), pk=pk)
        try:
            actions.revoke_invitation(by=request.user, invitation=invitation)
        except ValidationError as error:
            return not_so(error)
        return Response(status=204)


def _answered(request: Request, token: str, given: str) -> Response:
    found = invitation_by(token)
    if found is None:
        raise Http404
    rest.parse(NothingIn, request.data)
    try:
        if given == "accepted":
            actions.accept_invitation(by=request.user, invitation=found)
        else:
            actions.decline_invitation(by=request.user, invitation=found)
    except ValidationError as error:
        return not_so(error)
    return Response(AnswerOut({"contest": found.contest.slug, "role": found.role, "answer": given}).data)


class Accept(APIView):
    @extend_schema(request=NothingIn, responses=AnswerOut)
    def post(self, request: Request, token: str) -> Response:
        """Take the role that the link offers."""
        return _answered(request, token, "accepted")


class Decline(APIView):
    permission_classes = [AllowAny]  # the link is the right; saying no needs no account

    @extend_schema(request=NothingIn, responses=AnswerOut)
    def post(self, request: Request, token: str) -> Response:
        """Say no, thank you."""
        return _answered(request, token, "declined")


class Sections(APIView):
    @extend_schema(responses=FormOut)
    def get(self, request: Request, slug: str) -> Response:
        """The proposal form, in order."""
        sections = one(request, slug).sections.filter(retired_at=None)
        return Response(FormOut({"sections": sections}).data)

    @extend_schema(request=FormIn, responses=FormOut)
    def put(self, request: Request, slug: str) -> Response:
        """State the whole form. A section that proposals answer is retired, not deleted."""
        contest = managed(request, slug, Permission.EDIT_CONTEST)
        data = rest.parse(FormIn, request.data)
        actions.set_sections(by=request.user, contest=contest, sections=data["sections"])
        return self.get(request, slug)


class Rubric(APIView):
    @extend_schema(parameters=[PhaseQuery], responses=RubricOut)
    def get(self, request: Request, slug: str) -> Response:
        """What judges score in a judging phase."""
        query = rest.parse(PhaseQuery, request.query_params.dict())
        return self._shown(_judging_phase(one(request, slug), query.get("phase")))

    @extend_schema(parameters=[PhaseQuery], request=RubricIn, responses=RubricOut)
    def put(self, request: Request, slug: str) -> Response:
        """State the whole rubric; 409 once a review is done."""
        contest = managed(request, slug, Permission.EDIT_CONTEST)
        data = rest.parse(RubricIn, request.data)
        query = rest.parse(PhaseQuery, request.query_params.dict())
        phase = _judging_phase(contest, data.get("phase") or query.get("phase"))
        actions.set_rubric(by=request.user, phase=phase, criteria=data["criteria"])
        return self._shown(phase)

    def _shown(self, phase: Phase) -> Response:
        body = {"phase": phase.pk, "frozen_at": phase.rubric_frozen_at, "criteria": phase.criteria.all()}
        return Response(RubricOut(body).data)


def _judging_phase(contest: Contest, pk: int | None) -> Phase:
    """The judging phase named, or the only one."""
    phases = [phase for phase in contest.phases.all() if phase.kind == Kind.JUDGING]
    if pk is None and len(phases) > 1:
        raise BadRequest({"phase": [_("This contest has several judging phases; name one.")]})
    found = next((phase for phase in phases if pk in (None, phase.pk)), None)
    if found is None:
        raise Http404
    return found
