"""Which way a contest's stored status may move. Pure."""

from __future__ import annotations

import enum


class Status(enum.StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


ALLOWED: frozenset[tuple[Status, Status]] = frozenset(
    {
        (Status.DRAFT, Status.PUBLISHED),
        (Status.PUBLISHED, Status.ARCHIVED),
        (Status.ARCHIVED, Status.PUBLISHED),
    }
)


def may_move(old: Status, new: Status) -> bool:
    return (old, new) in ALLOWED
