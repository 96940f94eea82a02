"""The verbs of voting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from random import SystemRandom
from typing import Any

from django.db import IntegrityError

from contests.models import Phase
from core import clock, facts
from core.database import Lock, hold, write
from core.permissions import Refused, require
from voting.methods.receipts import receipt
from voting.models import Ballot, BallotEvent, Choice
from voting.querysets import Booth, booth
from voting.rules import Permission, most_choices, problem_with

CHANCE = SystemRandom()
MOST_TRIES = 8


def cast(*, phase: Phase, by: Any, choices: Iterable[int]) -> Ballot:
    """State the voter's whole ballot: ids of entries of this phase. Answers the ballot with its receipt.

    Safe to repeat: the same choices again answer the same ballot, and nothing is written. Raises Refused with the
    codes of `voting.rules`, whether it is the person, the time or the choices.
    """
    wanted = sorted(set(choices))
    for attempt in range(MOST_TRIES):
        try:
            return _cast(phase, by, wanted, code=receipt(CHANCE, digits=2 + attempt // 2))
        except IntegrityError as error:  # another ballot bears this receipt: draw again, from a wider range
            if "receipt" not in str(error) or attempt == MOST_TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _cast(phase: Phase, by: Any, wanted: list[int], *, code: str) -> Ballot:
    with write():
        hold(Lock.PHASE, phase.pk, exclusive=False)
        at = clock.now()
        here = booth(phase, by, choices=wanted)
        require(Permission.CAST_BALLOT, by, here, at=at)
        problem = problem_with(wanted, here)
        if problem is not None:
            raise Refused(problem)
        most = most_choices(here.phase)
        ballot = Ballot.objects.claim(phase=here.phase, voter=by, receipt=code, used=len(wanted), most=most, at=at)
        kind = BallotEvent.Kind.CAST
        if ballot.receipt != code:
            if sorted(ballot.choices.values_list("entry", flat=True)) == wanted:
                return ballot
            if ballot.state != Ballot.State.WITHDRAWN:
                kind = BallotEvent.Kind.CHANGED
            _clear(ballot, used=len(wanted), at=at)
        Choice.objects.bulk_create(
            Choice(ballot=ballot, entry_id=entry, slot=slot) for slot, entry in enumerate(wanted, start=1)
        )
        _enter(kind, ballot, here, by=by, choices=wanted, at=at)
    return ballot


def withdraw(*, phase: Phase, by: Any) -> Ballot | None:
    """Take the voter's ballot back; it counts no more and forgets its choices. None when there was none.

    Safe to repeat. Raises Refused.
    """
    with write():
        hold(Lock.PHASE, phase.pk, exclusive=False)
        at = clock.now()
        here = booth(phase, by)
        require(Permission.WITHDRAW_BALLOT, by, here, at=at)
        ballot = Ballot.objects.select_for_update().filter(phase=phase, voter=by).first()
        if ballot is None or ballot.state == Ballot.State.WITHDRAWN:
            return ballot
        _clear(ballot, used=0, at=at)
        _enter(BallotEvent.Kind.WITHDRAWN, ballot, here, by=by, choices=[], at=at)
    return ballot


def _clear(ballot: Ballot, *, used: int, at: datetime) -> None:
    """Take all choices off the locked ballot, to be followed by this number of new ones."""
    ballot.choices.all().delete()
    if not used:
        ballot.state = Ballot.State.WITHDRAWN
    elif ballot.state == Ballot.State.WITHDRAWN:
        ballot.state = Ballot.State.COUNTED  # what is held or void stays so, whatever the voter changes
    ballot.used, ballot.changed_at = used, at
    ballot.save(update_fields=["state", "used", "changed_at"])


def _enter(kind: str, ballot: Ballot, here: Booth, *, by: Any, choices: list[int], at: datetime) -> None:
    """Append to the ledger what was done, and to the facts that it was done: never what, to facts."""
    BallotEvent.objects.create(phase=here.phase, receipt=ballot.receipt, kind=kind, choices=choices, at=at)
    facts.record(
        f"ballot.{kind}", by=by, on=ballot, contest=here.contest.pk, data={"phase": here.phase.pk}, at=at, quiet=True
    )
