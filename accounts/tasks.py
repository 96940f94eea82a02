from __future__ import annotations

from typing import Any

from celery import shared_task

from accounts import actions


@shared_task(name="accounts.forget_unverified")
def forget_unverified(**_: Any) -> None:
    actions.forget_unverified()


@shared_task(name="accounts.forget_sessions")
def forget_sessions(**_: Any) -> None:
    actions.forget_sessions()
