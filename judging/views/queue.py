"""What waits for a judge."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from contests.rules import SIGN_IN
from core import clock
from core.html import count_words
from core.permissions import Refused
from judging.methods.queue import minutes
from judging.models import Assignment


def own(request: HttpRequest, pk: int) -> Assignment:
    """The judge's own assignment; else 404, also for what they are in conflict with or gave back."""
    if not request.user.is_authenticated:
        raise Refused(SIGN_IN)
    rows = Assignment.objects.visible_to(request.user).active().filter(judge=request.user)
    rows = rows.select_related("entry__proposal__contest", "entry__phase", "entry__revision", "review")
    return get_object_or_404(rows, pk=pk)


def following(request: HttpRequest, after: Assignment) -> Assignment | None:
    """The next one to read in the same phase, or elsewhere."""
    waiting = Assignment.objects.queue_of(request.user).open_now(at=clock.now()).exclude(pk=after.pk).in_order()
    return next((a for a in waiting if a.entry.phase_id == after.entry.phase_id), waiting[0] if waiting else None)


def see_other(address: str) -> HttpResponse:
    """After a POST: read on over there (303), so that a reload sends nothing twice."""
    return HttpResponseRedirect(address, status=303)


def words_of(assignment: Assignment) -> int:
    revision = assignment.entry.revision
    return count_words(revision.pitch) + sum(count_words(text) for text in revision.answers.values())


@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    """Done and left, the next one first, contest by contest."""
    if not request.user.is_authenticated:
        raise Refused(SIGN_IN)
    at = clock.now()
    rows = Assignment.objects.queue_of(request.user).select_related("review").in_order()
    rows.sort(key=lambda a: (a.entry.phase.closes_at is None, a.entry.phase.closes_at or at, a.entry.phase_id))
    groups = [_group(list(found), at) for _phase, found in groupby(rows, key=lambda a: a.entry.phase_id)]
    return render(request, "judging/queue.html", {"groups": groups, "now": at})


def _group(assignments: list[Assignment], at: Any) -> dict[str, Any]:
    phase = assignments[0].entry.phase
    rows = [{"assignment": a, "minutes": minutes(words_of(a)), "state": _state(a)} for a in assignments]
    left = [row for row in rows if row["state"] != "done"]
    running = phase.opens_at <= at and (phase.closes_at is None or at < phase.closes_at)
    return {
        "contest": assignments[0].entry.proposal.contest,
        "phase": phase,
        "rows": rows,
        "done": len(rows) - len(left),
        "left": len(left),
        "minutes": sum(row["minutes"] for row in left),
        "running": running,
        "next": left[0]["assignment"] if left and running else None,
    }


def _state(assignment: Assignment) -> str:
    if assignment.state == Assignment.State.DONE:
        return "done"
    return "started" if hasattr(assignment, "review") else "open"
