"""Several hands at once: one release, and no review after it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection

from core import clock
from core.database import Stale
from core.models import Fact
from core.permissions import Refused
from judging import actions
from judging.models import Review
from proposals.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread of its own, all beginning together: what it answered, or the refusal it met."""
    gate = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            gate.wait(30)
            return act()
        except (Refused, Stale) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


def test_eight_releases_at_once_are_one(stage: SimpleNamespace) -> None:
    with clock.simulated(stage.phase.closes_at):
        decisions = {stage.roofs_entry.pk: "advances", stage.trees_entry.pk: "stays"}
        actions.decide(by=stage.organiser, phase=stage.phase, decisions=decisions)
        answers = at_once(*[lambda: actions.release(by=stage.organiser, phase=cast.fresh(stage.phase))] * 8)
    assert sum(not isinstance(answer, Refused) for answer in answers) == 1
    assert Fact.objects.filter(verb="decisions.released").count() == 1
    assert Entry.objects.filter(phase=cast.phase(stage.contest, "revision")).count() == 1


def test_two_windows_saving_at_once_lose_nothing_in_silence(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)

    def save(words: str) -> Callable[[], Any]:
        return lambda: actions.save_review(
            by=stage.jude, assignment=cast.fresh(assignment), version=0, marks={}, feedback=words
        )

    with clock.simulated(cast.moment(stage.contest, "judging")):
        answers = at_once(*[save(f"Window {number}") for number in range(6)])
    kept = [answer for answer in answers if isinstance(answer, Review)]
    assert len(kept) == 1 and sum(isinstance(answer, Stale) for answer in answers) == 5
    assert Review.objects.get().feedback == kept[0].feedback
