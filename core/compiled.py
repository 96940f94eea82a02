"""Querysets built and compiled once, for the pages that everybody asks for.

Putting a queryset of subqueries together and turning it into SQL takes the ORM longer than PostgreSQL takes to answer, and
it comes to the same text each time. `Compiled` keeps the text and puts the values of the day into it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections
from django.db.models import QuerySet

MOST_SHAPES = 128
_FLAGS = ("is_active", "is_staff", "is_superuser")
_EPOCH = datetime(1971, 1, 1, tzinfo=UTC)


class Compiled:
    """`build(*shape, **values)` answers a queryset; calling this with the same answers its rows.

    `shape` is what changes the text of the statement. `values` are what only fills it: times, numbers, texts, or a person,
    of whom the queryset may use the key and the flags. That this holds is tried out for each shape, with two sets of
    made-up values; where the texts differ, or a value is not found in the statement as it was given, the queryset is
    built each time as if this were not here.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._kept: dict[Hashable, _Statement | None] = {}

    def __call__(self, *shape: Hashable, **values: Any) -> list[Any]:
        key = (shape, *((name, _kind(value)) for name, value in values.items()))
        if key not in self._kept:
            if len(self._kept) >= MOST_SHAPES:
                self._kept.clear()
            self._kept[key] = _try_out(self._build, shape, values)
        statement = self._kept.get(key)
        return list(self._build(*shape, **values)) if statement is None else statement.rows(values)


class _Statement:
    """A compiled queryset. `places` says for each parameter what it is: (name, form), or (None, the value itself)."""

    def __init__(self, queryset: QuerySet[Any], compiler: Any, sql: str, places: list[tuple[str | None, Any]]) -> None:
        self._queryset, self._compiler, self._sql, self._places = queryset, compiler, sql, places

    def rows(self, values: dict[str, Any]) -> list[Any]:
        queryset = self._queryset._chain()  # type: ignore[attr-defined]
        compiler = copy.copy(self._compiler)
        compiler.connection = connections[queryset.db]  # each thread has its own
        params = tuple(what if name is None else what(values[name], compiler.connection) for name, what in self._places)
        compiler.as_sql = lambda *args, **options: (self._sql, params)
        queryset.query.get_compiler = lambda *args, **options: compiler
        queryset._fetch_all()
        found: list[Any] = queryset._result_cache
        return found


def _kind(value: Any) -> Hashable:
    if hasattr(value, "is_authenticated"):
        return bool(value.is_authenticated) and tuple(getattr(value, flag) for flag in _FLAGS)
    return type(value).__name__


def _stand_in(value: Any, number: int) -> Any:
    """A value of the same kind that appears nowhere else."""
    if hasattr(value, "is_authenticated"):
        flags = {flag: getattr(value, flag) for flag in _FLAGS}
        return value._meta.model(pk=4_000_000_000_000 + number, **flags) if value.is_authenticated else value
    if isinstance(value, datetime):
        return _EPOCH + timedelta(days=number, microseconds=number)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value  # cannot be told apart; if it is used, its place is not found
    return f"stand-in-{number}" if isinstance(value, str) else 5_000_000_000_000 + number


_FORMS: tuple[Callable[[Any, Any], Any], ...] = (
    lambda value, connection: value,
    lambda value, connection: value.pk,
    lambda value, connection: connection.ops.adapt_datetimefield_value(value),
)


def _try_out(build: Callable[..., QuerySet[Any]], shape: tuple[Hashable, ...], values: dict[str, Any]) -> _Statement | None:
    """The statement of this shape, or None where it is more than a text with places for values."""
    if any(isinstance(value, bool) or not _is_known(value) for value in values.values()):
        return None
    tries = [{name: _stand_in(value, 100 * turn + n) for n, (name, value) in enumerate(values.items())} for turn in (1, 2)]
    try:
        querysets = [build(*shape, **made) for made in tries]
        compilers = [queryset.query.get_compiler(queryset.db) for queryset in querysets]
        (sql, params), (other, others) = (compiler.as_sql() for compiler in compilers)
    except (EmptyResultSet, FullResultSet):
        return None
    if sql != other or len(params) != len(others):
        return None
    places = [_place(*pair, tries, compilers[0].connection) for pair in zip(params, others, strict=True)]
    return None if None in places else _Statement(querysets[0], compilers[0], sql, places)  # type: ignore[arg-type]


def _is_known(value: Any) -> bool:
    return hasattr(value, "is_authenticated") or isinstance(value, int | str | datetime)


def _place(first: Any, second: Any, tries: list[dict[str, Any]], connection: Any) -> tuple[str | None, Any] | None:
    """Which value stands here, and in which form."""
    if type(first) is type(second) and first == second:
        return None, first
    for name in tries[0]:
        for form in _FORMS:
            try:
                if (form(tries[0][name], connection), form(tries[1][name], connection)) == (first, second):
                    return name, form
            except (AttributeError, ValueError, TypeError):  # this form is for another kind of value
                continue
    return None
