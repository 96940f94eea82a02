"""Ballots with their ledger, and the counts of the votes that are over."""

from __future__ import annotations

import itertools
from datetime import datetime
from random import Random
from typing import Any

from console.management.bench.answers import Answer, between
from console.management.bench.calendar import Season
from console.management.bench.people import Crowd
from console.management.bench.pour import Pourer
from contests.models import Phase
from contests.phases import Kind
from core import clock
from proposals.models import Distinction
from results import actions as results
from results.models import Tally
from voting.methods.receipts import receipt
from voting.models import Ballot, BallotEvent, Choice

MOST = 3


class Ledger:
    """All ballot events of all votes, kept until the end: positions follow time."""

    def __init__(self) -> None:
        self.events: list[tuple[datetime, int, str, str, list[int]]] = []
        self._codes: set[str] = set(Ballot.objects.values_list("receipt", flat=True))

    def code(self, chance: Random) -> str:
        digits = 2 + len(self._codes) // 1_000_000  # room for everybody, as the action finds it by trying
        while (code := receipt(chance, digits=digits)) in self._codes:
            pass
        self._codes.add(code)
        return code

    def pour(self, pourer: Pourer) -> int:
        self.events.sort(key=lambda event: event[0])
        rows = ((pourer.next_id(BallotEvent), *event) for event in self.events)
        pourer.pour(BallotEvent, "id at phase_id receipt kind choices", rows)
        return len(self.events)


def vote(
    pourer: Pourer, chance: Random, season: Season, crowd: Crowd, answers: list[Answer], ledger: Ledger, *, turnout: int
) -> None:
    """So many members vote in this contest's vote, if it has begun. A few change their ballot, fewer take it back."""
    phase = next((p for p in season.phases if p.kind == Kind.VOTING and p.position in season.opened), None)
    entries = sorted(one.entries[phase.position] for one in answers if phase.position in one.entries) if phase else []
    if phase is None or not entries:
        return
    taste = list(itertools.accumulate(1 / (n + 1) for n in range(len(entries))))
    chance.shuffle(entries)
    start, end = season.window(phase.position)
    ballots, choices = [], []
    for voter in chance.sample(crowd.audience, min(turnout, len(crowd.audience))):
        pk, code, at = pourer.next_id(Ballot), ledger.code(chance), between(chance, start, end, rush=1.6)
        chosen = _choose(chance, entries, taste)
        _enter(pourer, season, phase, ledger, "cast", (pk, voter, code), chosen, at)
        lot = chance.random()
        if lot < 0.095:
            at, chosen = between(chance, at, end), _choose(chance, entries, taste) if lot > 0.015 else []
            _enter(pourer, season, phase, ledger, "changed" if chosen else "withdrawn", (pk, voter, code), chosen, at)
        ballots.append((pk, phase.pk, voter, "counted" if chosen else "withdrawn", code, len(chosen), MOST, at))
        choices += [(pourer.next_id(Choice), pk, entry, slot) for slot, entry in enumerate(chosen, start=1)]
    pourer.pour(Ballot, "id phase_id voter_id state receipt used most changed_at", ballots)
    pourer.pour(Choice, "id ballot_id entry_id slot", choices)


def _choose(chance: Random, entries: list[int], taste: list[float]) -> list[int]:
    return sorted(set(chance.choices(entries, cum_weights=taste, k=chance.randint(1, MOST))))


def _enter(
    pourer: Pourer, season: Season, phase: Phase, ledger: Ledger, kind: str, ballot: tuple[int, int, str],
    chosen: list[int], at: datetime,
) -> None:  # fmt: skip
    pk, voter, code = ballot
    ledger.events.append((at, phase.pk, code, kind, chosen))
    pourer.fact(at, f"ballot.{kind}", voter, season.contest.pk, Ballot, pk, phase=phase.pk)


def count(pourer: Pourer, season: Season) -> Tally | None:
    """Count a vote that is over, by the same act as ever; where it is released, show who won."""
    phase = next((p for p in season.phases if p.kind == Kind.VOTING), None)
    if phase is None or phase.closed_recorded_at is None:
        return None
    with clock.simulated(phase.closed_recorded_at):
        tally = results.tally(phase=phase)
    if phase.released_at is None:
        return tally
    Tally.objects.filter(pk=tally.pk).update(released_at=phase.released_at)
    winners: list[Any] = list(tally.standings.filter(rank=1, count__gt=0).values_list("entry__proposal", flat=True))
    rows = [(pourer.next_id(Distinction), pk, phase.pk, "popular_choice", "", phase.released_at) for pk in winners]
    second = tally.standings.exclude(entry__proposal__in=winners).values_list("entry__proposal", flat=True).first()
    if second is not None:
        reason = "The clearest plan, with honest numbers."
        rows.append((pourer.next_id(Distinction), second, phase.pk, "judges_choice", reason, phase.released_at))
    pourer.pour(Distinction, "id proposal_id phase_id kind reason released_at", rows)
    pourer.fact(phase.released_at, "results.released", season.contest.created_by_id, season.contest.pk, Tally, tally.pk,
                phase=phase.pk, tally=tally.pk)  # fmt: skip
    return tally
