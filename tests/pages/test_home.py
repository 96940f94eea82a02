"""The front door: the season decides what it says, every fact on it is true, and it costs the same for one and for thirty."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contests import actions as contests
from contests.models import Contest
from contests.phases import Kind
from core import branding, clock
from pages.phases import season
from proposals.models import Proposal
from results import actions as results
from tests import cast
from tests.pages.stage import contests_in, look, queries
from voting import actions as voting

pytestmark = pytest.mark.django_db
MOST_QUERIES = 8


@pytest.fixture
def contest() -> Contest:
    """One contest with two proposals."""
    made = cast.contest(cast.organiser())
    for name in ("Ana Author", "Ben Author"):
        cast.submitted(cast.person(name), made, title=f"Roofs by {name}")
    return made


@pytest.fixture
def finals(contest: Contest) -> Contest:
    """Its two proposals are finalists."""
    cast.judged(contest)
    cast.judged(contest, 2)
    return contest


def h1(html: str) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", html, re.DOTALL)
    assert len(found) == 1
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0])).strip()


def primary(html: str) -> list[str]:
    """Where the primary buttons lead."""
    return re.findall(r'<a class="button button--primary" href="([^"]+)"', html)


# --- Seasons ---------------------------------------------------------------------------------------------------------


def test_what_a_stranger_can_do_names_the_season() -> None:
    assert season({"submission": 1, "voting": 2, "results": 9}) == "submission"
    assert season({"voting": 1, "judging": 2, "results": 9}) == "voting"
    assert season({"judging": 1, "upcoming": 1}) == "judging"
    assert season({"upcoming": 1, "results": 1}) == "upcoming"
    assert season({"results": 1}) == "quiet"
    assert season({"all": 0}) == "empty"


def test_open_the_statement_counts_and_says_until_when(contest: Contest) -> None:
    with cast.during(contest, Kind.SUBMISSION):
        html = look("/")
    assert h1(html) == "1 contest wants your idea Proposals close in 41 days"
    assert primary(html) == [f"{contest.get_absolute_url()}proposals/new/"]
    assert contest.question in html and "Europe/Madrid" not in html
    assert 'class="deadline__clock"' in html


def test_with_several_open_the_next_deadline_is_named_and_each_is_one_click_away(contest: Contest) -> None:
    others = [cast.contest(contest.created_by, title=f"Rain {n}") for n in range(3)]
    with cast.during(contest, Kind.SUBMISSION):
        html = look("/")
    assert h1(html).startswith("4 contests want your idea Next deadline in ")
    assert primary(html) == ["/contests/?phase=submission"]
    for open_now in (contest, *others):
        assert f'href="{open_now.get_absolute_url()}"' in html


def test_judging_says_how_many_are_read(contest: Contest) -> None:
    with cast.during(contest, Kind.JUDGING):
        html = look("/")
    assert h1(html).startswith("Experts are reading 2 proposals")
    assert primary(html) == [f"{contest.get_absolute_url()}proposals/"]


def test_revision_and_the_time_before(contest: Contest) -> None:
    cast.judged(contest)
    with cast.during(contest, Kind.REVISION):
        assert h1(look("/")).startswith("Authors are making good proposals better")
    with clock.simulated(cast.START - timedelta(days=2)):
        before = look("/")
    assert h1(before) == "The next contest is about to open Opens in 2 days"
    assert primary(before) == [contest.get_absolute_url()]


def test_a_vote_shows_its_finalists_without_any_number_and_leads_to_the_ballot(finals: Contest) -> None:
    """V10: not a count, an order or a badge says how the vote stands."""
    voters = [cast.person(f"Voter {n}") for n in range(3)]
    with cast.during(finals, Kind.VOTING):
        before = look("/")
        entry = cast.phase(finals, Kind.VOTING).entries.get(proposal__title="Roofs by Ana Author")
        for voter in voters:
            voting.cast(phase=cast.phase(finals, Kind.VOTING), by=voter, choices=[entry.pk])
        cast.settle()
        after = look("/")
    assert primary(before) == [f"{finals.get_absolute_url()}vote/"]
    for proposal in Proposal.objects.all():
        assert f'<a href="{proposal.get_absolute_url()}">{proposal.title}</a>' in before
    assert after == before


def test_finalists_stand_in_another_order_on_another_day(finals: Contest) -> None:
    orders = set()
    for day in range(10):
        with clock.simulated(cast.moment(finals, Kind.VOTING) + timedelta(days=day)):
            orders.add(tuple(re.findall(r"Roofs by \w+", look("/"))))
    assert len(orders) == 2


def test_when_all_is_over_the_winners_tell_why(finals: Contest) -> None:
    vote = cast.phase(finals, Kind.VOTING)
    with cast.during(finals, Kind.VOTING):
        voting.cast(phase=vote, by=cast.person("Vera"), choices=[vote.entries.get(proposal__title="Roofs by Ben Author").pk])
    with clock.simulated(vote.ends_at + timedelta(hours=1)):
        cast.settle()
        assert "won__reason" not in look("/")
        results.release(by=finals.created_by, contest=finals)
        cast.settle()
    last = cast.phase(finals, Kind.RESULTS)
    with clock.simulated((last.closes_at or last.opens_at) + timedelta(days=30)):
        html = look("/")
    assert "What won, and why" in h1(html)
    assert "Roofs by Ben Author" in html and re.search(r'won__reason">[^<]*1', html) and "Ben Author</p>" in html
    assert f"{finals.get_absolute_url()}results/" in html


def test_an_empty_installation_tells_everybody_what_comes_first() -> None:
    with clock.simulated(cast.START):
        assert primary(look("/")) == ["/help/"]
        assert primary(look("/", cast.person("Moira Member"))) == ["/help/"]
        assert primary(look("/", cast.person("Sam Staff", is_staff=True))) == ["/manage/new/"]
        assert "Create the first contest" in look("/", cast.organiser())


# --- What is true ----------------------------------------------------------------------------------------------------


def test_nothing_hidden_is_counted_or_named(contest: Contest) -> None:
    hidden = cast.contest(contest.created_by, title="Secret Council")
    cast.draft_contest(contest.created_by, title="Secret Draft")
    cast.submitted(cast.person("Sue Secret"), hidden, title="Secret idea")
    cast.draft(cast.person("Dan Draft"), contest, title="Secret plan")
    contests.edit_contest(by=contest.created_by, contest=cast.fresh(hidden), visibility="invited")
    Contest.objects.filter(pk=hidden.pk).update(visibility="invited")
    with cast.during(contest, Kind.SUBMISSION):
        for person in (None, cast.person("Moira Member")):
            html = look("/", person)
            assert "Secret" not in html
            assert "<strong>1</strong> contest<" in html and "<strong>2</strong> submitted proposals" in html
        assert "Secret Council" in look("/", contest.created_by)


def test_the_numbers_have_their_date(contest: Contest) -> None:
    with clock.simulated(cast.START + timedelta(days=1)):
        assert "Counted on 2 March 2027." in look("/")


# --- For members -----------------------------------------------------------------------------------------------------


def test_what_waits_for_a_member_stands_first_and_has_the_only_primary_button(contest: Contest) -> None:
    ana = Proposal.objects.get(title="Roofs by Ana Author").created_by
    cast.draft(ana, contest, title="Cool walls")
    with cast.during(contest, Kind.SUBMISSION):
        html = look("/", ana)
    assert html.index("Your next step") < html.index("<h1")
    assert len(primary(html)) == 1 and primary(html)[0].endswith("/edit/")


def test_a_member_is_asked_for_votes_and_first_comments_a_visitor_is_not(finals: Contest) -> None:
    moira = cast.person("Moira Member")
    second = cast.contest(finals.created_by, title="Night buses", starts_at=cast.moment(finals, Kind.VOTING) - timedelta(days=5))
    proposal = cast.submitted(cast.person("Cleo"), second, title="Buses by Cleo")
    with cast.during(finals, Kind.VOTING):
        html, own = look("/", moira), look("/", proposal.created_by)
        assert "Wanted from you" in html and "Buses by Cleo" in html
        assert "Wanted from you" not in look("/")
        assert "No comment yet" not in own
        vote = cast.phase(finals, Kind.VOTING)
        voting.cast(phase=vote, by=moira, choices=[vote.entries.first().pk])
        assert "Go to the ballot" in look("/") and "Go to the ballot" not in look("/", moira)


# --- What it costs ---------------------------------------------------------------------------------------------------


def people(contest: Contest) -> dict[str, Any]:
    return {
        "visitor": None,
        "member": cast.person("Moira Member"),
        "author": Proposal.objects.order_by("pk").first().created_by,  # type: ignore[union-attr]
        "judge": cast.judge(contest),
        "organiser": contest.created_by,
    }


@pytest.fixture
def everybody(finals: Contest) -> Iterator[dict[str, Any]]:
    yield people(finals)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.WORKSPACE])
def test_at_most_eight_statements_for_everybody_in_every_phase(finals: Contest, everybody: dict[str, Any], kind: Kind) -> None:
    with clock.simulated(cast.moment(finals, kind)):
        look("/")  # the site's own name is remembered between requests
        counts = {role: queries("/", person) for role, person in everybody.items()}
    assert {role: n for role, n in counts.items() if n > MOST_QUERIES} == {}


def test_thirty_contests_and_proposals_cost_as_many_statements_as_three(contest: Contest, everybody: dict[str, Any]) -> None:
    def add(number: int) -> None:
        for _ in range(number):
            made = cast.contest(contest.created_by, title=f"Contest {Contest.objects.count()}")
            with clock.simulated(cast.moment(made, Kind.SUBMISSION)):
                cast.submitted_quickly(by=everybody["author"], contest=made, title=f"Idea {made.pk}")

    def cost() -> dict[str, int]:
        with clock.simulated(cast.moment(contest, Kind.SUBMISSION)):
            look("/")
            return {role: queries("/", person) for role, person in everybody.items()}

    add(2)
    three = cost()
    add(27)
    assert cost() == three
    with clock.simulated(cast.moment(contest, Kind.SUBMISSION)):
        assert len(contests_in(look("/"))) <= 7


# --- Beside it -------------------------------------------------------------------------------------------------------


def test_the_site_says_who_runs_it_and_where_to_ask() -> None:
    branding.remember(replace(branding.default(), contact="hello@site.example"))
    try:
        for page in ("/", "/about/", "/help/"):
            assert "mailto:hello@site.example" in look(page), page
    finally:
        branding.remember(None)


@pytest.mark.parametrize("who", ["visitor", "member", "staff"])
def test_on_an_empty_installation_each_place_says_what_it_is_for_and_what_to_do(who: str) -> None:
    person = None if who == "visitor" else cast.person("Moira Member", is_staff=who == "staff")
    pages = ["/", "/contests/", "/search/?q=zebra"]
    pages += [] if person is None else ["/me/notifications/", "/judge/", "/manage/", "/people/moira-member/"]
    for page in pages:
        main = look(page, person).split("<main", 1)[1].split("</main>")[0]
        assert 'class="empty__drawing"' in main and 'class="empty__why"' in main, page
        assert 'class="button button--' in main, page
        assert ("/manage/new/" in main) == (who == "staff" and page in ("/", "/contests/", "/manage/")), page
