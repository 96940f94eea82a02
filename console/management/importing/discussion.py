"""Threaded comments from a file: parents before their replies, a tombstone where a parent is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from community.actions import Imported
from console.management.importing.files import Row

LONGEST = 5000
TOP = {"", "-1", "0", "null", "none"}
_TIME = re.compile(r"(?:\d+ days? )?(\d{1,2}):(\d{2})(?::(\d{2}))?(?:\.\d+)?")
Note = Callable[[Row, str], None]


@dataclass
class Remark:
    """One comment of the file, understood."""

    row: Row
    id: str
    parent: str
    proposal: str
    text: str
    author: str
    at: datetime


def moment(row: Row, zone: tzinfo) -> datetime | None:
    """When it was written: `at` in ISO form, or `date` and `time` on the contest's clock. None if it cannot be read."""
    try:
        found = datetime.fromisoformat(row.first("at", "created_at", "date"))
    except ValueError:
        return None
    clock = row.first("time")
    if clock:
        parts = _TIME.fullmatch(clock)
        if parts is None:
            return None
        try:
            found = found.replace(hour=int(parts[1]), minute=int(parts[2]), second=int(parts[3] or 0))
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=zone)


def understand(row: Row, zone: tzinfo) -> Remark | str:
    """The comment in this row, or what is wrong with it."""
    if row.fault:
        return row.fault
    at = moment(row, zone)
    text = row.cells.get("text", "")
    if not row.first("proposalId", "proposal"):
        return "names no proposal"
    if at is None:
        return "has no date and time that can be read"
    if len(text) > LONGEST:
        return f"is longer than {LONGEST} characters"
    parent = row.first("parentId", "parent")
    return Remark(
        row,
        id=row.first("id"),
        parent="" if parent.lower() in TOP else parent,
        proposal=row.first("proposalId", "proposal"),
        text=text,
        author=row.first("author", "userId"),
        at=at,
    )


def thread(remarks: Iterable[Remark], *, bad: Note, warn: Note) -> list[Imported]:
    """The comments of one proposal in an order in which every parent comes first."""
    waiting = list(remarks)
    known = {remark.id for remark in waiting}
    places: dict[str, int] = {}
    ordered: list[Imported] = []
    for remark in waiting:
        if remark.parent and remark.parent not in known:
            warn(remark.row, f"replies to comment {remark.parent}, which is not there")
            if remark.parent not in places:
                places[remark.parent] = len(ordered)
                ordered.append(Imported(text="", at=remark.at, tombstone=True))
    while waiting:
        ready = [remark for remark in waiting if not remark.parent or remark.parent in places]
        if not ready:
            break
        for remark in ready:
            places[remark.id or f"unnamed {len(ordered)}"] = len(ordered)
            parent = places[remark.parent] if remark.parent else None
            ordered.append(Imported(text=remark.text, at=remark.at, credited_to=remark.author, parent=parent))
        taken = {id(remark) for remark in ready}
        waiting = [remark for remark in waiting if id(remark) not in taken]
    for remark in waiting:
        bad(remark.row, "is part of a circle of replies")
    return ordered
