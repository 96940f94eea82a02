"""Casting, changing and withdrawing a ballot."""

from __future__ import annotations

import re
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from contests.models import Contest, Phase
from core import clock
from core.models import Due, Fact
from core.permissions import Kind, Refused
from proposals.models import Proposal
from proposals.transitions import Status
from tests import cast
from tests.voting.stage import Stage, set_up
from voting import actions
from voting.methods.receipts import receipt
from voting.models import Ballot, BallotEvent, Choice

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return set_up()


@pytest.fixture
def voter() -> Any:
    return cast.person("Vera Voter")


def on(ballot: Ballot) -> list[int]:
    return sorted(ballot.choices.values_list("entry", flat=True))


def refused(**act: Any) -> Any:
    with pytest.raises(Refused) as caught:
        actions.cast(**act)
    return caught.value.refusal


def test_a_ballot_holds_its_choices_and_gives_a_receipt(stage: Stage, voter: Any) -> None:
    with stage.voting() as at:
        ballot = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
    assert on(ballot) == stage.ids[:2]
    assert [ballot.used, ballot.most, ballot.state, ballot.changed_at] == [2, 3, "counted", at]
    event = BallotEvent.objects.get()
    assert (event.receipt, event.kind, event.choices, event.at) == (ballot.receipt, "cast", stage.ids[:2], at)


def test_the_fact_says_that_somebody_voted_never_what(stage: Stage, voter: Any) -> None:
    with stage.voting():
        ballot = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
    fact = Fact.objects.get(verb="ballot.cast")
    assert (fact.actor_id, fact.subject_id, fact.data) == (voter.pk, ballot.pk, {"phase": stage.phase.pk})


def test_the_same_choices_again_change_nothing(stage: Stage, voter: Any) -> None:
    with stage.voting() as at:
        first = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
    with clock.simulated(at + timedelta(hours=1)):
        again = actions.cast(phase=stage.phase, by=voter, choices=reversed(stage.ids[:2]))
    assert (again.pk, again.receipt, again.changed_at) == (first.pk, first.receipt, first.changed_at)
    assert BallotEvent.objects.count() == 1
    assert Fact.objects.filter(verb__startswith="ballot.").count() == 1


def test_a_changed_ballot_keeps_its_receipt(stage: Stage, voter: Any) -> None:
    with stage.voting():
        first = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
        changed = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[1:4])
    assert (changed.pk, changed.receipt, on(changed)) == (first.pk, first.receipt, stage.ids[1:4])
    assert cast.fresh(changed).used == 3
    assert list(BallotEvent.objects.order_by("pk").values_list("kind", flat=True)) == ["cast", "changed"]


def test_a_withdrawn_ballot_counts_for_nobody_and_may_be_cast_again(stage: Stage, voter: Any) -> None:
    with stage.voting():
        first = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
        withdrawn = actions.withdraw(phase=stage.phase, by=voter)
        assert withdrawn is not None
        assert (withdrawn.state, withdrawn.used, on(withdrawn)) == ("withdrawn", 0, [])
        assert actions.withdraw(phase=stage.phase, by=voter) == withdrawn
        again = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:1])
    assert (again.receipt, again.state, on(again)) == (first.receipt, "counted", stage.ids[:1])
    kinds = BallotEvent.objects.order_by("pk").values_list("kind", "choices")
    assert list(kinds) == [("cast", stage.ids[:2]), ("withdrawn", []), ("cast", stage.ids[:1])]


def test_withdrawing_nothing_is_no_error(stage: Stage, voter: Any) -> None:
    with stage.voting():
        assert actions.withdraw(phase=stage.phase, by=voter) is None
    assert not BallotEvent.objects.exists()


def test_a_ballot_that_is_held_stays_held_when_it_changes(stage: Stage, voter: Any) -> None:
    with stage.voting():
        ballot = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
        Ballot.objects.filter(pk=ballot.pk).update(state="held")
        actions.cast(phase=stage.phase, by=voter, choices=stage.ids[2:3])
    assert cast.fresh(ballot).state == "held"


