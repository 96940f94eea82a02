"""The page and the REST interface of the results, and that nothing shows before they are released."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock
from proposals import actions as proposals
from results import actions
from results.models import Tally
from tests import cast
from tests.voting.stage import Stage, at_the_vote, set_up
from voting import actions as voting

pytestmark = pytest.mark.django_db


def client_of(user: Any = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def page_of(stage: Stage) -> str:
    return f"/contests/{stage.contest.slug}/results/"


def vote(stage: Stage, *given: list[int]) -> None:
    with stage.voting():
        for n, lines in enumerate(given):
            voter = cast.person(f"Voter {n}")
            voting.cast(phase=stage.phase, by=voter, choices=[stage.ids[line] for line in lines])


def test_the_page_shows_winners_with_reasons_numbers_and_the_rule() -> None:
    stage = set_up(quorum=2)
    vote(stage, [0, 1], [1, 2], [1])
    with stage.closed():
        final, bold = cast.phase(stage.contest, "judging", 2), stage.entries[3].proposal_id
        proposals.award(by=stage.organiser, phase=final, kind="judges_choice", reasons={bold: "The boldest of all."})
        tally = actions.release(by=stage.organiser, contest=stage.contest)
        html = client_of().get(page_of(stage)).content.decode()
    assert html.count("<h1") == 1
    for words in (
        "“Idea number 2” was chosen on 3 of 3 ballots", "The boldest of all.", "Chosen on 3 of 3 ballots.",
        "Rank 1", "Rank 2, shared", "people voted", "ballots counted", "2 ballots, below which", tally.digest,
    ):  # fmt: skip
        assert words in html, words


def test_a_whole_contest_shows_the_numbers_at_each_gate() -> None:
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    ideas = [cast.submitted(cast.person(f"Author {n}"), contest, title=f"Idea number {n}") for n in range(4)]
    cast.judged(contest, 1, advancing=ideas[:3])
    cast.judged(contest, 2, advancing=ideas[:2])
    with cast.during(contest, "voting") as at:
        vote_phase = cast.phase(contest, "voting")
        entries = list(vote_phase.entries.order_by("proposal"))
        voting.cast(phase=vote_phase, by=cast.person("Vera"), choices=[entries[0].pk])
        late = cast.person("Victor")
        voting.cast(phase=vote_phase, by=late, choices=[entries[1].pk])
        voting.withdraw(phase=vote_phase, by=late)
    with clock.simulated(vote_phase.ends_at):
        cast.settle()
        actions.release(by=organiser, contest=contest)
        answer = client_of().get(f"/api/v1/contests/{contest.slug}/results/").json()
    assert at < vote_phase.ends_at
    assert [(gate["code"], gate["number"]) for gate in answer["gates"]] == [
        ("submitted", 4), ("semi_finalist", 3), ("finalist", 2), ("voters", 2), ("ballots", 1),
    ]  # fmt: skip
    assert [(winner["kind"], winner["title"]) for winner in answer["winners"]] == [("popular_choice", "Idea number 0")]


@pytest.mark.parametrize("given", [[], [[0], [1]]])
def test_the_page_says_why_nobody_won(given: list[list[int]]) -> None:
    stage = set_up(quorum=5 if given else 0)
    vote(stage, *given)
    with stage.closed():
        actions.release(by=stage.organiser, contest=stage.contest)
        html = client_of().get(page_of(stage)).content.decode()
    assert ("the rules ask for 5 ballots, and 2 were counted" if given else "no ballot was cast") in html


def test_nothing_of_the_count_shows_before_the_release() -> None:
    """V9, P8: a count that stands out (23 of 23 for one line) is on no page and in no answer, for nobody."""
    stage = set_up(finalists=3)
    vote(stage, *[[1]] * 23)
    people: list[Any] = [None, cast.person("Max Member"), stage.author, stage.organiser]
    addresses = [
        page_of(stage), f"/api/v1{page_of(stage)}", f"/contests/{stage.contest.slug}/vote/",
        f"/api/v1/contests/{stage.contest.slug}/ballot/",
    ]  # fmt: skip

    def bodies() -> list[str]:
        answers = [client_of(person).get(address) for person in people for address in addresses]
        assert {answer.status_code for answer in answers[:2]} == {404}
        return [answer.content.decode() for answer in answers]

    with stage.voting():
        while_running = bodies()
    with stage.closed():
        digest = Tally.objects.get().digest
        after_close = bodies()
        for body in while_running + after_close:
            assert digest not in body
            assert ">23<" not in body
            assert "23 of 23" not in body
        actions.release(by=stage.organiser, contest=stage.contest)
        assert digest in client_of().get(page_of(stage)).content.decode()


def test_results_of_a_contest_one_may_not_see_are_not_there() -> None:
    stage = set_up()
    vote(stage, [0])
    with stage.closed():
        actions.release(by=stage.organiser, contest=stage.contest)
        type(stage.contest).objects.update(visibility="invited")
        for address in (page_of(stage), f"/api/v1{page_of(stage)}"):
            assert client_of().get(address).status_code == 404
            assert client_of(stage.organiser).get(address).status_code == 200


def test_counting_and_releasing_over_rest() -> None:
    stage = set_up()
    vote(stage, [0], [0, 1])
    address = f"/api/v1{page_of(stage)}"
    json = {"content_type": "application/json"}
    with stage.voting():
        answer = client_of(stage.organiser).post(f"{address}release/", {}, **json)
        assert (answer.status_code, answer.json()["code"]) == (409, "voting_runs")
    with stage.closed():
        assert client_of().post(f"{address}release/", {}, **json).status_code == 401
        assert client_of(stage.author).post(f"{address}release/", {}, **json).status_code == 403
        assert client_of(stage.author).post(f"{address}count/", {}, **json).status_code == 403
        counted = client_of(stage.organiser).post(f"{address}count/", {}, **json)
        assert (counted.status_code, counted.json()["ballots"]) == (200, 2)
        assert "standings" not in counted.json()
        released = client_of(stage.organiser).post(f"{address}release/", {"phase": stage.phase.pk}, **json)
        assert released.status_code == 200
        assert released.json() == client_of().get(address).json()
        assert [row["count"] for row in released.json()["standings"]] == [2, 1, 0, 0]
        again = client_of(stage.organiser).post(f"{address}release/", {}, **json)
        assert (again.status_code, again.json()["code"]) == (409, "released")


def test_the_page_costs_the_same_with_more_finalists() -> None:
    organiser, author = cast.organiser(), cast.person("Ana Author")
    costs = []
    for number in (1, 12):
        contest = cast.contest(organiser, title=f"Contest of {number}")
        ideas = [cast.submitted(author, contest, title=f"Idea {n}") for n in range(number)]
        stage = at_the_vote(organiser, author, contest, ideas)
        with stage.voting():
            voting.cast(phase=stage.phase, by=cast.person(f"Voter of {number}"), choices=stage.ids[:1])
        with stage.closed():
            actions.release(by=organiser, contest=contest)
            with CaptureQueriesContext(connection) as captured:
                assert client_of().get(page_of(stage)).status_code == 200
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 12
