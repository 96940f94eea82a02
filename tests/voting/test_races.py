"""Many at once: real threads with connections of their own, on whichever database the tests run on."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from typing import Any

import pytest
from django.db.models import Count, F
from django.test import Client

from accounts.models import User
from contests import actions as contests
from core import clock
from core.models import Fact
from core.permissions import Refused
from results import actions as results
from tests import cast
from tests.voting.stage import Stage, in_parallel, open_by_the_real_clock, set_up
from voting import actions
from voting.models import Ballot, BallotEvent, Choice

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stage() -> Stage:
    return open_by_the_real_clock(set_up(finalists=6))


def vote(stage: Stage, voter: User, choices: list[int]) -> Callable[[], Any]:
    return partial(actions.cast, phase=stage.phase, by=voter, choices=choices)


def voters(number: int, batch: int = 0) -> list[User]:
    return [cast.person(f"Voter {batch} {n}") for n in range(number)]


def test_v1_the_same_vote_fifty_times_at_once_is_one_vote(stage: Stage) -> None:
    voter = cast.person("Vera Voter")
    answers = in_parallel([vote(stage, voter, stage.ids[:3])] * 50)
    assert {(ballot.pk, ballot.receipt, ballot.changed_at) for ballot in answers} == {
        Ballot.objects.values_list("pk", "receipt", "changed_at").get()
    }
    assert BallotEvent.objects.values_list("kind", "choices").get() == ("cast", stage.ids[:3])
    assert Choice.objects.count() == 3
    assert Fact.objects.filter(verb="ballot.cast").count() == 1


def test_v2_different_ballots_at_once_end_as_one_of_them(stage: Stage) -> None:
    chance = Random(7)
    for voter in voters(3):
        wanted = [sorted(chance.sample(stage.ids, chance.randint(1, 3))) for _ in range(20)]
        answers = in_parallel([vote(stage, voter, choices) for choices in wanted])
        assert not [answer for answer in answers if isinstance(answer, Exception)]
        ballot = Ballot.objects.get(voter=voter)
        final = sorted(ballot.choices.values_list("entry", flat=True))
        assert final in wanted
        assert ballot.used == len(final)
        assert BallotEvent.objects.filter(receipt=ballot.receipt).order_by("-pk")[0].choices == final
    assert not Ballot.objects.annotate(lines=Count("choices")).exclude(lines=F("used")).exists()


def test_v2_through_the_api_never_a_server_error(stage: Stage) -> None:
    voter = cast.person("Vera Voter")
    address = f"/api/v1/contests/{stage.contest.slug}/ballot/"
    proposals = [entry.proposal_id for entry in stage.entries]

    def put(count: int) -> int:
        client = Client()
        client.force_login(voter)
        body = {"choices": [{"proposal": proposal} for proposal in proposals[:count]]}
        return client.put(address, body, content_type="application/json").status_code

    answers = in_parallel([partial(put, 1 + n % 4) for n in range(16)])
    assert answers == [409 if n % 4 == 3 else 200 for n in range(16)]


def race_the_closer(stage: Stage, people: list[User], chance: Random) -> float:
    """Voters with small delays, and a closer that counts as soon as the clock allows it. Answers how long it took."""

    def slow_vote(voter: User) -> Any:
        time.sleep(chance.random() * 1.2)
        return actions.cast(phase=stage.phase, by=voter, choices=chance.sample(stage.ids, 2))

    def close() -> Any:
        while clock.now() < stage.phase.ends_at:
            time.sleep(0.005)
        began = time.monotonic()
        contests.record_boundaries()
        return results.tally(phase=stage.phase), time.monotonic() - began

    *answers, (tally, took) = in_parallel([*[partial(slow_vote, voter) for voter in people], close])
    late = [answer for answer in answers if isinstance(answer, Refused)]
    counted = [answer for answer in answers if isinstance(answer, Ballot)]
    assert len(late) + len(counted) == len(people)
    assert {answer.refusal.code for answer in late} <= {"voting_closed"}
    assert all(ballot.changed_at < stage.phase.ends_at for ballot in counted)
    # What was counted in the middle of the race is what is there at its end.
    assert tally.ballots == Ballot.objects.filter(phase=stage.phase).count()
    assert tally.position == BallotEvent.objects.filter(phase=stage.phase).latest("pk").pk
    return took


@pytest.mark.parametrize("rounds", [3, pytest.param(20, marks=pytest.mark.long)])
def test_v4_no_vote_lands_after_the_count(rounds: int) -> None:
    stage = set_up(finalists=6)
    for number in range(rounds):
        people = voters(20, number)
        open_by_the_real_clock(stage, closes_in=timedelta(seconds=0.6))
        assert race_the_closer(stage, people, Random(number)) < 2


def test_v5_the_clock_of_the_database_decides(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """A web server whose own clock is five minutes wrong decides and stamps as the others do."""
    real, voter = time.time, cast.person("Vera Voter")
    for wrong in (-300, 300):
        with monkeypatch.context() as patch:
            patch.setattr(time, "time", lambda wrong=wrong: real() + wrong)
            before = clock.now()
            ballot = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[: 1 + (wrong > 0)])
        assert abs(ballot.changed_at - before) < timedelta(seconds=5)
