"""The one thing the two databases do differently here: how a whole database is written to a file and read back."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.db.backends.postgresql.client import DatabaseClient

from core.keeping import RESTORED, Problem

CHUNK = 1 << 20
SQLITE_PART, POSTGRESQL_PART = "database.sqlite3", "database.dump"


def part_name() -> str:
    return POSTGRESQL_PART if connection.vendor == "postgresql" else SQLITE_PART


def dump_sqlite(path: Path) -> None:
    """Write what is committed now to a new file. Writers go on meanwhile: their pages wait in the WAL."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(path)])


def dump_postgresql(path: Path) -> subprocess.Popen[str]:
    """Start pg_dump on the snapshot of our transaction; the caller counts in it meanwhile, then waits for it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        shared = cursor.fetchone()[0]
    options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={shared}", f"--file={path}"]
    return subprocess.Popen(_client("pg_dump", *options), env=_env(), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def _client(program: str, *options: str, connect: bool = True) -> list[str]:
    found = shutil.which(program)
    if found is None:
        raise Problem(f"{program} is not installed here. Install PostgreSQL's client programs (Debian: postgresql-client).")
    target = DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])[0][1:] if connect else []
    return [found, *options, *target]


def _env() -> dict[str, str]:
    return {**os.environ, **(DatabaseClient.settings_to_cmd_args_env(connection.settings_dict, [])[1] or {})}


def last_line(text: str) -> str:
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[0] if lines else "no reason given"


def rows_here() -> int:
    """How many rows of people, contests and facts the database holds; 0 for one that is new or only migrated."""
    here = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        total = 0
        for table in {"accounts_user", "contests_contest", "core_fact"} & here:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")  # noqa: S608
            total += cursor.fetchone()[0]
    return total


def load(path: Path) -> None:
    """Put the dumped database in the place of ours, frozen, in one step: it is all there, or nothing has changed."""
    if connection.vendor == "postgresql":
        _load_postgresql(path)
    else:
        _load_sqlite(path)
    connections.close_all()


def _load_sqlite(path: Path) -> None:
    place = Path(connection.settings_dict["NAME"])
    connections.close_all()
    coming = place.with_name(f"{place.name}.restoring")
    try:
        shutil.copyfile(path, coming)
        coming.chmod(0o600)
        with closing(sqlite3.connect(coming)) as file:
            file.execute(
                "INSERT INTO core_fact (verb, subject, data, at) VALUES (?, '', '{}', strftime('%Y-%m-%d %H:%M:%f', 'now'))",
                [RESTORED],
            )
            file.commit()
        with coming.open("rb") as written:
            os.fsync(written.fileno())
    except (sqlite3.Error, OSError) as error:
        coming.unlink(missing_ok=True)
        raise Problem(f"The database could not be restored, and nothing of it was changed: {error}") from None
    for suffix in ("-wal", "-shm"):
        place.with_name(place.name + suffix).unlink(missing_ok=True)
    coming.replace(place)


def _load_postgresql(path: Path) -> None:
    """pg_restore writes SQL, psql runs it. The COMMIT is sent only when the last word of the dump has been."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_schema()")
        schema = cursor.fetchone()[0]
    names = ", ".join(f'"{schema}"."{name}"' for name in connection.introspection.table_names())
    connections.close_all()
    # Whoever still has a transaction open is named after half a minute, not waited for without end.
    before = "BEGIN;\nSET LOCAL lock_timeout = '30s';\n" + (f"DROP TABLE IF EXISTS {names} CASCADE;\n" if names else "")
    before += f'DROP FUNCTION IF EXISTS "{schema}".append_only() CASCADE;\n'
    frozen = f"INSERT INTO core_fact (verb, subject, data, at) VALUES ('{RESTORED}', '', '{{}}', clock_timestamp());"  # noqa: S608
    after = f'SET search_path = "{schema}";\n{frozen}\nCOMMIT;\n'
    quiet: dict[str, Any] = {"stderr": subprocess.PIPE, "env": _env()}
    words = ["--no-owner", "--no-privileges", "--no-comments", "--file=-", str(path)]
    source = subprocess.Popen(_client("pg_restore", *words, connect=False), stdout=subprocess.PIPE, **quiet)
    target = subprocess.Popen(
        _client("psql", "-X", "-q", "-v", "ON_ERROR_STOP=1"), stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, **quiet
    )
    assert source.stdout and source.stderr and target.stdin and target.stderr
    try:
        target.stdin.write(before.encode())
        shutil.copyfileobj(source.stdout, target.stdin, CHUNK)
        source.stdout.close()
        if source.wait() == 0:
            target.stdin.write(after.encode())
        target.stdin.close()
    except BrokenPipeError:
        source.kill()
    said = target.stderr.read().decode(errors="replace")
    if target.wait() != 0 or source.wait() != 0:
        reason = last_line(said or source.stderr.read().decode(errors="replace"))
        raise Problem(f"The database could not be restored, and nothing of it was changed: {reason}")


def require_quiet() -> None:
    """Raise Problem while `up` runs from this state folder: it would write into what is being replaced."""
    lock = Path(settings.VAR) / "up.lock"
    if connection.vendor == "postgresql" or not lock.exists():
        return
    with lock.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"Groundswell runs from {settings.VAR}. Stop it first.") from None
