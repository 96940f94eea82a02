"""Rows by the hundred thousand: COPY on PostgreSQL, one prepared INSERT on SQLite; ids are given by us."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models
from django.db.models import Max

from core.models import Due, Fact


class Pourer:
    """Gives out ids, writes rows, and keeps the facts until the end, when they stand in the order of time."""

    def __init__(self) -> None:
        self._ids: dict[type[models.Model], Iterator[int]] = {}
        self._facts: list[tuple[datetime, str, int | None, int | None, str, int | None, dict[str, Any]]] = []
        self.rows = 0

    def next_id(self, model: type[models.Model]) -> int:
        return next(self._count(model))

    def _count(self, model: type[models.Model]) -> Iterator[int]:
        if model not in self._ids:
            last = model._default_manager.aggregate(last=Max("pk"))["last"] or 0
            self._ids[model] = itertools.count(last + 1)
        return self._ids[model]

    def pour(self, model: type[models.Model], columns: str, rows: Iterable[Sequence[Any]]) -> None:
        """Write the rows; `columns` are attribute names, and a column that is not named gets its default."""
        self._count(model)  # rows may be made while COPY has the connection, when nothing can be asked any more
        names = columns.split()
        fields = {field.attname: field for field in model._meta.concrete_fields}
        rest = [field for name, field in fields.items() if name not in names and not field.primary_key]
        ready = _ready([fields[name] for name in names] + rest)
        defaults = tuple(field.get_default() for field in rest)
        table = [str(field.column) for field in [*(fields[name] for name in names), *rest]]
        self.rows += _write(model, table, (ready((*row, *defaults)) for row in rows))

    def fact(
        self, at: datetime, verb: str, by: int | None, contest: int | None, on: type[models.Model], pk: int | None,
        **data: Any,
    ) -> None:  # fmt: skip
        self._facts.append((at, verb, by, contest, on._meta.label_lower, pk, data))

    def pour_facts(self, followers: dict[str, list[str]]) -> int:
        """All facts in order, and for each the rows of its followers, done. Answers how many facts."""
        self._facts.sort(key=lambda fact: fact[0])
        numbered = [(self.next_id(Fact), *fact) for fact in self._facts]
        self.pour(Fact, "id at verb actor_id contest_id subject subject_id data", numbered)
        done = (
            (self.next_id(Due), pk, name, Due.State.DONE.value, 1, at, at)
            for pk, at, verb, *_rest in numbered
            for name in followers.get(verb, ())
        )
        self.pour(Due, "id fact_id follower state attempts next_at done_at", done)
        return len(numbered)

    def finish(self) -> None:
        """Let the database's own counting of ids go on behind ours."""
        for statement in connection.ops.sequence_reset_sql(no_style(), list(self._ids)):
            with connection.cursor() as cursor:
                cursor.execute(statement)


def _ready(fields: list[models.Field[Any, Any]]) -> Callable[[tuple[Any, ...]], tuple[Any, ...]]:
    """What turns a row's values into those that the database's driver takes."""
    texts = [n for n, field in enumerate(fields) if isinstance(field, models.JSONField)]
    times = [n for n, field in enumerate(fields) if isinstance(field, models.DateTimeField)]
    if connection.vendor == "postgresql":
        times = []

    def ready(row: tuple[Any, ...]) -> tuple[Any, ...]:
        if not texts and not times:
            return row
        values = list(row)
        for n in texts:
            values[n] = json.dumps(values[n])
        for n in times:
            values[n] = values[n] and values[n].replace(tzinfo=None).isoformat(" ")
        return tuple(values)

    return ready


def _write(model: type[models.Model], columns: list[str], rows: Iterable[tuple[Any, ...]]) -> int:
    table, names = model._meta.db_table, ", ".join(f'"{column}"' for column in columns)
    count = 0
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
                for row in rows:
                    copy.write_row(row)
                    count += 1
            return count
        marks = ", ".join(["%s"] * len(columns))
        while chunk := list(itertools.islice(rows, 20_000)):
            count += len(chunk)
            cursor.executemany(f'INSERT INTO "{table}" ({names}) VALUES ({marks})', chunk)  # noqa: S608  # our own names
    return count
