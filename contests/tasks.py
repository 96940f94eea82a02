from __future__ import annotations

from typing import Any

from celery import shared_task

from contests import actions


@shared_task(name="contests.record_boundaries")
def record_boundaries(**_: Any) -> None:
    actions.record_boundaries()
