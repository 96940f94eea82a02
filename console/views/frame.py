"""What every page of the console shares: loading the contest with permission, and the frame round the page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from contests.models import Contest, Phase
from contests.phases import Kind
from contests.rules import Permission
from contests.transitions import Status
from core import clock
from core.permissions import allowed, require

TABS = {
    "setup": _("Set-up"),
    "schedule": _("Schedule"),
    "form": _("Form"),
    "rubric": _("Rubric"),
    "people": _("People"),
    "entries": _("Entries"),
    "assignments": _("Assignments"),
    "shortlist": _("Shortlist"),
    "results": _("Results"),
    "log": _("Log"),
}
HEADINGS = {
    "setup": _("Set up the contest"),
    "form": _("The proposal form"),
    "rubric": _("What judges score"),
    "letter": _("The letter"),
    "release": _("Release decisions"),
}
BELOW = {"letter": "shortlist", "release": "shortlist"}  # pages without a tab of their own
FOR_ORGANISERS = ("shortlist", "results")


def managed(request: HttpRequest, slug: str) -> Contest:
    """The contest, for those who may look behind it. Raises Http404, Refused."""
    contest = get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)
    require(Permission.MANAGE_CONTEST, request.user, contest, at=clock.now())
    return contest


def onward(to: str, **kwargs: Any) -> HttpResponseRedirect:
    """After a POST: read on over there (303), so that a reload sends nothing twice."""
    return HttpResponseRedirect(resolve_url(to, **kwargs), status=303)


def page(
    request: HttpRequest, contest: Contest, name: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """One page of the console in its frame."""
    now = clock.now()
    may_edit = allowed(Permission.EDIT_CONTEST, request.user, contest, at=now)
    frame = {
        "contest": contest,
        "heading": HEADINGS.get(name) or TABS[name],
        "tabs": _tabs(contest, BELOW.get(name, name), may_edit=may_edit),
        "stations": stations(contest, now),
        "state": state_of(contest, now),
        "may_edit": may_edit,
        "now": now,
    }
    return render(request, f"console/{name}.html", {**frame, **(context or {})}, status=status)


def _tabs(contest: Contest, current: str, *, may_edit: bool) -> list[dict[str, Any]]:
    return [
        {"word": word, "url": reverse(f"manage_{tab}", args=[contest.slug]), "current": tab == current}
        for tab, word in TABS.items()
        if may_edit or tab not in FOR_ORGANISERS
    ]


def stations(contest: Contest, now: Any) -> list[dict[str, Any]]:
    """The phase line."""
    timeline = contest.timeline
    return [
        {
            "name": span.name,
            "kind": span.kind,
            "state": timeline.state(span, now),
            "opens_at": span.opens_at,
            "closes_at": span.closes_at,
        }
        for span in timeline.spans
    ]


def state_of(contest: Contest, now: Any) -> str:
    """How the contest stands, as a word of the phase chips."""
    if contest.status != Status.PUBLISHED:
        return str(contest.status)
    timeline = contest.timeline
    if timeline.waiting(now) is not None:
        return "waiting"
    current = timeline.current(now)
    if current is not None:
        return str(current.kind)
    return "upcoming" if timeline.spans and timeline.spans[0].opens_at > now else "closed"


def chosen_phase(request: HttpRequest, contest: Contest, kinds: tuple[Kind, ...] = (Kind.JUDGING,)) -> Phase | None:
    """The phase named by ?phase=, else the one that matters now: the last that has opened, or the first.

    None when the contest has none of these kinds. Raises Http404 for one that is not among them.
    """
    phases = [phase for phase in contest.phases.all() if phase.kind in kinds]
    wanted = request.POST.get("phase") or request.GET.get("phase", "")
    if wanted:
        named = next((phase for phase in phases if str(phase.pk) == wanted), None)
        if named is None:
            raise Http404
        return named
    if not phases:
        return None
    opened = [phase for phase in phases if phase.opens_at <= clock.now()]
    return opened[-1] if opened else phases[0]
