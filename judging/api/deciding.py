"""What organisers do: ask judges, decide, release."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from contests.models import Contest, Phase
from core import clock, rest
from core.permissions import require
from judging import actions
from judging.methods.assign import Plan
from judging.querysets import shortlist
from judging.rules import Permission, judging_phases
from judging.serializers import AssignIn, DecisionsIn, PhaseIn, PlanOut, ReleaseOut, ShortlistOut
from proposals.models import Entry


def phase_of(request: Request, slug: str, named: str | None) -> Phase:
    """The judging phase that the call is about: the one named, or the only one."""
    contest = get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)
    phases = judging_phases(contest)
    if named is None and len(phases) > 1:
        known = ", ".join(f"{phase.pk} ({phase.name})" for phase in phases)
        raise ValidationError({"phase": [f"This contest has more than one judging phase. Name one of {known}."]})
    found = [phase for phase in phases if named is None or named in (str(phase.pk), phase.name)]
    if not found:
        raise Http404
    return found[0]


def plan_out(plan: Plan, made: int) -> dict[str, Any]:
    handles = dict(User.objects.filter(pk__in=plan.loads).values_list("pk", "handle"))
    return {
        "made": made,
        "pairs": [{"judge": judge, "entry": entry} for judge, entry in plan.pairs],
        "loads": [{"judge": pk, "handle": handles.get(pk), "load": load} for pk, load in plan.loads.items()],
        "gaps": [{"entry": entry, "missing": missing} for entry, missing in plan.gaps.items()],
    }


class Assign(APIView):
    @extend_schema(request=AssignIn, responses={200: PlanOut, 201: PlanOut})
    def post(self, request: Request, slug: str) -> Response:
        """Share the entries of a judging phase among its judges, or ask judges pair by pair."""
        data = rest.parse(AssignIn, request.data)
        phase = phase_of(request, slug, data.get("phase"))
        if data["strategy"] == "pairs":
            pairs = tuple((pair["judge"], pair["entry"]) for pair in data["pairs"])
            made = actions.assign(by=request.user, phase=phase, pairs=pairs)
            return Response(plan_out(Plan(pairs), made), status=201)
        sizes = {name: data[name] for name in ("reviews_per_entry", "max_per_judge", "dry_run")}
        plan = actions.assign_balanced(by=request.user, phase=phase, **sizes)
        made = 0 if data["dry_run"] else len(plan.pairs)
        return Response(plan_out(plan, made), status=200 if data["dry_run"] else 201)


class Shortlist(APIView):
    @extend_schema(parameters=[PhaseIn], responses=ShortlistOut)
    def get(self, request: Request, slug: str) -> Response:
        """Every entry with its numbers and pending decision, best mean first; none that you are in conflict with."""
        wanted = rest.parse(PhaseIn, request.query_params.dict())
        return Response(self._answer(request, phase_of(request, slug, wanted.get("phase"))))

    @extend_schema(request=DecisionsIn, responses=ShortlistOut)
    def put(self, request: Request, slug: str) -> Response:
        """Note decisions; nobody else learns them before the release."""
        data = rest.parse(DecisionsIn, request.data)
        phase = phase_of(request, slug, data.pop("phase", None))
        actions.decide(by=request.user, phase=phase, **data)
        return Response(self._answer(request, phase))

    def _answer(self, request: Request, phase: Phase) -> dict[str, Any]:
        require(Permission.VIEW_REVIEWS, request.user, phase, at=clock.now())
        return {
            "phase": phase.pk,
            "undecided": actions.undecided(phase=phase),
            "released_at": phase.released_at,
            "rows": [_row(entry) for entry in shortlist(phase, request.user)],
        }


def _row(entry: Entry) -> dict[str, Any]:
    score, decision = getattr(entry, "score", None), getattr(entry, "decision", None)
    return {
        "entry": entry.pk,
        "proposal": entry.proposal_id,
        "title": entry.revision.title,
        "count": score.count if score else 0,
        "mean": score.mean if score else None,
        "median": score.median if score else None,
        "spread": score.spread if score else None,
        "outcome": decision.outcome if decision else "pending",
        "is_judges_choice": bool(decision and decision.is_judges_choice),
        "reason": decision.reason if decision else "",
        "letter": decision.letter if decision else "",
    }


class Release(APIView):
    @extend_schema(request=PhaseIn, responses=ReleaseOut)
    def post(self, request: Request, slug: str) -> Response:
        """Release all decisions of a judging phase in one act."""
        data = rest.parse(PhaseIn, request.data)
        phase = actions.release(by=request.user, phase=phase_of(request, slug, data.get("phase")))
        entries = Entry.objects.filter(phase=phase).order_by("pk")
        outcomes = {
            name: list(entries.filter(outcome=outcome).values_list("pk", flat=True))
            for name, outcome in (("advancing", "advances"), ("staying", "stays"))
        }
        return Response({"phase": phase.pk, "released_at": phase.released_at, **outcomes})
