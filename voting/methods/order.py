"""The order of a ballot: shuffled, so that no place helps anybody, and the same for one voter each time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import TypeVar

Item = TypeVar("Item")


def shuffled(items: Iterable[Item], *, key: Callable[[Item], int], seed: str) -> list[Item]:
    """The items in the order that belongs to this seed, whatever order they come in."""

    def place(item: Item) -> bytes:
        return sha256(f"{seed}:{key(item)}".encode()).digest()

    return sorted(items, key=place)


def seed_of(phase_id: int, voter: str) -> str:
    """The seed of a voter's ballot: other in every phase, so that nobody is always first."""
    return sha256(f"{phase_id}:{voter}".encode()).hexdigest()
