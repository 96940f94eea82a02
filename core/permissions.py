"""The permission engine: bricks, one map per app, and refusals a person can read.

An app's `rules.py` holds a `Permission(StrEnum)` and one map from permission to the clauses that must all hold.
A clause is a predicate (the bricks of django-rules: they combine with &, | and ~) and what to say when it fails.
Everything is asked per request, at a time that is passed in; nothing is remembered in a session.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise

Text = str | Promise


class Kind(enum.StrEnum):
    """What sort of No it is; the edge maps it to 401, 404, 403, 409 and 410."""

    SIGN_IN = "sign_in"  # perhaps, once we know who you are
    HIDDEN = "hidden"  # you may not know that it exists
    NEVER = "never"  # not you
    NOT_NOW = "not_now"  # not now, or not like this
    GONE = "gone"  # never again: it was here, and is no more


@dataclass(frozen=True)
class Refusal:
    """Why not, in words; `until` is when time alone will mend it (UTC), if it will.

    For the page that says so: `closed` is the phase that was over, with its name and dates, and `on` the contest that
    the way on leads to.
    """

    kind: Kind
    code: str
    reason: Text
    until: datetime | None = None
    closed: Any = None
    on: Any = None


class Refused(Exception):
    """An act was refused. Carries the Refusal."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(str(refusal.reason))
        self.refusal = refusal


@dataclass(frozen=True)
class Situation:
    """What a clause may look at besides the user: the object and the time (UTC)."""

    on: Any
    at: datetime


Predicate = Callable[[Any, Situation], bool]
Explain = Callable[[Any, Situation], Refusal]


@dataclass(frozen=True)
class Clause:
    """One thing that must hold, and what to say when it does not."""

    holds: Predicate
    otherwise: Refusal | Explain

    def refusal(self, user: Any, situation: Situation) -> Refusal:
        return self.otherwise if isinstance(self.otherwise, Refusal) else self.otherwise(user, situation)


_grants: dict[str, tuple[Clause, ...]] = {}


def grant(table: Mapping[Any, tuple[Clause, ...]]) -> None:
    """Put an app's map into force. Raises ValueError when a permission is granted twice."""
    for permission, clauses in table.items():
        if str(permission) in _grants:
            raise ValueError(f"{permission} is granted twice")
        _grants[str(permission)] = clauses


def granted() -> frozenset[str]:
    """Every permission that some app grants."""
    return frozenset(_grants)


def refusal(permission: enum.StrEnum, user: Any, on: Any, *, at: datetime) -> Refusal | None:
    """The first clause that fails, as a refusal; None when the act is allowed. Unknown permissions raise KeyError."""
    situation = Situation(on=on, at=at)
    for clause in _grants[str(permission)]:
        if not clause.holds(user, situation):
            return clause.refusal(user, situation)
    return None


def allowed(permission: enum.StrEnum, user: Any, on: Any, *, at: datetime) -> bool:
    return refusal(permission, user, on, at=at) is None


def require(permission: enum.StrEnum, user: Any, on: Any, *, at: datetime) -> None:
    """Raise Refused when the user may not do this to that object at that time."""
    answer = refusal(permission, user, on, at=at)
    if answer is not None:
        raise Refused(answer)
