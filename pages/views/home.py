"""The front door."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contests.models import Contest
from contests.transitions import Status
from core import clock
from core.pagecache import share
from pages.querysets import WINNERS, contest_cards, listed_proposals, proposal_cards, soonest_first, staged, taking_part
from pages.rules import waiting_for
from proposals.models import Distinction

MOST_CONTESTS, MOST_WINNERS = 6, 3


def home(request: HttpRequest) -> HttpResponse:
    """What is open now and until when, what waits for you, what won, and how it works."""
    at = clock.now()
    contests = staged(Contest.objects.listed_for(request.user).filter(status=Status.PUBLISHED), at=at)
    live = list(soonest_first(contest_cards(contests.exclude(stage="results")), at=at)[: MOST_CONTESTS + 1])
    share(request, at=at, until=[contest.timeline.next_boundary(at) for contest in live])
    mine = contest_cards(taking_part(request.user)) if request.user.is_authenticated else []
    context = {
        "now": at,
        "first": live[0] if live else None,
        "contests": live[1:],
        "numbers": _numbers(contests),
        "steps": waiting_for(request.user, list(mine), at=at)[:3],
        "winners": _winners(request.user, at),
    }
    return render(request, "pages/home.html", context)


def _numbers(contests: QuerySet[Contest]) -> dict[str, Any]:
    """Contests and proposals by stage, from one query; `all` and `proposals` are the sums."""
    rows = contests.order_by().values("stage").annotate(contests=Count("pk"), entries=Sum("proposal_count"))
    found = {row["stage"]: row for row in rows}
    numbers = {stage: row["contests"] for stage, row in found.items()}
    reading = found.get("judging", {}).get("entries") or 0
    total = sum(row["entries"] or 0 for row in found.values())
    return {**numbers, "all": sum(numbers.values()), "reading": reading, "proposals": total}


def _winners(user: Any, at: Any) -> list[Any]:
    won = Distinction.objects.released(at=at).filter(kind__in=WINNERS).values("proposal")
    newest = proposal_cards(listed_proposals(user).filter(pk__in=won), at=at)
    return list(newest.order_by("-contest__published_at", "-pk")[:MOST_WINNERS])
