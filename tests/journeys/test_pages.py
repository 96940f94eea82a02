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
from tests import cast
from tests.journeys.conftest import Newcomer, Time

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}


@dataclass
class Site:
    """A contest in its first judging, one over, one in draft; and somebody of every kind."""

    judged: Contest
    over: Contest
    draft: Contest
    open: Contest
    proposal: Proposal
    unfinished: Proposal
    assignment: Assignment


def site() -> Site:
    olga = cast.organiser("Olga")
    over = cast.contest(olga, title="Quiet streets")
    for name in ("Uma", "Udo", "Ugo", "Ulf"):
        cast.submitted(cast.person(name), over, title=f"{name}'s quiet hour with a rather long title that has to wrap")
    cast.judged(over)
    cast.judged(over, 2)
    return _rest(olga, over)


def _rest(olga: User, over: Contest) -> Site:
    judged = cast.contest(olga, title="Cool cities")
    author = cast.person("Ana")
    proposal = cast.submitted(author, judged, title="Cool roofs")
    cast.submitted(cast.person("Ben"), judged, title="Shade trees")
    entry = cast.entry_of(proposal)
    jude = cast.judge(judged, "Jude")
    assignment = cast.assigned(jude, entry)
    contests.invite(by=olga, contest=judged, email="new@people.example", role="judge")
    with clock.simulated(cast.moment(judged, "submission")):
        community.comment(by=cast.fresh(jude), proposal=proposal, text="Which paint lasts longest?")
    later = cast.moment(judged, "judging")
    fresh = cast.contest(olga, title="Rain gardens", starts_at=later - timedelta(days=3))
    draft = cast.draft_contest(olga, title="Night buses", starts_at=later + timedelta(days=30))
    with clock.simulated(later):
        unfinished = proposals.start(by=author, contest=fresh, title="A garden on every corner")
    return Site(judged, over, draft, fresh, proposal, unfinished, assignment)


PAGES: dict[str, Callable[[Site], list[str]]] = {
    "": lambda s: [
        "/", "/contests/", s.open.get_absolute_url(), s.judged.get_absolute_url(), s.over.get_absolute_url(),
        f"{s.over.get_absolute_url()}proposals/", f"{s.over.get_absolute_url()}vote/",
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
}  # fmt: skip


@pytest.mark.parametrize("who", PAGES, ids=["guest", "author", "judge", "organiser"])
def test_every_page_fits_a_phone_has_a_name_and_no_axe_violation(who: str, newcomer: Newcomer, time: Time) -> None:
    made = site()
    time.is_now(cast.moment(made.judged, "judging"))
    person = newcomer(who or "Guest", viewport=PHONE)
    if who:
        person.sign_in()
    titles: dict[str, str] = {}
    for address in PAGES[who](made):
        person.open(address)
        problems = []
        for scheme in ("light", "dark"):
            person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            person.look("page-" + (who + address).strip("/").replace("/", "-") if scheme == "light" else "")
        wide = person.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            problems.append(f"{wide} pixels wider than the phone")
        if (headings := person.page.get_by_role("heading", level=1).count()) != 1:
            problems.append(f"{headings} first headings")
        title = person.page.title()
        if title in titles or not title.split("·")[0].strip():
            problems.append(f"the title {title!r} is that of {titles.get(title)} too")
        titles[title] = address
        assert not problems, f"{address} for {who or 'a guest'}: {problems}"
