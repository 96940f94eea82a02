"""The bell and the sweep."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from django.dispatch import receiver

from core import due, facts, health, keeping


@shared_task(name="core.run_due")
def run_due(due_ids: list[int], **_: Any) -> None:
    for due_id in due_ids:
        due.run(due_id)


@shared_task(name="core.sweep")
def sweep(**_: Any) -> None:
    due.run_pending(most=500)


@shared_task(name="core.tick", bind=True)
def tick(self: Any, queue: str = "celery", **_: Any) -> None:
    health.tick(self.request.hostname or "here", queue)


@shared_task(name="core.check_invariants")
def check_invariants(**_: Any) -> None:
    keeping.check_everything()


@shared_task(name="core.forget_files")
def forget_files(**_: Any) -> None:
    keeping.forget_files()


@receiver(facts.nudge)
def ring(sender: Any, due_ids: list[int], **_: Any) -> None:
    run_due.apply_async(kwargs={"due_ids": due_ids}, retry=False)
