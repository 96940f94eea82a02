"""How actions write: one transaction, and the locks that two houses share.

Whatever differs between SQLite and PostgreSQL stands here, both branches side by side.
"""

from __future__ import annotations

import enum
import fcntl
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import connection, transaction


@contextmanager
def write() -> Iterator[None]:
    """Open the one transaction of an action; nested calls join it.

    On SQLite the writers of all threads and processes queue on a file lock, in order, instead of sleeping in
    the busy timeout, which is unfair (p99 of 20 clients: 248 ms against 1,228 ms).
    """
    with ExitStack() as stack:
        if connection.vendor == "sqlite" and not connection.in_atomic_block:
            lock = stack.enter_context(open(f"{connection.settings_dict['NAME']}.writer", "w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        stack.enter_context(transaction.atomic())
        yield


class Lock(enum.IntEnum):
    """Advisory lock spaces. Take them in this order."""

    CONTEST = 1
    PHASE = 2
    PROPOSAL = 3


def hold(space: Lock, key: int, *, exclusive: bool = True) -> None:
    """Hold an advisory lock until the transaction ends.

    Many share it, or one has it alone: voters share their phase's lock and the closer takes it alone, so that
    no ballot commits after the official count (threat V4). On SQLite the transaction is the only writer already.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A lock is held by a transaction: call this inside write().")
    if connection.vendor == "postgresql":
        function = "pg_advisory_xact_lock" if exclusive else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s, %s)", [int(space), key])


def share(space: Lock, keys: Sequence[int]) -> None:
    """Share several locks of one space with others, taken in this order, in one statement."""
    if not connection.in_atomic_block:
        raise RuntimeError("A lock is held by a transaction: call this inside write().")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock_shared(%s, key) FROM unnest(%s::int[]) AS key", [int(space), list(keys)])


class Stale(Exception):
    """Somebody saved in between. Carries the version now stored, so that both texts can be shown."""

    def __init__(self, current: Any) -> None:
        super().__init__("This was changed by somebody else in the meantime.")
        self.current = current


@contextmanager
def snapshot() -> Iterator[None]:
    """Read the whole database as of one moment, for as long as it takes, while others write.

    Inside a transaction it is that one. On SQLite no writer waits for it, which Django's own transactions would ask.
    """
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SET LOCAL statement_timeout = 0")
            cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            yield
    else:
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
