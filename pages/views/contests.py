"""The list of contests, a contest, and its dates for a calendar."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from contests.models import Contest
from contests.roles import Role
from contests.rules import roles_of
from core import clock
from core.pagecache import share
from pages.forms import ContestFilter
from pages.methods.calendar import Date, calendar
from pages.phases import minute
from pages.querysets.reading import contest_cells, contest_tiles, count_contests, read_contest
from pages.rules import has_results, main_action, recall
from pages.views.paging import page_links, page_of


def contests(request: HttpRequest) -> HttpResponse:
    """Every contest one may see in lists, those one can act on first."""
    at = clock.now()
    user = request.user
    cells = contest_cells(user=user, at=at)
    form = ContestFilter(request.GET, stages=_sums(cells, 1), topics=_sums(cells, 0))
    asked = form.asked
    if "q" in asked:
        number = count_contests(user, asked, at=at)
    else:
        wanted = (asked.get("topic"), asked.get("phase"))
        number = sum(n for *cell, n in cells if all(w in (None, c) for w, c in zip(wanted, cell, strict=True)))
    page = page_of(request, number)
    page.object_list = contest_tiles(user, asked, start=page.start, at=at)
    share(request, at=at, until=[contest.timeline.next_boundary(at) for contest in page.object_list])
    context = {"now": at, "form": form, "asked": asked, "page": page, **page_links(request, page)}
    return render(request, "pages/contests.html", context)


def _sums(cells: list[Any], place: int) -> dict[str, int]:
    """The number of contests by what stands at this place of each cell (topic, stage, n); nothing is no choice."""
    sums: dict[str, int] = {}
    for cell in cells:
        if cell[place]:
            sums[cell[place]] = sums.get(cell[place], 0) + cell[2]
    return sums


def contest(request: HttpRequest, slug: str) -> HttpResponse:
    """A contest with everything that somebody needs before they take part."""
    at, user = clock.now(), request.user
    contest = read_contest(user, slug)
    recall(user, contest)
    share(request, at=at, contest=contest.pk, until=[contest.timeline.next_boundary(at)])
    roles = roles_of(user, contest)
    follows = vars(contest).pop("followed", False)
    context = {
        "now": at,
        "minute": minute(contest.timeline, at),
        "contest": contest,
        "organises": Role.ORGANISER in roles or user.is_staff,
        "follows": follows,
        "has_results": has_results(contest),
        "action": main_action(contest, user, at=at, roles=roles, follows=follows),
    }
    return render(request, "pages/contest.html", context)


def contest_calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """The dates of a contest for a calendar; SEQUENCE goes up with each change, so that calendars follow."""
    contest = get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)
    address = request.build_absolute_uri(contest.get_absolute_url())
    dates = []
    for phase in contest.phases.all():
        words = {"phase": phase.name, "question": contest.question}
        uid = f"phase-{phase.pk}-%s@{request.get_host()}"
        dates.append(Date(uid % "opens", phase.opens_at, _("Opens: %(phase)s. %(question)s") % words, address))
        if phase.closes_at:
            dates.append(Date(uid % "closes", phase.closes_at, _("Closes: %(phase)s. %(question)s") % words, address))
    text = calendar(dates, name=contest.title, sequence=contest.version, stamp=clock.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{contest.slug}.ics"'
    return response
