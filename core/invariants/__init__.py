"""What must always hold, as SQL that finds the exceptions. Each app registers its rules in `AppConfig.ready()`.

A rule reads only, in one or few statements whatever the size of the site, and knows the time it is asked about: a
restored copy is judged as of the moment its backup was taken.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

MOST_EXAMPLES = 5
LATE = timedelta(minutes=10)
"""Due work older than this has been forgotten, or nobody does it."""


@dataclass(frozen=True)
class Found:
    """How many exceptions there are, and the first few in words."""

    number: int = 0
    examples: tuple[str, ...] = ()
    ids: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One thing that must hold. `table` is where the ids of the exceptions lead, if they lead to one table."""

    name: str
    sentence: str
    find: Callable[[datetime], Found]
    table: str = ""

    def look(self, found: Found) -> str:
        """The statement that shows the examples."""
        if not self.table or not found.ids:
            return ""
        return f"SELECT * FROM {self.table} WHERE id IN ({', '.join(map(str, found.ids))})"  # noqa: S608  shown, not run


@dataclass(frozen=True)
class Result:
    rule: Rule
    found: Found
    seconds: float


_rules: dict[str, Rule] = {}
_append_only: dict[str, str] = {}
_guards: set[str] = set()
_files: dict[str, tuple[str, str]] = {}


def register(*rules: Rule) -> None:
    """Put rules into force. Raises ValueError for a name that is taken."""
    for rule in rules:
        if rule.name in _rules:
            raise ValueError(f"two rules are named {rule.name}")
        _rules[rule.name] = rule


def rules() -> list[Rule]:
    return list(_rules.values())


def check(*, at: datetime) -> list[Result]:
    """Ask every rule, as of that time."""
    results = []
    for rule in rules():
        started = time.monotonic()
        results.append(Result(rule, rule.find(at), time.monotonic() - started))
    return results


def broken(results: Sequence[Result]) -> int:
    """The number of exceptions to all rules together."""
    return sum(result.found.number for result in results)


def by_sql(name: str, sentence: str, statement: str, *, table: str = "", postgresql: str = "") -> Rule:
    """A rule whose exceptions are the rows of a SELECT, the first column being the id of a row of `table`.

    `%(at)s` is the time asked about, `%(late)s` ten minutes before it. Where the two databases differ, the statement
    is SQLite's and `postgresql` the other's.
    """

    def find(at: datetime) -> Found:
        return exceptions(postgresql if postgresql and connection.vendor == "postgresql" else statement, at)

    return Rule(name, sentence, find, table)


def exceptions(statement: str, at: datetime) -> Found:
    """The rows of a SELECT as exceptions: their number, and five of them as `column value` in words."""
    adapt = connection.ops.adapt_datetimefield_value
    # All of them first, then five: told of a limit, PostgreSQL plans for the first few and takes minutes for the rest.
    whole = "MATERIALIZED" if connection.vendor == "postgresql" else ""
    counted = f"SELECT COUNT(*) OVER () AS total, found.* FROM found LIMIT {MOST_EXAMPLES}"  # noqa: S608  ours
    wrapped = f"WITH found AS {whole} ({statement}) {counted}"
    with connection.cursor() as cursor:
        cursor.execute(wrapped, {"at": adapt(at), "late": adapt(at - LATE)})
        columns = [column[0] for column in cursor.description[1:]]
        rows = cursor.fetchall()
    words = tuple(", ".join(f"{name} {value}" for name, value in zip(columns, row[1:], strict=True)) for row in rows)
    return Found(rows[0][0] if rows else 0, words, tuple(row[1] for row in rows))


def listed(wrong: Sequence[str]) -> Found:
    """Exceptions that were found one by one."""
    return Found(len(wrong), tuple(wrong[:MOST_EXAMPLES]))


def unsettled(*followers: str) -> str:
    """A SELECT of the contests whose numbers these followers have yet to bring up to date: they may differ so long."""
    names = ", ".join(f"'{name}'" for name in followers)
    open_work = "FROM core_due due JOIN core_fact fact ON fact.id = due.fact_id WHERE due.state IN ('waiting', 'claimed')"
    return f"SELECT fact.contest_id {open_work} AND due.follower IN ({names}) AND fact.contest_id IS NOT NULL"


def append_only(table: str, *, per: str = "") -> None:
    """Declare a table that only grows: the database refuses anything else, and a backup keeps a digest of every row.

    `per` is the column by which it falls into several ledgers, each with a digest of its own.
    """
    _append_only[table] = per


def append_only_tables() -> dict[str, str]:
    return dict(_append_only)


def guard(name: str) -> None:
    """Declare a constraint or trigger by name that no model knows of and the database must have."""
    _guards.add(name)


def guards() -> set[str]:
    return set(_guards)


def files(folder: str, *, table: str, column: str) -> None:
    """Declare whose rows name the files of a folder of the media storage."""
    _files[folder] = (table, column)


def file_columns() -> dict[str, tuple[str, str]]:
    return dict(_files)
