from __future__ import annotations

from typing import Any

from celery import shared_task

from notifications import actions


@shared_task(name="notifications.send_waiting")
def send_waiting(**_: Any) -> None:
    actions.send_waiting()
