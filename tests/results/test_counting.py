"""Counting, and releasing what was counted."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from core.models import Due, Fact
from core.permissions import Kind, Refused
from core.registries import steps
from proposals import actions as proposals
from proposals.models import Distinction, Proposal
from proposals.transitions import Status
from results import actions
from results.models import Standing, Tally
from tests import cast
from tests.voting.stage import Stage, set_up
from voting import actions as voting
from voting.models import Ballot, BallotEvent, Choice

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return set_up()


def ballots(stage: Stage, *given: list[int]) -> list[Ballot]:
    """One voter after the other names these lines (0 is the first entry)."""
    start = Ballot.objects.count()
    with stage.voting():
        return [
            voting.cast(phase=stage.phase, by=cast.person(f"Voter {start + n}"), choices=[stage.ids[line] for line in lines])
            for n, lines in enumerate(given)
        ]


def counts(tally: Tally) -> list[int]:
    return list(tally.standings.order_by("entry").values_list("count", flat=True))


def popular(stage: Stage) -> list[int]:
    kind = Distinction.Kind.POPULAR_CHOICE
    return sorted(Distinction.objects.filter(kind=kind).values_list("proposal", flat=True))


def refusal_of(call: Any, **arguments: Any) -> Any:
    with pytest.raises(Refused) as caught:
        call(**arguments)
    return caught.value.refusal


def test_the_close_brings_the_count_by_itself(stage: Stage) -> None:
    ballots(stage, [0, 1], [1, 2], [1])
    with stage.closed():
        tally = Tally.objects.get()
    assert (tally.rule, tally.ballots, tally.position) == ("approval", 3, BallotEvent.objects.latest("pk").pk)
    assert counts(tally) == [1, 3, 1, 0]
    assert list(tally.standings.values_list("rank", "tied")) == [(1, False), (2, True), (2, True), (4, False)]
    assert Fact.objects.filter(verb="tally.made").count() == 1
    assert not Due.objects.exclude(state="done").filter(follower="results.count_ballots").exists()


def test_the_count_equals_an_independent_recount_of_the_ledger(stage: Stage) -> None:
    chance = Random(3)
    people = [cast.person(f"Voter {n}") for n in range(25)]
    with stage.voting():
        for _ in range(60):
            voter = chance.choice(people)
            if chance.random() < 0.2:
                voting.withdraw(phase=stage.phase, by=voter)
            else:
                voting.cast(phase=stage.phase, by=voter, choices=chance.sample(stage.ids, chance.randint(1, 3)))
    latest = {event.receipt: event.choices for event in BallotEvent.objects.order_by("pk")}
    recount = Counter(entry for choices in latest.values() for entry in choices)
    with stage.closed():
        tally = Tally.objects.get()
    assert dict(tally.standings.values_list("entry", "count")) == {entry: recount[entry] for entry in stage.ids}
    assert tally.ballots == sum(1 for choices in latest.values() if choices)


def test_counting_again_changes_nothing(stage: Stage) -> None:
    ballots(stage, [0])
    with stage.closed():
        first = actions.tally(phase=stage.phase)
        assert actions.tally(phase=stage.phase) == first
    assert (Tally.objects.count(), Standing.objects.count()) == (1, 4)
    assert Fact.objects.filter(verb="tally.made").count() == 1


def test_an_empty_ballot_box_is_counted_too(stage: Stage) -> None:
    with stage.closed():
        tally = Tally.objects.get()
        assert (tally.position, tally.ballots, counts(tally)) == (0, 0, [0, 0, 0, 0])
        actions.release(by=stage.organiser, contest=stage.contest)
    assert popular(stage) == []


@pytest.mark.parametrize("state", ["withdrawn", "void", "held"])
def test_only_counted_ballots_count(stage: Stage, state: str) -> None:
    first, *_ = ballots(stage, [0, 1], [1])
    Ballot.objects.filter(pk=first.pk).update(state=state)
    with stage.closed():
        tally = Tally.objects.get()
    assert (tally.ballots, counts(tally), tally.voters_held) == (1, [0, 1, 0, 0], int(state == "held"))


def test_a_finalist_removed_during_the_vote_counts_for_nobody(stage: Stage) -> None:
    ballots(stage, [0, 1], [0])
    Proposal.objects.filter(pk=stage.entries[0].proposal_id).update(status=Status.REMOVED)
    with stage.closed():
        tally = Tally.objects.get()
    assert dict(tally.standings.values_list("entry", "count")) == {stage.ids[1]: 1, stage.ids[2]: 0, stage.ids[3]: 0}
    assert Choice.objects.filter(entry=stage.ids[0]).count() == 2


def test_v4_nothing_is_counted_while_voting_runs(stage: Stage) -> None:
    with clock.simulated(stage.phase.closes_at - timedelta(microseconds=1)):
        refusal = refusal_of(actions.tally, phase=stage.phase)
        assert (refusal.code, refusal.until) == ("voting_runs", stage.phase.closes_at)
        assert refusal_of(actions.release, by=stage.organiser, contest=stage.contest).code == "voting_runs"


def test_only_a_vote_can_be_counted(stage: Stage) -> None:
    with stage.closed():
        assert refusal_of(actions.tally, phase=cast.phase(stage.contest, "submission")).code == "no_vote"


# --- Release --------------------------------------------------------------------------------------------------------


def test_release_names_the_popular_choice_with_its_reason(stage: Stage) -> None:
    ballots(stage, [0, 1], [1, 2], [1])
    with stage.closed() as at:
        tally = actions.release(by=stage.organiser, contest=stage.contest)
    award = Distinction.objects.get(kind="popular_choice")
    assert (award.proposal_id, award.reason) == (stage.entries[1].proposal_id, "Chosen on 3 of 3 ballots.")
    assert award.released_at == tally.released_at == cast.fresh(stage.phase).released_at == at
    fact = Fact.objects.get(verb="results.released")
    assert (fact.actor_id, fact.contest_id, fact.data["tally"]) == (stage.organiser.pk, stage.contest.pk, tally.pk)


def test_a_tie_has_co_winners(stage: Stage) -> None:
    ballots(stage, [0, 1], [1, 0], [2])
    with stage.closed():
        actions.release(by=stage.organiser, contest=stage.contest)
    assert popular(stage) == sorted(entry.proposal_id for entry in stage.entries[:2])
    assert "shared" in Distinction.objects.filter(kind="popular_choice")[0].reason


@pytest.mark.parametrize(("quorum", "named"), [(2, True), (3, False)])
def test_below_the_quorum_nobody_is_named(quorum: int, named: bool) -> None:
    stage = set_up(quorum=quorum)
    ballots(stage, [0], [0])
    with stage.closed():
        actions.release(by=stage.organiser, contest=stage.contest)
    assert bool(popular(stage)) == named


def test_release_shows_the_judges_choice_that_was_held_back(stage: Stage) -> None:
    ballots(stage, [0])
    judged, proposal = cast.phase(stage.contest, "judging", 2), stage.entries[3].proposal_id
    with stage.closed():
        proposals.award(by=stage.organiser, phase=judged, kind="judges_choice", reasons={proposal: "The boldest."})
        assert Distinction.objects.get(kind="judges_choice").released_at is None
        actions.release(by=stage.organiser, contest=stage.contest)
    assert Distinction.objects.get(kind="judges_choice").released_at is not None


def test_release_refuses_when_the_ledger_has_moved_until_counted_again(stage: Stage) -> None:
    ballots(stage, [0])
    with stage.closed():
        BallotEvent.objects.create(phase=stage.phase, receipt="A2-OAK-10", kind="cast", choices=[], at=clock.now())
        assert refusal_of(actions.release, by=stage.organiser, contest=stage.contest).code == "ledger_moved"
        actions.tally(phase=stage.phase, by=stage.organiser)
        actions.release(by=stage.organiser, contest=stage.contest)


def test_release_refuses_before_the_count(stage: Stage) -> None:
    with clock.simulated(stage.phase.ends_at):
        assert refusal_of(actions.release, by=stage.organiser, contest=stage.contest).code == "not_counted"


def test_results_are_released_once(stage: Stage) -> None:
    ballots(stage, [0])
    with stage.closed():
        actions.release(by=stage.organiser, contest=stage.contest)
        refusal = refusal_of(actions.release, by=stage.organiser, contest=stage.contest, phase=stage.phase)
    assert refusal.code == "released"
    assert Distinction.objects.filter(kind="popular_choice").count() == 1


@pytest.mark.parametrize(
    ("who", "kind"),
    [("visitor", Kind.SIGN_IN), ("member", Kind.NEVER), ("judge", Kind.NEVER), ("facilitator", Kind.NEVER),
     ("author", Kind.NEVER), ("organiser", None), ("staff", None)],
)  # fmt: skip
def test_who_counts_and_releases(stage: Stage, who: str, kind: Kind | None) -> None:
    users = {"visitor": AnonymousUser(), "organiser": stage.organiser, "author": stage.author}
    user: Any = users[who] if who in users else cast.person(who, is_staff=who == "staff")
    if who in ("judge", "facilitator"):
        cast.member_of(stage.contest, user, who)
    with stage.closed():
        if kind is not None:
            assert refusal_of(actions.tally, phase=stage.phase, by=user).kind == kind
            assert refusal_of(actions.release, by=user, contest=stage.contest).kind == kind
        else:
            actions.tally(phase=stage.phase, by=user)
            actions.release(by=user, contest=stage.contest)
    assert (cast.fresh(stage.phase).released_at is not None) == (kind is None)


def test_what_is_next_after_the_vote(stage: Stage) -> None:
    member = cast.person("Max Member")

    def verbs(user: Any) -> list[str]:
        return [str(s.verb) for s in steps(user, [cast.fresh(stage.contest)], at=clock.now()) if "esults" in s.verb]

    with stage.voting():
        assert verbs(stage.organiser) == []
    with stage.closed():
        assert (verbs(stage.organiser), verbs(member), verbs(AnonymousUser())) == (["Release results"], [], [])
        actions.release(by=stage.organiser, contest=stage.contest)
        assert (verbs(stage.organiser), verbs(member), verbs(AnonymousUser())) == (["See the results"],) * 3


def test_counting_costs_the_same_for_many_ballots(stage: Stage) -> None:
    ballots(stage, [0])
    costs = []
    with clock.simulated(stage.phase.ends_at):
        for more in (0, 12):
            Tally.objects.filter(pk__in=[t.pk for t in Tally.objects.all()]).delete()
            for n in range(more):
                ballot = Ballot.objects.create(
                    phase=stage.phase, voter=cast.person(f"Late {n}"), receipt=f"R{n}", used=1, most=3, changed_at=clock.now()
                )
                Choice.objects.create(ballot=ballot, entry=stage.entries[0], slot=1)
            with CaptureQueriesContext(connection) as captured:
                actions.tally(phase=stage.phase)
            costs.append(len(captured))
    assert costs[0] == costs[1]
