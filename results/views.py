"""What came out."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from contests.models import Contest
from contests.phases import Kind
from core import clock
from core.pagecache import share
from proposals.models import Distinction
from results.models import Standing, Tally
from results.querysets import gates, standings_of, winners
from voting.querysets import team_line
from voting.rules import most_choices


@require_safe
def results(request: HttpRequest, slug: str) -> HttpResponse:
    """The released results of a contest: who won and why, the numbers, the rule. 404 for everybody until released."""
    contest = get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)
    wanted = request.GET.get("phase", "")
    tally = Tally.objects.released_of(contest, int(wanted) if wanted.isdecimal() else None)
    if tally is None:
        return _not_yet(request, contest)
    standings, at = standings_of(tally), clock.now()
    share(request, at=at, contest=contest.pk, until=[contest.timeline.next_boundary(at)])
    context = {
        "now": at,
        "contest": contest,
        "phase": tally.phase,
        "tally": tally,
        "gates": gates(contest, tally),
        "judges_choice": [_winner(row) for row in winners(contest, Distinction.Kind.JUDGES_CHOICE, at=at)],
        "popular_choice": [_winner(row) for row in winners(contest, Distinction.Kind.POPULAR_CHOICE, at=at)],
        "finding": _finding(tally, standings),
        "bars": [(_link(row), row.count, _place(row), row.rank == 1 and row.count > 0) for row in standings],
        "most": most_choices(tally.phase),
    }
    return render(request, "results/results.html", context)


def _not_yet(request: HttpRequest, contest: Contest) -> HttpResponse:
    """Nothing is at this address before the release; when to look again is in the schedule for everybody."""
    planned = next((span for span in contest.timeline.spans if span.kind is Kind.RESULTS), None)
    return render(request, "results/later.html", {"contest": contest, "planned": planned, "now": clock.now()}, status=404)


def _winner(row: Distinction) -> dict[str, Any]:
    revision = row.proposal.submitted_revision
    return {"proposal": row.proposal, "revision": revision, "team": team_line(row.proposal), "reason": row.reason}


def _link(row: Standing) -> str:
    """A line of the chart leads to its proposal."""
    return format_html('<a href="{}">{}</a>', row.entry.proposal.get_absolute_url(), row.entry.revision.title)


def _place(row: Standing) -> str:
    words = _("Rank %(rank)d, shared") if row.tied else _("Rank %(rank)d")
    return words % {"rank": row.rank}


def _finding(tally: Tally, standings: list[Standing]) -> str:
    """What the chart shows, in one sentence."""
    first = [row for row in standings if row.rank == 1 and row.count > 0]
    if not first:
        return _("Nobody voted")
    numbers = {"count": first[0].count, "ballots": tally.ballots, "shared": len(first)}
    if len(first) > 1:
        words = ngettext("%(shared)d proposals share the first place: %(count)d ballot each",
                         "%(shared)d proposals share the first place: %(count)d ballots each", first[0].count)  # fmt: skip
        return words % numbers
    words = ngettext("“%(title)s” was chosen on %(count)d of %(ballots)d ballot",
                     "“%(title)s” was chosen on %(count)d of %(ballots)d ballots", tally.ballots)  # fmt: skip
    return words % {**numbers, "title": first[0].entry.revision.title}