def test_a_receipt_that_is_taken_is_drawn_again(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    receipts = []
    with stage.voting():
        for name in ("Vera Voter", "Victor Voter"):
            monkeypatch.setattr(actions, "CHANCE", Random(1))  # so that both draw the same first
            receipts.append(actions.cast(phase=stage.phase, by=cast.person(name), choices=stage.ids[:1]).receipt)
    assert len(set(receipts)) == 2
    assert list(BallotEvent.objects.order_by("pk").values_list("receipt", flat=True)) == receipts


def test_a_receipt_can_be_read_out() -> None:
    codes = {receipt(Random(n)) for n in range(500)}
    assert all(re.fullmatch(r"[A-HJ-NP-Z][2-9]-[A-Z]{3,8}-[1-9][0-9]", code) for code in codes)
    assert len(codes) > 495
    assert len(receipt(Random(1), digits=5)) <= 24


# --- Who, when and for what (V13) -----------------------------------------------------------------------------------

WHEN = ["submission", "judging", "revision", "voting", "results"]
WHO = {
    "visitor": Kind.SIGN_IN,
    "member": None,
    "unverified": Kind.NEVER,
    "inactive": Kind.SIGN_IN,
    "judge": None,
    "author": None,
    "organiser": None,
    "staff": None,
    "unverified staff": Kind.NEVER,
}


def somebody(who: str, stage: Stage) -> Any:
    if who == "visitor":
        return AnonymousUser()
    if who in ("author", "organiser"):
        return getattr(stage, who)
    user = cast.person(who, is_staff="staff" in who, is_active=who != "inactive")
    if "unverified" in who:
        EmailAddress.objects.filter(user=user).update(verified=False)
    return cast.member_of(stage.contest, user, "judge") if who == "judge" else user


@pytest.mark.parametrize("who", WHO)
def test_v13_who_may_vote_and_when(stage: Stage, who: str) -> None:
    user = somebody(who, stage)
    Contest.objects.filter(pk=stage.contest.pk).update(authors_may_vote=True)
    for kind in WHEN:
        expected = WHO[who] if kind == "voting" else Kind.NOT_NOW
        with clock.simulated(cast.moment(stage.contest, kind)):
            if expected is None:
                actions.cast(phase=stage.phase, by=user, choices=stage.ids[:1])
            else:
                assert refused(phase=stage.phase, by=user, choices=stage.ids[:1]).kind == expected, kind


def test_v13_a_contest_one_may_not_see_takes_no_ballot(stage: Stage, voter: Any) -> None:
    Contest.objects.filter(pk=stage.contest.pk).update(visibility="invited")
    with stage.voting():
        assert refused(phase=stage.phase, by=voter, choices=stage.ids[:1]).kind == Kind.HIDDEN


def test_v13_own_proposals_take_no_vote_of_the_team(stage: Stage) -> None:
    mate = cast.join(stage.entries[0].proposal, cast.person("Mia Mate"))
    with stage.voting():
        for person, choice in ((stage.author, stage.ids[1]), (mate, stage.ids[0])):
            assert refused(phase=stage.phase, by=person, choices=[choice]).code == "own_proposal"
        actions.cast(phase=stage.phase, by=mate, choices=[stage.ids[1]])
        Contest.objects.filter(pk=stage.contest.pk).update(authors_may_vote=True)
        actions.cast(phase=stage.phase, by=stage.author, choices=stage.ids[:2])


@pytest.mark.parametrize("status", [Status.WITHDRAWN, Status.REMOVED])
def test_v13_what_is_no_longer_submitted_takes_no_vote(stage: Stage, voter: Any, status: str) -> None:
    Proposal.objects.filter(pk=stage.entries[0].proposal_id).update(status=status)
    with stage.voting():
        assert refused(phase=stage.phase, by=voter, choices=stage.ids[:2]).code == "not_on_ballot"


def test_v13_entries_of_another_phase_take_no_vote(stage: Stage, voter: Any) -> None:
    elsewhere = stage.entries[0]
    elsewhere.pk, elsewhere.phase = None, cast.phase(stage.contest, "judging")
    elsewhere.save()
    with stage.voting():
        for choice in (elsewhere.pk, 10**6, 10**30, -1):
            assert refused(phase=stage.phase, by=voter, choices=[choice]).code == "not_on_ballot"


@pytest.mark.parametrize(("choices", "code"), [([], "no_choice"), ([0, 1, 2, 3], "too_many_choices")])
def test_a_ballot_has_one_to_k_choices(stage: Stage, voter: Any, choices: list[int], code: str) -> None:
    with stage.voting():
        refusal = refused(phase=stage.phase, by=voter, choices=[stage.ids[n] for n in choices])
    assert (refusal.kind, refusal.code) == (Kind.NOT_NOW, code)


def test_another_phase_than_the_one_that_runs_is_refused(stage: Stage, voter: Any) -> None:
    with stage.voting():
        for kind in ("submission", "results"):
            assert refused(phase=cast.phase(stage.contest, kind), by=voter, choices=stage.ids[:1]).kind == Kind.NOT_NOW


def test_before_the_vote_the_refusal_says_when(stage: Stage, voter: Any) -> None:
    with clock.simulated(stage.phase.opens_at - timedelta(seconds=1)):
        refusal = refused(phase=stage.phase, by=voter, choices=stage.ids[:1])
    assert (refusal.code, refusal.until) == ("phase_not_open", stage.phase.opens_at)


def test_a_vote_behind_unreleased_decisions_waits(stage: Stage, voter: Any) -> None:
    Phase.objects.filter(contest=stage.contest, kind="judging").update(released_at=None)
    with stage.voting():
        assert refused(phase=stage.phase, by=voter, choices=stage.ids[:1]).code == "waiting_for_decisions"


def test_the_phase_is_half_open(stage: Stage, voter: Any) -> None:
    with clock.simulated(stage.phase.closes_at - timedelta(microseconds=1)):
        actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:1])
    with clock.simulated(stage.phase.closes_at):
        assert refused(phase=stage.phase, by=voter, choices=stage.ids[:2]).code == "voting_closed"
        with pytest.raises(Refused):
            actions.withdraw(phase=stage.phase, by=voter)


