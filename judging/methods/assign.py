"""Sharing entries among judges: no conflicts, equal loads, and enough overlap to compare judges.

Greedy first, then three repairs: gaps are closed along augmenting paths, loads are levelled along paths from the
busiest judge to the idlest, and separate groups of judges are joined by swapping two of their entries.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

Pair = tuple[int, int]
"""(judge, entry)"""


@dataclass(frozen=True)
class Plan:
    """What to assign anew, what stays missing, and how much each judge has then, old and new together."""

    pairs: tuple[Pair, ...]
    gaps: dict[int, int] = field(default_factory=dict)
    """Entry to the number of reviews nobody is left for."""
    loads: dict[int, int] = field(default_factory=dict)


def balanced(
    entries: Sequence[int],
    judges: Sequence[int],
    conflicts: Collection[Pair] = (),
    existing: Collection[Pair] = (),
    *,
    reviews_per_entry: int,
    max_per_judge: int,
) -> Plan:
    """Plan `reviews_per_entry` judges for each entry, at most `max_per_judge` entries per judge.

    `existing` pairs count and are never moved; `conflicts` are never planned. Deterministic in the order given.
    """
    desk = _Desk(entries, judges, set(conflicts), set(existing), max_per_judge)
    wanted = {entry: max(0, reviews_per_entry - len(desk.on[entry])) for entry in entries}
    for entry in sorted(entries, key=lambda e: len(desk.free_for(e))):  # stable: the hardest to place first
        for _ in range(wanted[entry]):
            if not desk.place(entry):
                break
    gaps = {entry: missing for entry in entries if (missing := _fill(desk, entry, reviews_per_entry))}
    while desk.level():
        pass
    while desk.join():
        pass
    rank = {judge: number for number, judge in enumerate(judges)}
    place = {entry: number for number, entry in enumerate(entries)}
    pairs = sorted(desk.new, key=lambda pair: (place[pair[1]], rank[pair[0]]))
    return Plan(tuple(pairs), gaps, {judge: desk.load[judge] for judge in judges})


def _fill(desk: _Desk, entry: int, wanted: int) -> int:
    """Find the judges still missing by handing other entries on. Answers how many nobody is left for."""
    while len(desk.on[entry]) < wanted and desk.augment(entry):
        pass
    return max(0, wanted - len(desk.on[entry]))


class _Desk:
    """The plan while it is made."""

    def __init__(
        self, entries: Sequence[int], judges: Sequence[int], conflicts: set[Pair], existing: set[Pair], most: int
    ) -> None:
        self.entries, self.judges, self.conflicts, self.existing, self.most = entries, judges, conflicts, existing, most
        self.new: set[Pair] = set()
        self.on: dict[int, set[int]] = {entry: set() for entry in entries}
        self.has: dict[int, set[int]] = {judge: set() for judge in judges}
        self.met: dict[Pair, int] = {}
        self.load: dict[int, int] = dict.fromkeys(judges, 0)
        for judge, entry in existing:
            self._count(judge, entry, +1)

    def _count(self, judge: int, entry: int, by: int) -> None:
        for table, key, value in ((self.on, entry, judge), (self.has, judge, entry)):
            if key in table:
                (table[key].add if by > 0 else table[key].discard)(value)
        if judge in self.load:
            self.load[judge] += by

    def give(self, judge: int, entry: int) -> None:
        self.new.add((judge, entry))
        self._count(judge, entry, +1)

    def take(self, judge: int, entry: int) -> None:
        self.new.discard((judge, entry))
        self._count(judge, entry, -1)

    def fits(self, judge: int, entry: int) -> bool:
        """No conflict and not there already; the cap is asked elsewhere."""
        return (judge, entry) not in self.conflicts and judge not in self.on[entry]

    def free_for(self, entry: int) -> list[int]:
        return [judge for judge in self.judges if self.fits(judge, entry) and self.load[judge] < self.most]

    def place(self, entry: int) -> bool:
        """Give the entry to the idlest judge, among equals to the one who met those on it least often."""
        free = self.free_for(entry)
        if not free:
            return False
        chosen = min(free, key=lambda judge: (self.load[judge], self._meetings(judge, entry)))
        for other in self.on[entry]:
            pair = (min(chosen, other), max(chosen, other))
            self.met[pair] = self.met.get(pair, 0) + 1
        self.give(chosen, entry)
        return True

    def _meetings(self, judge: int, entry: int) -> int:
        return sum(self.met.get((min(judge, other), max(judge, other)), 0) for other in self.on[entry])

    def _hand_overs(self, judge: int) -> Iterator[Pair]:
        """(entry, other judge) for every new entry of this judge that another could take."""
        for entry in self.entries:
            if (judge, entry) in self.new:
                for other in self.judges:
                    if other != judge and self.fits(other, entry):
                        yield entry, other

    def _shift(self, start: Sequence[int], below: int) -> int | None:
        """Hand entries on from one of `start` until a judge with a load under `below` takes one.

        Answers the judge at the start whose load fell, or None when there is no such path.
        """
        came: dict[int, Pair | None] = dict.fromkeys(start)
        queue = deque(start)
        while queue:
            judge = queue.popleft()
            for entry, other in self._hand_overs(judge):
                if other in came:
                    continue
                came[other] = (judge, entry)
                if self.load[other] < below:
                    return self._follow_back(other, came)
                queue.append(other)
        return None

    def _follow_back(self, last: int, came: dict[int, Pair | None]) -> int:
        judge = last
        while (step := came[judge]) is not None:
            giver, entry = step
            self.take(giver, entry)
            self.give(judge, entry)
            judge = giver
        return judge

    def augment(self, entry: int) -> bool:
        """One more judge for this entry, by handing other entries on."""
        if self.place(entry):
            return True
        freed = self._shift([judge for judge in self.judges if self.fits(judge, entry)], self.most)
        if freed is None:
            return False
        self.give(freed, entry)
        return True

    def level(self) -> bool:
        """Bring the largest load that can be lowered down by one; False when no path is left."""
        for load in sorted(set(self.load.values()), reverse=True):
            start = [judge for judge in self.judges if self.load[judge] == load]
            if self._shift(start, min(load - 1, self.most)) is not None:
                return True
        return False

    def join(self) -> bool:
        """Swap two entries between separate groups so that they become one; False when nothing can be joined."""
        group = self._groups()
        if len(set(group.values())) < 2:
            return False
        for judge, entry in sorted(self.new):
            if not self._is_bridge(judge, entry):
                for other, theirs in sorted(self.new):
                    apart = group[other] != group[judge]
                    if apart and (other, entry) not in self.conflicts and (judge, theirs) not in self.conflicts:
                        self.take(judge, entry)
                        self.take(other, theirs)
                        self.give(other, entry)
                        self.give(judge, theirs)
                        return True
        return False

    def _groups(self) -> dict[int, int]:
        """Judge with work to the first judge of the group reached through shared entries."""
        group: dict[int, int] = {}
        for first in self.judges:
            if self.has[first] and first not in group:
                for judge in self._reach(first, None):
                    group[judge] = first
        return group

    def _reach(self, start: int, without: Pair | None) -> set[int]:
        seen, queue = {start}, deque([start])
        while queue:
            judge = queue.popleft()
            for entry in self.has[judge]:
                if (judge, entry) != without and entry in self.on:
                    for other in self.on[entry]:
                        if (other, entry) != without and other in self.has and other not in seen:
                            seen.add(other)
                            queue.append(other)
        return seen

    def _is_bridge(self, judge: int, entry: int) -> bool:
        others = self.on[entry] - {judge}
        reached = self._reach(judge, (judge, entry))
        return not any(other in reached for other in others)
