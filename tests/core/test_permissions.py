"""The engine: clauses hold in order, the first that fails speaks, and nothing is granted twice."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from rules import predicate

from core import permissions
from core.permissions import Clause, Kind, Refusal, Refused, Situation

AT = datetime(2027, 3, 1, tzinfo=UTC)


class Permission(enum.StrEnum):
    OPEN = "test:door:open"
    PAINT = "test:door:paint"


@predicate
def has_key(user: Any, situation: Situation) -> bool:
    return "key" in user


@predicate
def is_day(user: Any, situation: Situation) -> bool:
    return 6 <= situation.at.hour < 18


@predicate
def is_mine(user: Any, situation: Situation) -> bool:
    return situation.on in user


NO_KEY = Refusal(Kind.NEVER, "no_key", "You have no key.")


@pytest.fixture(autouse=True)
def doors() -> Iterator[None]:
    def until_morning(user: Any, situation: Situation) -> Refusal:
        return Refusal(Kind.NOT_NOW, "night", "It is night.", until=situation.at.replace(hour=6))

    permissions.grant({Permission.OPEN: (Clause(has_key | is_mine, NO_KEY), Clause(is_day, until_morning))})
    yield
    permissions._grants.pop(str(Permission.OPEN))


def ask(user: Any, hour: int, on: Any = "door") -> Refusal | None:
    return permissions.refusal(Permission.OPEN, user, on, at=AT.replace(hour=hour))


def test_all_clauses_must_hold() -> None:
    assert ask({"key"}, 12) is None
    assert permissions.allowed(Permission.OPEN, {"key"}, "door", at=AT.replace(hour=12))


def test_the_first_clause_that_fails_says_why() -> None:
    assert ask({"hat"}, 2) is NO_KEY


def test_a_refusal_that_time_mends_says_when() -> None:
    refusal = ask({"key"}, 2)
    assert refusal is not None and refusal.kind is Kind.NOT_NOW and refusal.until == AT.replace(hour=6)


def test_predicates_see_the_object_and_combine() -> None:
    assert ask({"door"}, 12) is None
    assert ask({"door"}, 12, on="gate") is NO_KEY


def test_require_raises_the_refusal() -> None:
    permissions.require(Permission.OPEN, {"key"}, "door", at=AT.replace(hour=12))
    with pytest.raises(Refused) as refused:
        permissions.require(Permission.OPEN, set(), "door", at=AT)
    assert refused.value.refusal is NO_KEY and str(refused.value) == "You have no key."


def test_nothing_is_granted_twice_and_nothing_by_default() -> None:
    with pytest.raises(ValueError, match="twice"):
        permissions.grant({Permission.OPEN: ()})
    with pytest.raises(KeyError):
        permissions.allowed(Permission.PAINT, {"key"}, "door", at=AT)


def test_every_permission_of_every_app_is_granted_once() -> None:
    from contests.rules import Permission as Contests
    from proposals.rules import Permission as Proposals

    assert {str(p) for p in (*Contests, *Proposals)} <= permissions.granted()
