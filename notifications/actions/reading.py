"""Marking notices as read. No fact is recorded: when somebody reads is nobody's business."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core import clock
from core.database import write
from notifications.models import Delivery


def mark_read(*, by: Any, ids: Iterable[int]) -> int:
    """Mark these notices of this person as read. Answers how many were not before; others' are left alone."""
    with write():
        return Delivery.objects.unread_by(by).filter(pk__in=list(ids)).update(read_at=clock.now())


def mark_all_read(*, by: Any) -> int:
    """Mark everything as read. Answers how many were not before."""
    with write():
        return Delivery.objects.unread_by(by).update(read_at=clock.now())
