"""Lists and pages agree, over HTTP, for everybody: what a list names can be opened, and what can be opened is named."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from contests import actions as contests
from contests.models import Contest
from contests.phases import Kind
from core import clock
from proposals import actions as proposals
from proposals.models import Proposal
from tests import cast
from tests.pages.stage import as_, contests_in, look, proposals_in

pytestmark = pytest.mark.django_db

VISIBILITIES = ("public", "unlisted", "invited", "draft")


class World:
    """A contest of each visibility with proposals in every state, and one of each kind of person."""

    def __init__(self) -> None:
        organiser = cast.organiser()
        self.contests = {kind: self._contest(organiser, kind) for kind in VISIBILITIES}
        self.people: dict[str, Any] = {
            "visitor": None,
            "member": cast.person("Mem Ber"),
            "author": cast.person("Ana Author"),
            "judge": cast.person("Jude Judge"),
            "organiser": organiser,
            "staff": cast.person("Stan Staff", is_staff=True),
        }
        for contest in self.contests.values():
            cast.member_of(contest, self.people["judge"], "judge")
        for kind in ("public", "unlisted", "invited"):
            self._proposals(self.contests[kind])

    def _contest(self, organiser: Any, kind: str) -> Contest:
        if kind == "draft":
            return cast.draft_contest(organiser, title="A draft")
        made = cast.contest(organiser, title=f"A {kind} one")
        return contests.edit_contest(by=organiser, contest=made, visibility=kind)

    def _proposals(self, contest: Contest) -> None:
        insider = cast.person(f"Insider of {contest.slug}")
        cast.member_of(contest, insider, "facilitator")
        author = self.people["author"] if contest.visibility != "invited" else insider
        with cast.during(contest, Kind.SUBMISSION):
            rows = [
                proposals.start(by=author, contest=contest, title=title, pitch="A pitch.", answers=cast.ANSWERS)
                for title in ("Draft", "Submitted", "Withdrawn")
            ]
            for row in rows[1:]:
                proposals.submit(by=author, proposal=row, accept_rules=True)
            proposals.withdraw(by=author, proposal=rows[2])


@pytest.fixture
def world() -> World:
    return World()


def test_a_list_names_exactly_the_proposals_that_open(world: World) -> None:
    with clock.simulated(cast.START + timedelta(days=2)):
        for name, person in world.people.items():
            browser = as_(person)
            for kind, contest in world.contests.items():
                answer = browser.get(f"{contest.get_absolute_url()}proposals/")
                listed = proposals_in(answer.content.decode()) if answer.status_code == 200 else []
                rows = Proposal.objects.filter(contest=contest)
                opened = [row.pk for row in rows if browser.get(row.get_absolute_url()).status_code == 200]
                assert sorted(listed) == sorted(opened), f"{name} in the {kind} contest"


def test_who_may_open_which_contest(world: World) -> None:
    opens = {
        "visitor": {"public", "unlisted"},
        "member": {"public", "unlisted"},
        "author": {"public", "unlisted"},
        "judge": {"public", "unlisted", "invited"},
        "organiser": set(VISIBILITIES),
        "staff": set(VISIBILITIES),
    }
    with clock.simulated(cast.START + timedelta(days=2)):
        for name, person in world.people.items():
            browser = as_(person)
            for page in ("", "proposals/", "calendar.ics"):
                found = {
                    kind
                    for kind, contest in world.contests.items()
                    if browser.get(f"{contest.get_absolute_url()}{page}").status_code == 200
                }
                assert found == opens[name], f"{name}, {page or 'contest page'}"


def test_an_unlisted_contest_is_in_no_list_of_a_stranger(world: World) -> None:
    """Neither its own address nor, through a proposal, the way to it."""
    hidden = [world.contests[kind] for kind in ("unlisted", "invited", "draft")]
    pages = ("/", "/contests/", "/sitemap.xml", "/people/ana-author/", "/search/?q=a", "/search/?q=Submitted")
    with clock.simulated(cast.START + timedelta(days=2)):
        for person in (None, world.people["member"]):
            for page in pages:
                html = as_(person).get(page).content.decode()
                for contest in hidden:
                    assert contest.slug not in html, f"{contest.slug} stands on {page}"
                    for proposal in Proposal.objects.filter(contest=contest):
                        assert f"/proposals/{proposal.pk}-" not in html, f"{proposal.pk} stands on {page}"
        assert world.contests["unlisted"].slug in contests_in(look("/contests/", world.people["judge"]))


def test_drafts_and_withdrawn_ones_are_not_in_search_profile_or_site_map(world: World) -> None:
    contest = world.contests["public"]
    shown = Proposal.objects.get(contest=contest, title="Submitted")
    with clock.simulated(cast.START + timedelta(days=2)):
        assert proposals_in(look("/people/ana-author/")) == [shown.pk]
        assert f"/proposals/{shown.pk}-" in look("/search/?q=Submitted")
        for title in ("Draft", "Withdrawn"):
            hidden = Proposal.objects.get(contest=contest, title=title)
            for page in (f"/search/?q={title}", "/sitemap.xml", "/people/ana-author/"):
                assert f"/proposals/{hidden.pk}-" not in as_().get(page).content.decode()
