"""Every kind of page, as each kind of person sees it on a phone, light and dark: it fits, it is named, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from accounts.models import User
from community import actions as community
from contests import actions as contests
from contests.models import Contest
from core import clock
from judging.models import Assignment
from proposals import actions as proposals
from proposals.models import Proposal
from results import actions as results
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from voting import actions as voting_actions

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
SMALLEST = {"width": 320, "height": 640}


@dataclass
class Site:
    """Contests in every state, and somebody of every kind."""

    draft: Contest
    open: Contest
    judged: Contest
    voting: Contest
    over: Contest
    proposal: Proposal
    unfinished: Proposal
    assignment: Assignment


NOW = cast.START + timedelta(days=45)


def site() -> Site:
    """Everything as it stands at NOW."""
    olga = cast.organiser("Olga")
    cast.person("Ada", is_staff=True)
    over = ended(olga, finals(olga, "Quiet streets", days=-90))
    voting = finals(olga, "Night buses", days=-60)
    judged = cast.contest(olga, title="Cool cities")
    author = cast.person("Ana")
    proposal = cast.submitted(author, judged, title="Cool roofs")
    cast.submitted(cast.person("Ben"), judged, title="Shade trees")
    assignment = cast.assigned(cast.judge(judged, "Jude"), cast.entry_of(proposal))
    fresh = cast.contest(olga, title="Rain gardens", starts_at=NOW - timedelta(days=3))
    draft = cast.draft_contest(olga, title="Bicycle lanes", starts_at=NOW + timedelta(days=30))
    with clock.simulated(NOW):
        for contest in (over, voting, judged, fresh, draft):
            contests.edit_contest(by=olga, contest=contest, question=f"What makes {contest.title.lower()} work?")
        contests.invite(by=olga, contest=judged, email="new@people.example", role="judge")
        community.comment(by=assignment.judge, proposal=proposal, text="Which paint lasts longest?")
        unfinished = proposals.start(by=author, contest=fresh, title="A garden on every corner")
    return Site(draft, fresh, judged, voting, over, proposal, unfinished, assignment)


def finals(olga: User, title: str, *, days: int) -> Contest:
    """A contest that began so many days from START, with four finalists."""
    contest = cast.contest(olga, title=title, starts_at=cast.START + timedelta(days=days))
    for name in ("Uma", "Udo", "Ugo", "Ulf"):
        author = cast.person(f"{name} of {title}")
        cast.submitted(author, contest, title=f"{name}'s idea, with a rather long title that has to wrap: {title}")
    cast.judged(contest)
    cast.judged(contest, 2)
    return contest


def ended(olga: User, contest: Contest) -> Contest:
    """Voted on by two people, counted and released."""
    vote = cast.phase(contest, "voting")
    with cast.during(contest, "voting"):
        lines = list(vote.entries.order_by("pk"))
        for name, number in (("Vito", 2), ("Vida", 1)):
            voting_actions.cast(phase=vote, by=cast.person(name), choices=[line.pk for line in lines[:number]])
    assert vote.closes_at is not None
    with clock.simulated(vote.closes_at + timedelta(hours=1)):
        cast.settle()
        results.release(by=olga, contest=contest)
        cast.settle()
    return contest


PAGES: dict[str, Callable[[Site], list[str]]] = {
    "": lambda s: [
        "/", "/contests/", s.open.get_absolute_url(), s.judged.get_absolute_url(), s.over.get_absolute_url(),
        s.voting.get_absolute_url(),
        f"{s.over.get_absolute_url()}proposals/", f"{s.over.get_absolute_url()}results/", f"{s.voting.get_absolute_url()}vote/",
        s.proposal.get_absolute_url(), f"{s.open.get_absolute_url()}proposals/new/",
        "/search/?q=cool", "/people/ana/", "/accounts/login/code/", "/accounts/login/", "/help/", "/about/", "/styleguide/",
    ],
    "Ana": lambda s: [
        "/", "/me/", "/me/notifications/", "/me/settings/", "/me/tokens/", s.proposal.get_absolute_url(),
        f"/proposals/{s.proposal.pk}/receipt/", f"/proposals/{s.proposal.pk}/history/",
        f"/proposals/{s.unfinished.pk}/edit/", f"/proposals/{s.unfinished.pk}/submit/",
    ],
    "Jude": lambda s: ["/judge/", s.assignment.get_absolute_url(), "/me/"],
    "Olga": lambda s: [
        "/manage/", "/manage/new/", f"/manage/{s.draft.slug}/setup/", s.draft.get_absolute_url(),
        *(f"/manage/{s.judged.slug}/{page}/" for page in
          ("schedule", "form", "rubric", "people", "entries", "assignments", "shortlist", "log")),
        f"/manage/{s.over.slug}/results/",
    ],
    "Ada": lambda s: ["/platform/", "/platform/system/"],
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES, ids=["guest", "author", "judge", "organiser", "staff"])
def test_every_page_fits_a_phone_has_a_name_and_no_axe_violation(who: str, newcomer: Newcomer, time: Time) -> None:
    made = site()
    time.is_now(NOW)
    person = newcomer(who or "Guest", viewport=PHONE)
    if who:
        person.sign_in()
    titles: dict[str, str] = {}
    for address in PAGES[who](made):
        person.page.emulate_media(color_scheme="light")
        person.open(address)
        problems = []
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            person.look("page-" + (who + address).strip("/").replace("/", "-") if scheme == "light" else "")
        for size in (PHONE, SMALLEST):
            person.page.set_viewport_size(size)  # type: ignore[arg-type]
            wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                problems.append(f"{wide} pixels wider than a phone of {size['width']}")
        person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        if (headings := person.page.get_by_role("heading", level=1).count()) != 1:
            problems.append(f"{headings} first headings")
        title = person.page.title()
        if title in titles or not title.split("·")[0].strip():
            problems.append(f"the title {title!r} is that of {titles.get(title)} too")
        titles[title] = address
        assert not problems, f"{address} for {who or 'a guest'}: {problems}"
