"""What is in a database, in numbers and digests: taken in the snapshot that is dumped, compared after a restore."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from core.invariants import append_only_tables

Read = Callable[[str], Iterator[tuple[Any, ...]]]
"""Runs a SELECT and streams its rows."""

_TABLES = {
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY 1",
}


@dataclass
class Head:
    """Where a ledger ends: its last position, its number of rows, and SHA-256 over every one of them."""

    last: int
    rows: int
    sha256: str


@contextmanager
def reader(path: Path | None = None) -> Iterator[Read]:
    """Read from a SQLite file, or from the PostgreSQL that we are connected to, inside the caller's snapshot."""
    if path is not None:
        file = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            yield lambda statement: iter(file.execute(statement))
        finally:
            file.close()
        return

    def read(statement: str) -> Iterator[tuple[Any, ...]]:
        with connection.connection.cursor(name="keeping") as cursor:  # on the server: no table is held in memory here
            cursor.itersize = 5000
            yield from cursor.execute(statement)

    yield read


def tables(read: Read) -> dict[str, int]:
    """{table: number of rows}."""
    names = [row[0] for row in list(read(_TABLES[connection.vendor]))]
    return {name: next(read(f'SELECT COUNT(*) FROM "{name}"'))[0] for name in names}  # noqa: S608


def migrations(read: Read) -> list[list[str]]:
    return [list(row) for row in read("SELECT app, name FROM django_migrations ORDER BY app, name")]


def heads(read: Read, known: dict[str, Any], *, upto: dict[str, dict[str, Any]] | None = None) -> dict[str, dict[str, Any]]:
    """{append-only table: {ledger in it: its head}}, for the tables that are `known` to be there.

    With the heads of a manifest as `upto`, rows that came later are left out.
    """
    found = {}
    for table, per in append_only_tables().items():
        if table in known:
            last = None if upto is None else max((head["last"] for head in upto.get(table, {}).values()), default=0)
            found[table] = {key: asdict(head) for key, head in _ledgers(read, table, per, last).items()}
    return found


def _ledgers(read: Read, table: str, per: str, last: int | None) -> dict[str, Head]:
    where = "" if last is None else f"WHERE id <= {last}"
    digests: dict[str, Any] = {}
    ends: dict[str, Head] = {}
    for key, position, *row in read(f"""SELECT {per or "''"}, id, * FROM "{table}" {where} ORDER BY id"""):  # noqa: S608
        ledger = str(key)
        digest = digests.setdefault(ledger, hashlib.sha256())
        digest.update(json.dumps(row, default=str, ensure_ascii=False).encode() + b"\n")
        head = ends.setdefault(ledger, Head(0, 0, ""))
        head.last, head.rows = position, head.rows + 1
    for ledger, head in ends.items():
        head.sha256 = digests[ledger].hexdigest()
    return ends
