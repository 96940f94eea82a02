"""What notifications do when a fact is recorded: write the rows, then send at once instead of at the next beat."""

from __future__ import annotations

from core.facts import follow
from core.models import Fact
from notifications import actions


@follow(*actions.NOTICES)
def announce(fact: Fact) -> None:
    actions.fan_out(fact)


@follow(*actions.NOTICES)
def send(fact: Fact) -> None:
    actions.send_waiting()
