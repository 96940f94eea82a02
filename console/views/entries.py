"""What has been handed in, and who reads it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import ngettext

from console.forms.judging import BalancedForm, FilterForm
from console.querysets import entries_of, loads_of
from console.views.frame import chosen_phase, managed, onward, page
from contests.models import Contest, Phase
from contests.phases import Kind
from contests.roles import Role
from core import clock
from core.permissions import refusal, require
from judging import actions
from judging.rules import Permission
from proposals.models import Entry, Proposal
from proposals.transitions import Status

PAGE = 50


def entries(request: HttpRequest, slug: str) -> HttpResponse:
    """Every submitted proposal, or the entries of one phase."""
    contest = managed(request, slug)
    form = FilterForm(request.GET)
    wanted = form.cleaned_data if form.is_valid() else {"q": "", "status": "", "phase": ""}
    phases = list(contest.phases.filter(entries__isnull=False).distinct())
    phase = next((one for one in phases if str(one.pk) == wanted["phase"]), None)
    found = _entries(request, phase, wanted) if phase else _proposals(request, contest, wanted)
    shown = Paginator(found, PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {"form": form, "phase": phase, "phases": phases, "shown": shown, "query": query.urlencode()}
    return page(request, contest, "entries", context)


def _entries(request: HttpRequest, phase: Phase, wanted: dict[str, str]) -> Any:
    rows = entries_of(phase, request.user)
    if wanted["q"]:
        rows = rows.filter(revision__title__icontains=wanted["q"])
    return rows.filter(proposal__status=wanted["status"]) if wanted["status"] else rows


def _proposals(request: HttpRequest, contest: Contest, wanted: dict[str, str]) -> Any:
    """Drafts are their team's alone, so none is here, not even one's own."""
    rows = Proposal.objects.visible_to(request.user).filter(contest=contest).exclude(status=Status.DRAFT)
    if wanted["q"]:
        rows = rows.filter(submitted_revision__title__icontains=wanted["q"])
    if wanted["status"]:
        rows = rows.filter(status=wanted["status"])
    return rows.select_related("contest", "submitted_revision").prefetch_related("team__user").order_by("-submitted_at", "-pk")


def assignments(request: HttpRequest, slug: str) -> HttpResponse:
    """Share the entries among the judges: say how, look at the plan, apply it."""
    contest = managed(request, slug)
    phase = chosen_phase(request, contest)
    form = BalancedForm(request.POST or None)
    plan = None
    if request.method == "POST" and phase is not None:
        require(Permission.ASSIGN, request.user, phase, at=clock.now())
        applies = request.POST.get("act") == "apply"
        plan = _plan(request, phase, form, dry_run=not applies)
        if plan is not None and applies:
            made = len(plan.pairs)
            messages.success(request, ngettext("%(n)s review is assigned.", "%(n)s reviews are assigned.", made) % {"n": made})
            return onward(f"{reverse('manage_assignments', args=[slug])}?phase={phase.pk}")
    return _assignments_page(request, contest, phase, form, plan)


def _plan(request: HttpRequest, phase: Phase, form: BalancedForm, *, dry_run: bool) -> Any:
    if not form.is_valid():
        return None
    try:
        return actions.assign_balanced(by=request.user, phase=phase, dry_run=dry_run, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return None


def _assignments_page(request: HttpRequest, contest: Contest, phase: Phase | None, form: BalancedForm, plan: Any) -> HttpResponse:
    context: dict[str, Any] = {"phase": phase, "form": form, "plan": plan}
    context["phases"] = [one for one in contest.phases.all() if one.kind == Kind.JUDGING]
    if phase is not None:
        loads = loads_of(phase, request.user)
        members = contest.memberships.filter(role=Role.JUDGE).select_related("user").order_by("user__display_name")
        planned = plan.loads if plan else {}
        context["judges"] = [{"user": m.user, "planned": planned.get(m.user_id, 0), **loads.get(m.user_id, {})} for m in members]
        context["entry_count"] = Entry.objects.of_phase(phase).count()
        context["why_not"] = refusal(Permission.ASSIGN, request.user, phase, at=clock.now())
        missing = plan.gaps if plan else {}
        titles = Entry.objects.filter(pk__in=missing).select_related("revision")
        context["missing"] = [{"entry": entry, "number": missing[entry.pk]} for entry in titles]
    return page(request, contest, "assignments", context, status=422 if form.errors else 200)
