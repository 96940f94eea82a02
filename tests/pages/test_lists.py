"""Lists: constant cost, honest counts, stable orders, real pages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from contests.models import Contest
from contests.phases import Kind
from contests.roles import Role
from core import clock
from core.database import write
from proposals import actions as proposals
from proposals.models import Distinction, Proposal
from tests import cast
from tests.pages.stage import as_, contests_in, look, proposals_in, queries

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def contest() -> Iterator[Contest]:
    """A contest that is open for proposals, now."""
    made = cast.contest(cast.organiser())
    with cast.during(made, Kind.SUBMISSION):
        yield made


def enter(contest: Contest, number: int, by: Any = None) -> list[Proposal]:
    """So many submitted proposals, each by a team of two."""
    made = []
    for n in range(number):
        author = by or cast.person(f"Author {contest.pk} {Proposal.objects.count()} {n}")
        proposal = proposals.start(
            by=author, contest=contest, title=f"Idea {n}", pitch=f"Pitch {n}.", answers=cast.ANSWERS
        )
        cast.join(proposal, cast.person(f"Friend {proposal.pk}"))
        proposals.submit(by=author, proposal=proposal, accept_rules=True)
        made.append(proposal)
    cast.settle()
    return made


def address(contest: Contest, query: str = "") -> str:
    return f"{contest.get_absolute_url()}proposals/{query}"


def test_twelve_proposals_cost_as_many_queries_as_one(contest: Contest) -> None:
    enter(contest, 1)
    one = queries(address(contest))
    enter(contest, 11)
    assert queries(address(contest)) == one <= MOST_QUERIES
    assert len(proposals_in(look(address(contest)))) == 12


def test_twelve_contests_cost_as_many_queries_as_one() -> None:
    organiser = cast.organiser()
    cast.contest(organiser)
    with clock.simulated(cast.START + timedelta(days=1)):
        one = {page: queries(page) for page in ("/", "/contests/")}
    for number in range(11):
        cast.contest(organiser, title=f"Contest {number}")
    with clock.simulated(cast.START + timedelta(days=1)):
        assert {page: queries(page) for page in ("/", "/contests/")} == one
        assert len(contests_in(look("/contests/"))) == 12
    assert max(one.values()) <= MOST_QUERIES


def test_the_pages_people_share_are_cheap(contest: Contest) -> None:
    proposal = enter(contest, 1)[0]
    for person in (None, cast.person("Moira Member"), proposal.created_by, contest.created_by):
        for page in ("/contests/", contest.get_absolute_url(), address(contest), proposal.get_absolute_url()):
            assert queries(page, person) <= MOST_QUERIES, (page, person)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WORKSPACE])
def test_they_stay_cheap_through_every_phase_for_every_role(contest: Contest, kind: Kind) -> None:
    proposal = enter(contest, 2)[0]
    judge = cast.judge(contest)
    people = (None, cast.person("Moira Member"), proposal.created_by, contest.created_by, judge)
    with clock.simulated(cast.moment(contest, kind)):
        for page in ("/contests/", contest.get_absolute_url(), address(contest), proposal.get_absolute_url()):
            assert [queries(page, person) <= MOST_QUERIES for person in people] == [True] * len(people), page


def test_roles_are_forgotten_with_the_request(contest: Contest) -> None:
    proposal = enter(contest, 1)[0]
    friend = as_(proposal.created_by)
    Contest.objects.filter(pk=contest.pk).update(visibility="invited")
    advisor = cast.member_of(contest, cast.person("Ada Advisor"), Role.ADVISOR)
    reader = as_(advisor)
    assert reader.get(contest.get_absolute_url()).status_code == 200
    assert "/manage/" in reader.get("/contests/").content.decode()
    advisor.memberships.all().delete()
    assert reader.get(contest.get_absolute_url()).status_code == 404
    assert 'href="/manage/"' not in reader.get("/contests/").content.decode()
    assert friend.get(proposal.get_absolute_url()).status_code == 200
    proposal.team.filter(user=proposal.created_by).delete()
    assert friend.get(proposal.get_absolute_url()).status_code == 404


def test_the_dashboard_and_a_profile_cost_the_same_with_twelve(contest: Contest) -> None:
    ana = cast.person("Ana Author")
    enter(contest, 1, by=ana)
    one = {page: queries(page, ana) for page in ("/me/", "/people/ana-author/", "/")}
    enter(contest, 11, by=ana)
    assert {page: queries(page, ana) for page in ("/me/", "/people/ana-author/", "/")} == one


def test_a_seed_is_an_order_for_good(contest: Contest) -> None:
    ids = {proposal.pk for proposal in enter(contest, 10)}
    orders = [tuple(proposals_in(look(address(contest, f"?seed={seed}")))) for seed in range(16)]
    assert all(set(order) == ids for order in orders)
    assert len(set(orders)) > 12
    assert orders == [tuple(proposals_in(look(address(contest, f"?seed={seed}")))) for seed in range(16)]


def test_a_visitor_keeps_their_order_and_nonsense_is_no_error(contest: Contest, client: Client) -> None:
    enter(contest, 10)
    first = proposals_in(client.get(address(contest)).content.decode())
    assert proposals_in(client.get(address(contest)).content.decode()) == first
    for query in ("?seed=99", "?seed=²", "?seed=-1&order=best&status=secret&page=0&q=%00", "?page=zzz"):
        assert client.get(address(contest, query)).status_code == 200


def test_the_own_proposal_stands_first(contest: Contest) -> None:
    enter(contest, 6)
    ana = cast.person("Ana Author")
    own = enter(contest, 1, by=ana)[0]
    for seed in range(4):
        assert proposals_in(look(address(contest, f"?seed={seed}"), ana))[0] == own.pk


def test_pages_of_twenty_four_hold_everything_once(contest: Contest) -> None:
    ids = {proposal.pk for proposal in enter(contest, 26)}
    first = look(address(contest, "?seed=5"))
    link = re.search(r'rel="next" href="([^"]+)"', first)
    assert link is not None
    following = link.group(1).replace("&amp;", "&")
    assert "seed=5" in following
    both = proposals_in(first) + proposals_in(look(address(contest, following)))
    assert len(both) == 26
    assert set(both) == ids
    assert "Page 1 of 2" in first


def test_words_find_what_was_submitted_and_who_did_it(contest: Contest) -> None:
    made = enter(contest, 3)
    assert proposals_in(look(address(contest, "?q=idea+1"))) == [made[1].pk]
    assert proposals_in(look(address(contest, f"?q=Friend+{made[2].pk}"))) == [made[2].pk]
    assert "No proposal fits" in look(address(contest, "?q=zebra"))


def test_newest_and_most_discussed(contest: Contest) -> None:
    made = enter(contest, 3)
    Proposal.objects.filter(pk=made[1].pk).update(comment_count=9)
    assert proposals_in(look(address(contest, "?order=newest")))[0] == made[2].pk
    assert proposals_in(look(address(contest, "?order=discussed")))[0] == made[1].pk


def award(contest: Contest, proposal: Proposal, kind: str, *, released: bool) -> None:
    with write():
        judging = cast.phase(contest, Kind.JUDGING)
        proposals.award(
            by=contest.created_by, phase=judging, kind=kind, reasons={proposal.pk: "A reason"}, released=released
        )


def test_an_unreleased_distinction_is_nowhere(contest: Contest) -> None:
    proposal = enter(contest, 2)[0]
    pages = ("/", address(contest), proposal.get_absolute_url(), f"/people/{proposal.created_by.handle}/")
    pages += (address(contest, "?status=winner"), contest.get_absolute_url())
    for kind in Distinction.Kind.values:
        award(contest, proposal, kind, released=False)
    for person in (None, proposal.created_by, contest.created_by):
        for page in pages:
            html = look(page, person)
            assert "A reason" not in html
            assert 'class="chip chip--winner"' not in html
            assert not re.search(r"Semi-finalists? <span class=.tabs__count|Finalists <span", html)
            assert "What won" not in html


def test_released_distinctions_make_tabs_with_their_counts(contest: Contest) -> None:
    first, second, third = enter(contest, 3)
    for proposal in (first, second):
        award(contest, proposal, "finalist", released=True)
    award(contest, first, "judges_choice", released=True)
    award(contest, first, "popular_choice", released=True)
    award(contest, third, "finalist", released=False)
    html = look(address(contest))
    counts = dict(re.findall(r'>(All|Finalists|Winners|Semi-finalists) <span class="tabs__count">(\d+)', html))
    assert counts == {"All": "3", "Finalists": "2", "Winners": "1"}
    assert set(proposals_in(look(address(contest, "?status=finalist")))) == {first.pk, second.pk}
    assert proposals_in(look(address(contest, "?status=winner"))) == [first.pk]
    assert first.get_absolute_url() in look("/")


def test_the_index_filters_by_phase_topic_and_words() -> None:
    organiser = cast.organiser()
    early = cast.contest(organiser, title="Early")
    late = cast.contest(organiser, title="Late", starts_at=cast.START + timedelta(days=60))
    Contest.objects.filter(pk=late.pk).update(topic="Water", question="Where should the rain go?")
    with clock.simulated(cast.START + timedelta(days=1)):
        html = look("/contests/")
        assert contests_in(html) == [early.slug, late.slug]
        assert "Open for proposals (1)" in html
        assert "Not open yet (1)" in html
        assert contests_in(look("/contests/?phase=submission")) == [early.slug]
        assert contests_in(look("/contests/?phase=upcoming&topic=Water&q=rain")) == [late.slug]
        assert "No contest fits all of this" in look("/contests/?q=zebra")
        assert contests_in(look("/contests/?phase=secret&page=9&topic=%00")) == [early.slug, late.slug]


def test_home_says_what_is_true_with_and_without_contests() -> None:
    with clock.simulated(cast.START + timedelta(days=1)):
        empty = look("/")
        assert "No contest has been published here yet." in empty
        assert "Ask a question. Let everybody answer." in empty
    contest = cast.contest(cast.organiser())
    with cast.during(contest, Kind.SUBMISSION):
        enter(contest, 2)
        html = look("/")
        assert "1 contest wants your idea" in html
        assert "<strong>2</strong> submitted proposals" in html
        assert "Proposals close" in html
