"""What counting methods take and give."""

from __future__ import annotations

import enum
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass


class Need(enum.StrEnum):
    """What SQL has to supply."""

    TOTALS = "totals"  # {candidate: number of counted ballots that name it}, zeros included


@dataclass(frozen=True)
class Place:
    """Where a candidate stands. Equal counts share a rank, and the next rank is left out (1, 2, 2, 4)."""

    candidate: int
    count: int
    rank: int
    tied: bool


@dataclass(frozen=True)
class Method:
    name: str
    needs: Need
    rank: Callable[[Mapping[int, int]], list[Place]]


def by_count(totals: Mapping[int, int]) -> list[Place]:
    """The candidates from most to fewest. Within a tie they stand by number, which says nothing about merit.

    Raises ValueError for a negative count.
    """
    if any(count < 0 for count in totals.values()):
        raise ValueError("a count cannot be negative")
    places: list[Place] = []
    for index, (candidate, count) in enumerate(sorted(totals.items(), key=lambda item: (-item[1], item[0])), start=1):
        rank = places[-1].rank if places and places[-1].count == count else index
        places.append(Place(candidate, count, rank, tied=False))
    shared = [place.rank for place in places]
    return [Place(p.candidate, p.count, p.rank, tied=shared.count(p.rank) > 1) for p in places]


def digest(rule: str, ballots: int, places: Iterable[Place]) -> str:
    """SHA-256 (hex) of a result in canonical form, so that anybody can check that nothing was changed.

    The form: JSON without spaces, keys sorted, UTF-8: `{"ballots":…,"rule":…,"standings":[{"candidate":…,"count":…,
    "rank":…,"tied":…},…]}`, standings by rank, then by candidate. Candidates are proposal numbers.
    """
    standings = [asdict(place) for place in sorted(places, key=lambda place: (place.rank, place.candidate))]
    canonical = {"ballots": ballots, "rule": rule, "standings": standings}
    text = json.dumps(canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
