"""The front door."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contests.models import Contest
from contests.rules import Permission, remember_roles
from core import clock
from core.pagecache import share
from core.permissions import allowed
from pages.phases import season
from pages.querysets.front import Front, front
from pages.rules import waiting_for

MOST_STEPS = 2


def home(request: HttpRequest) -> HttpResponse:
    """The site as it stands now: what waits for you, what is open and until when, what won, and how it works."""
    at, user = clock.now(), request.user
    rows, found = front(user, at=at)
    share(request, at=at, until=[contest.timeline.next_boundary(at) for contest in found.live])
    if rows and user.is_authenticated:
        remember_roles(user, [(role["contest"], role["role"]) for role in rows[0].roles])
    waiting = waiting_for(user, found.mine, at=at)
    steps = waiting[:MOST_STEPS]
    now = season(found.numbers)
    first = next((contest for contest in found.live if contest.stage == now), None)
    context = {
        "now": at,
        "minute": at.replace(second=0, microsecond=0),
        "front": found,
        "season": now,
        "first": first,
        "others": [contest for contest in found.live if contest not in (first, found.up_for_a_vote)],
        "steps": steps,
        "more": len(waiting) - len(steps),
        "ballot": found.up_for_a_vote,
        "wanted": _wanted(found, {step.contest_id for step, _contest in steps}) if user.is_authenticated else [],
        "may_create": user.is_authenticated and allowed(Permission.CREATE_CONTEST, user, None, at=at),
        "organisers": sorted({row.organiser_name for row in rows if row.organiser_name and row.is_listed}),
    }
    return render(request, "pages/home.html", context)


def _wanted(found: Front, shown: set[int]) -> list[Any]:
    """Votes that this member has not cast, without those that the page shows anyhow: among the steps or as a ballot."""
    votes: list[Contest] = [row for row in found.live if row.stage == "voting" and not row.voted]
    return [contest for contest in votes if contest.pk not in shown and contest is not found.up_for_a_vote][:2]