# --- What the database itself refuses --------------------------------------------------------------------------------


def sql(statement: str, *params: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_limits_hold_against_raw_sql(stage: Stage, voter: Any) -> None:
    with stage.voting():
        ballot = actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
    with pytest.raises(IntegrityError):
        sql("UPDATE voting_ballot SET used = most + 1 WHERE id = %s", ballot.pk)
    with pytest.raises(IntegrityError):
        sql("UPDATE voting_choice SET slot = 0 WHERE ballot_id = %s AND slot = 1", ballot.pk)
    with pytest.raises(IntegrityError):
        sql("INSERT INTO voting_choice (ballot_id, entry_id, slot) VALUES (%s, %s, 3)", ballot.pk, stage.ids[0])
    with pytest.raises(IntegrityError):
        sql(
            "INSERT INTO voting_ballot (phase_id, voter_id, state, receipt, used, most, changed_at) "
            "SELECT phase_id, voter_id, state, 'A2-OAK-10', used, most, changed_at FROM voting_ballot"
        )
    assert Choice.objects.count() == 2


@pytest.mark.parametrize(
    "statement", ["UPDATE voting_ballotevent SET choices = '[]'", "DELETE FROM voting_ballotevent"]
)
def test_v12_the_ledger_cannot_be_changed(stage: Stage, voter: Any, statement: str) -> None:
    with stage.voting():
        actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:2])
    with pytest.raises(DatabaseError):
        sql(statement)
    assert BallotEvent.objects.get().choices == stage.ids[:2]


# --- Cost -----------------------------------------------------------------------------------------------------------


def statements(captured: CaptureQueriesContext) -> list[str]:
    """The statements of the work itself; BEGIN, COMMIT and savepoints are the test's and the transaction's."""
    frame = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK")
    return [query["sql"] for query in captured if not query["sql"].startswith(frame)]


@pytest.mark.parametrize("visibility", ["public", "invited"])
def test_a_vote_costs_few_statements(stage: Stage, voter: Any, visibility: str) -> None:
    """Performance row 4, ledger, fact and due row included; the simulated clock saves one, which is added."""
    costs = []
    Contest.objects.update(visibility=visibility)
    cast.member_of(stage.contest, voter, "judge")
    with stage.voting():
        for choices in (stage.ids[:3], stage.ids[:3], stage.ids[1:3]):
            with CaptureQueriesContext(connection) as captured:
                actions.cast(phase=stage.phase, by=voter, choices=choices)
            costs.append(len(statements(captured)) + 1)
    cast_, repeated, changed = costs
    assert Due.objects.filter(fact__verb="ballot.cast").exists()
    assert cast_ <= 8
    assert repeated <= 5
    assert changed <= 11
