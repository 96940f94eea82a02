"""The shortlist: pending decisions, the letters, and their release in one act."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from console.forms.judging import TopForm, decision_rows, judging_before_vote, to_decide
from console.forms.rows import Summary
from console.views.frame import chosen_phase, managed, onward, page
from contests.models import Contest, Phase
from contests.phases import Kind
from core import clock
from core.permissions import refusal, require
from judging import actions
from judging.models import Decision
from judging.querysets import shortlist as shortlist_of
from judging.rules import Permission
from proposals.models import Entry


def shortlist(request: HttpRequest, slug: str) -> HttpResponse:
    """Entries by mean, a decision for each; nobody is told before the release."""
    contest, phase = _loaded(request, slug)
    if phase is None:
        return page(request, contest, "shortlist", {"phase": None})
    top = TopForm(request.GET)
    proposed = top.cleaned_data["top"] if top.is_valid() and request.method == "GET" else None
    entries = list(shortlist_of(phase, request.user).select_related("revision"))
    sent = request.POST if request.method == "POST" else None
    rows = decision_rows(entries, sent, top=proposed)
    problems: list[str] = []
    if request.method == "POST":
        require(Permission.DECIDE, request.user, phase, at=clock.now())
        problems = _decided(request, contest, phase, rows)
        if not problems and not Summary(*rows).errors:
            messages.success(request, _("Your decisions are noted. Nobody is told before you release them."))
            return onward(_address("manage_shortlist", contest, phase))
    context = {"rows": rows, "top": top, "proposed": proposed, "problems": problems, "summary": Summary(*rows)}
    context["closed"] = Entry.objects.of_phase(phase).count() - len(rows)  # the user is in conflict with these
    wrong = bool(problems) or context["summary"].errors
    return page(request, contest, "shortlist", {**_facts(request, contest, phase), **context}, status=422 if wrong else 200)


def _loaded(request: HttpRequest, slug: str) -> tuple[Contest, Phase | None]:
    contest = managed(request, slug)
    phase = chosen_phase(request, contest)
    require(Permission.VIEW_REVIEWS, request.user, phase or contest, at=clock.now())
    return contest, phase


def _decided(request: HttpRequest, contest: Contest, phase: Phase, rows: list) -> list[str]:
    """Note the decisions; what stands in the way, in words."""
    if Summary(*rows).errors:
        return []
    try:
        actions.decide(by=request.user, phase=phase, **to_decide(rows, with_choice=_names_choice(contest, phase)))
    except ValidationError as error:
        return error.messages
    return []


def _names_choice(contest: Contest, phase: Phase) -> bool:
    return judging_before_vote(list(contest.phases.all())) == phase


def _facts(request: HttpRequest, contest: Contest, phase: Phase) -> dict[str, Any]:
    now = clock.now()
    decisions = Decision.objects.filter(entry__in=Entry.objects.of_phase(phase))
    outcomes = list(decisions.values_list("outcome", flat=True))
    return {
        "phase": phase,
        "phases": [one for one in contest.phases.all() if one.kind == Kind.JUDGING],
        "names_choice": _names_choice(contest, phase),
        "advancing": outcomes.count("advances"),
        "staying": outcomes.count("stays"),
        "undecided": actions.undecided(phase=phase),
        "why_not_decide": refusal(Permission.DECIDE, request.user, phase, at=now),
        "why_not_release": refusal(Permission.RELEASE, request.user, phase, at=now),
    }


def _address(name: str, contest: Contest, phase: Phase) -> str:
    return f"{reverse(name, args=[contest.slug])}?phase={phase.pk}"


def letter(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The letter to the authors of one entry, as it would be sent."""
    contest = managed(request, slug)
    entries = Entry.objects.filter(proposal__contest=contest, phase__kind=Kind.JUDGING)
    entry = get_object_or_404(entries.select_related("proposal__contest", "phase", "revision"), pk=pk)
    require(Permission.VIEW_REVIEWS, request.user, entry, at=clock.now())
    decision = Decision.objects.filter(entry=entry).first()
    wanted = request.GET.get("outcome", "")
    outcome = wanted if wanted in ("advances", "stays") else (decision.outcome if decision else "advances")
    context = {
        "letter": actions.letter_for(entry, outcome=outcome),
        "entry": entry,
        "phase": entry.phase,
        "outcome": outcome,
        "decided": decision.outcome if decision else "",
    }
    return page(request, contest, "letter", context)


def release(request: HttpRequest, slug: str) -> HttpResponse:
    """Count, then one button: outcomes, letters and the next phase's entries at once."""
    contest, phase = _loaded(request, slug)
    if phase is None:
        raise Http404
    problems: list[str] = []
    if request.method == "POST":
        try:
            actions.release(by=request.user, phase=phase)
        except ValidationError as error:
            problems = error.messages
        else:
            messages.success(request, _("The decisions are released. The letters are on their way."))
            return onward(_address("manage_shortlist", contest, phase))
    context = {**_facts(request, contest, phase), "problems": problems}
    return page(request, contest, "release", context, status=409 if problems else 200)
