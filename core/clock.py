"""The one clock: the database's.

Web processes, workers and the command line may disagree by minutes; the database is one. Actions ask `now()`
after they hold their locks, so no caller can back-date (threat V5).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection
from django.utils import timezone

# Process-wide on purpose: a test's live server and its threads must live in the same simulated minute.
_simulated: list[datetime] = []


def now() -> datetime:
    """The time in UTC at which the database reads its clock (not when its transaction began)."""
    if _simulated:
        return _simulated[-1]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp()")
            moment: datetime = cursor.fetchone()[0]
            return moment.astimezone(UTC)
        cursor.execute("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")
        return datetime.fromisoformat(cursor.fetchone()[0]).replace(tzinfo=UTC)


def is_simulated() -> bool:
    """Whether this process lives in simulated time."""
    return bool(_simulated)


def shown() -> datetime:
    """The time that a page shows and counts down from. It decides nothing, so it costs no query."""
    return now() if _simulated else timezone.now()


@contextmanager
def simulated(at: datetime) -> Iterator[None]:
    """Let this process live at `at`: for the demo, rehearsals and tests. A production process refuses."""
    if settings.PRODUCTION:
        raise RuntimeError("A production process has no simulated clock.")
    if at.tzinfo is None:
        raise ValueError("The simulated time needs a zone.")
    _simulated.append(at.astimezone(UTC))
    try:
        yield
    finally:
        _simulated.pop()
