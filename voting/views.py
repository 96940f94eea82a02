"""The voting booth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from contests.models import Contest, Phase
from core import clock
from core.permissions import Kind, Refused, refusal
from proposals.models import Entry
from voting import actions
from voting.forms import BallotForm
from voting.methods.order import seed_of, shuffled
from voting.models import Ballot
from voting.querysets import booth, on_ballot, team_line, vote_at, votes_of
from voting.rules import CHOICE_PROBLEMS, Permission, most_choices, problem_with


@dataclass(frozen=True)
class Line:
    """An entry as a line of the ballot."""

    entry: Entry
    team: str
    is_own: bool
    is_chosen: bool


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, slug: str) -> HttpResponse:
    """The ballot: read it, tick it, cast it. A visitor's ticks wait in the session while they sign in."""
    if request.method != "POST":
        return _page(request, _vote(request, slug, request.GET.get("phase")), BallotForm())
    form = BallotForm(request.POST)
    phase = _vote(request, slug, request.POST.get("phase"))
    if not form.is_valid():
        return _page(request, phase, form, status=422)
    choices = form.cleaned_data["choices"]
    try:
        if not request.user.is_authenticated:
            return _keep_for_later(request, phase, choices)
        actions.cast(phase=phase, by=request.user, choices=choices)
    except Refused as refused:
        if refused.refusal.code not in CHOICE_PROBLEMS:
            raise
        form.add_error("choices", str(refused.refusal.reason))
        return _page(request, phase, form, status=422)
    request.session.pop(_key(phase), None)
    messages.success(request, _("Your vote is in."))
    return HttpResponseRedirect(_address(phase), status=303)


@require_POST
def withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    phase = _vote(request, slug, request.POST.get("phase"))
    actions.withdraw(phase=phase, by=request.user)
    messages.success(request, _("Your vote is withdrawn. It counts for nobody."))
    return HttpResponseRedirect(_address(phase), status=303)


def _vote(request: HttpRequest, slug: str, wanted: str | None) -> Phase:
    """The vote that is asked for, or else the one that is meant now. 404 when there is none that this user may see."""
    votes = votes_of(slug, request.user)
    phase = vote_at(votes, clock.now()) if not wanted else next((p for p in votes if str(p.pk) == wanted), None)
    if phase is None:
        raise Http404
    return phase


def _address(phase: Phase) -> str:
    return f"{reverse('contest_vote', args=[phase.contest.slug])}?{urlencode({'phase': phase.pk})}"


def _key(phase: Phase) -> str:
    return f"ballot-{phase.pk}"


def _keep_for_later(request: HttpRequest, phase: Phase, choices: list[int]) -> HttpResponse:
    """Keep a visitor's ticks, which are no ballot yet, and ask who they are. Raises Refused for what could not be cast."""
    here = booth(phase, request.user, choices=choices)
    why_not = refusal(Permission.CAST_BALLOT, request.user, here, at=clock.now())
    if why_not is not None and why_not.kind is not Kind.SIGN_IN:
        raise Refused(why_not)
    problem = problem_with(choices, here)
    if problem is not None:
        raise Refused(problem)
    request.session[_key(phase)] = choices
    sign_in = resolve_url("account_request_login_code")
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': _address(phase)})}", status=303)


def _page(request: HttpRequest, phase: Phase, form: BallotForm, *, status: int = 200) -> HttpResponse:
    """The booth, or why it is shut."""
    at, voter = clock.now(), request.user
    here = booth(phase, voter)
    mine = Ballot.objects.of(voter, phase)
    context = {"now": at, "phase": phase, "contest": phase.contest, "mine": mine}
    why_not = refusal(Permission.CAST_BALLOT, voter, here, at=at)
    if why_not is not None and why_not.kind is not Kind.SIGN_IN:
        return render(request, "voting/shut.html", {**context, "refusal": why_not}, status=status)
    kept = request.session.get(_key(phase), [])
    cast = list(mine.choices.values_list("entry", flat=True)) if mine else []
    lines = _lines(request, here.contest, phase, chosen=set(_ticked(form) if form.is_bound else kept or cast))
    context |= {
        "form": form,
        "lines": lines,
        "chosen": [line for line in lines if line.is_chosen],
        "most": most_choices(phase),
        "is_kept": bool(kept) and voter.is_authenticated and not form.is_bound,
        "has_voted": mine is not None and mine.state != Ballot.State.WITHDRAWN,
    }
    return render(request, "voting/ballot.html", context, status=status)


def _ticked(form: BallotForm) -> list[int]:
    """What was ticked in a form that is shown again, wrong as it may be."""
    given: Iterable[str] = form.data.getlist("choices") if hasattr(form.data, "getlist") else []
    return [int(line) for line in given if line.isdecimal()]


def _lines(request: HttpRequest, contest: Contest, phase: Phase, *, chosen: set[int]) -> list[Line]:
    """The ballot's lines in the order that belongs to this voter."""
    found = shuffled(on_ballot(phase), key=lambda entry: entry.pk, seed=seed_of(phase.pk, _voter(request)))
    lines = []
    for entry in found:
        on_team = any(member.user_id == request.user.pk for member in entry.proposal.team.all())
        own = on_team and not contest.authors_may_vote
        lines.append(Line(entry, team_line(entry.proposal), own, entry.pk in chosen and not own))
    return lines


def _voter(request: HttpRequest) -> str:
    """Whose order it is: the member's, on every device, or this browser's."""
    if request.user.is_authenticated:
        return f"member {request.user.pk}"
    if "ballot-order" not in request.session:
        request.session["ballot-order"] = get_random_string(12)
    return f"guest {request.session['ballot-order']}"
