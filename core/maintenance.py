"""The switch that shuts the site while somebody works on it.

Two places say so: a row in the database, for every machine, and a file in the state folder, for this machine while
the database itself is away. Either is enough to shut; both are gone when the site is open.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from core import clock
from core.database import write
from core.models import Maintenance


@dataclass(frozen=True)
class Shut:
    """What visitors are told: when we expect to be back (UTC), if we know, and a sentence of ours, if there is one."""

    until: datetime | None = None
    message: str = ""


REST = 30.0  # seconds in which a database that did not answer is not asked again: it answers after long waits, if at all
# When this process asks the row again (time.monotonic), and what it said: one statement in so many seconds, not one a request.
_read: list[tuple[float, Shut | None]] = []


def file() -> Path:
    return Path(settings.VAR) / "maintenance.json"


def shut() -> Shut | None:
    """Whether the site is shut, as this process knows it; at most `MAINTENANCE_SECONDS` late. None while it is open."""
    return in_file() or _in_row_lately()


def in_file() -> Shut | None:
    """What this machine's file says."""
    try:
        words = json.loads(file().read_text(encoding="utf-8"))
        return Shut(datetime.fromisoformat(words["until"]) if words.get("until") else None, str(words.get("message", "")))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError):
        return Shut()  # somebody put the file there, even if by hand: the site is shut


def _in_row_lately() -> Shut | None:
    seconds: float | None = settings.MAINTENANCE_SECONDS
    if seconds is None:
        return None
    again, known = _read[-1] if _read else (0.0, None)
    if time.monotonic() >= again:
        _read[:] = [(time.monotonic() + REST, known)]  # the others go by what was known while this one asks
        try:
            known, rest = _row(), seconds
        except DatabaseError:  # pages tell that by themselves
            rest = REST
        _read[:] = [(time.monotonic() + rest, known)]
    return known


def _row() -> Shut | None:
    row = Maintenance.objects.first()
    return None if row is None else Shut(row.until, row.message)


def in_row() -> Shut | None:
    """What the row says now; nothing where the database does not answer."""
    try:
        return _row()
    except DatabaseError:
        return None


def forget() -> None:
    """Look at the row anew the next time."""
    _read.clear()


def close(*, until: datetime | None = None, message: str = "") -> bool:
    """Shut the site. Answers whether the database took it too; if not, only this machine is shut."""
    words = {"until": until.isoformat() if until else None, "message": message}
    part = file().with_suffix(".part")
    part.write_text(json.dumps(words), encoding="utf-8")
    part.replace(file())
    try:
        with write():
            Maintenance.objects.update_or_create(pk=1, defaults={"until": until, "message": message, "since": clock.now()})
    except DatabaseError:
        return False
    finally:
        forget()
    return True


def open_again() -> bool:
    """Open the site. Answers whether the database took it too."""
    file().unlink(missing_ok=True)
    try:
        with write():
            Maintenance.objects.all().delete()
    except DatabaseError:
        return False
    finally:
        forget()
    return True
