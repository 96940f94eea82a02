"""Querysets built and compiled once, for the pages that everybody asks for.

Putting a queryset of subqueries together and turning it into SQL takes the ORM longer than PostgreSQL takes to answer, and
it comes to the same text each time. `Compiled` keeps the text and puts the values of the day into it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

from django.core.exceptions import EmptyResultSet, FullResultSet
from django.db import connections, models
from django.db.models import QuerySet

MOST_SHAPES = 128
PREPARED_AFTER = 5  # executions on one connection
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

    def __init__(
        self, queryset: QuerySet[Any], compiler: Any, sql: str, places: list[tuple[str | None, Any]], made: dict[str, Any]
    ) -> None:
        self._queryset, self._compiler, self._sql, self._places = queryset, compiler, sql, places
        self._named: dict[str, tuple[str, Any]] | None = None
        if _prepares(compiler.connection):
            text, named = _with_constants(compiler.connection, sql, places)
            tried = {key: what(made[name], compiler.connection) for key, (name, what) in named.items()}
            if _is_understood(compiler.connection, text, tried):
                self._sql, self._named = text, named

    def rows(self, values: dict[str, Any]) -> list[Any]:
        queryset = self._queryset._chain()  # type: ignore[attr-defined]
        compiler = copy.copy(self._compiler)
        connection = connections[queryset.db]  # each thread has its own
        compiler.connection = connection if self._named is None else _Preparing(connection)
        params: Any
        if self._named is None:
            params = tuple(what if name is None else what(values[name], connection) for name, what in self._places)
        else:
            params = {given: what(values[name], connection) for given, (name, what) in self._named.items()}
        compiler.as_sql = lambda *args, **options: (self._sql, params)
        queryset.query.get_compiler = lambda *args, **options: compiler
        queryset._fetch_all()
        found: list[Any] = queryset._result_cache
        return found


# --- PostgreSQL plans it once, too: for the front page that is more than half of the work ------------------------------


class _Preparing:
    """A connection whose cursors let PostgreSQL keep the plan of a statement."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def cursor(self) -> Any:
        from django.db.backends.postgresql.base import ServerBindingCursor

        wrapper = self._connection.cursor()
        line = self._connection.connection
        line.prepare_threshold = line.prepare_threshold or PREPARED_AFTER
        wrapper.cursor = cast(Any, ServerBindingCursor)(line)
        return wrapper


def _prepares(connection: Any) -> bool:
    """Not behind a pooler that hands each transaction another connection."""
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS")


def _is_understood(connection: Any, sql: str, params: dict[str, Any]) -> bool:
    """Whether PostgreSQL finds a type for every place; where it does not, the values are written into the text each time."""
    from django.db.backends.postgresql.base import ServerBindingCursor
    from psycopg import Error

    line = connection.connection
    try:
        with line.transaction():
            cast(Any, ServerBindingCursor)(line).execute(f"EXPLAIN {sql}", params)
    except Error:
        return False
    return True


def _with_constants(connection: Any, sql: str, places: list[tuple[str | None, Any]]) -> tuple[str, dict[str, tuple[str, Any]]]:
    """The statement with what never changes written into it, and its other values by name."""
    from psycopg import sql as psycopg_sql

    connection.ensure_connection()
    texts = sql.split("%s")
    whole: list[str] = [texts[0]]
    left: dict[str, tuple[str, Any]] = {}
    for text, (name, what) in zip(texts[1:], places, strict=True):
        if name is None:
            whole.append(psycopg_sql.Literal(what).as_string(connection.connection).replace("%", "%%"))
        else:
            # By name, so that the same value is the same parameter wherever it stands: GROUP BY compares them.
            given = f"{name}_{_FORMS.index(what)}"
            whole.append(f"%({given})s")
            left[given] = (name, what)
        whole.append(text)
    return "".join(whole), left


def _kind(value: Any) -> Hashable:
    if hasattr(value, "is_authenticated"):
        return bool(value.is_authenticated) and tuple(getattr(value, flag) for flag in _FLAGS)
    return type(value).__name__


def _stand_in(value: Any, number: int) -> Any:
    """A value of the same kind that appears nowhere else."""
    if hasattr(value, "is_authenticated"):
        return _stand_in_person(value, number) if value.is_authenticated else value
    if isinstance(value, datetime):
        return _EPOCH + timedelta(days=number, microseconds=number)
    if isinstance(value, bool) or not isinstance(value, int | str):
        return value  # cannot be told apart; if it is used, its place is not found
    return f"stand-in-{number}" if isinstance(value, str) else 5_000_000_000_000 + number


def _stand_in_person(person: Any, number: int) -> Any:
    """Somebody who has the person's flags and nothing else of theirs: what asks for more finds two different people."""
    made = person._meta.model(pk=4_000_000_000_000 + number, **{flag: getattr(person, flag) for flag in _FLAGS})
    for field in person._meta.concrete_fields:
        if field.primary_key or field.name in _FLAGS:
            continue
        if isinstance(field, models.CharField | models.TextField):
            setattr(made, field.attname, f"stand-in-{number}-{field.attname}")
        elif isinstance(field, models.BooleanField):
            setattr(made, field.attname, number // 100 % 2 == 0)
        elif isinstance(field, models.DateTimeField):
            setattr(made, field.attname, _EPOCH + timedelta(hours=number))
    return made


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
    return None if None in places else _Statement(querysets[0], compilers[0], sql, places, tries[0])  # type: ignore[arg-type]


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
