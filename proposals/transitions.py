"""Which way a proposal's stored status may move. Pure."""

from __future__ import annotations

import enum


class Status(enum.StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"
    REMOVED = "removed"


ALLOWED: frozenset[tuple[Status, Status]] = frozenset(
    {
        (Status.DRAFT, Status.SUBMITTED),
        (Status.SUBMITTED, Status.SUBMITTED),  # submitting again replaces what counts
        (Status.SUBMITTED, Status.WITHDRAWN),
        (Status.WITHDRAWN, Status.SUBMITTED),
        (Status.SUBMITTED, Status.REMOVED),
        (Status.REMOVED, Status.SUBMITTED),
    }
)


def may_move(old: Status, new: Status) -> bool:
    return (old, new) in ALLOWED
