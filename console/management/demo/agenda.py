"""The simulated days in order: what happens when, in all contests together, and the follow-up work of each day."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from contests import actions as contests
from core import clock, due
from core.models import Due
from notifications import actions as notifications

Act = Callable[[], object]
# Counting what the rows say: of many in one day, the last one does it for all.
RECOUNTS = ("community.count_talk", "judging.score_entries", "proposals.count_proposals")


class Agenda:
    """Acts by their time. An act may put later ones on the agenda."""

    def __init__(self, today: datetime) -> None:
        self.today = today
        self._acts: list[tuple[datetime, int, Act]] = []
        self._number = count()

    def at(self, when: datetime, act: Act) -> None:
        """Have this done at that time; what lies ahead of today does not happen."""
        if when <= self.today:
            heapq.heappush(self._acts, (when, next(self._number), act))

    def play(self) -> None:
        """Do everything until today, each act at its own time, and the follow-up work at the end of each day."""
        evening = self._acts[0][0] + timedelta(days=1)
        while self._acts:
            when, _number, act = heapq.heappop(self._acts)
            while evening < when:
                self._settle_at(evening)
                evening += timedelta(days=1)
            with clock.simulated(when):
                act()
        self._settle_at(self.today)

    def _settle_at(self, when: datetime) -> None:
        with clock.simulated(when):
            settle()


def settle() -> None:
    """Do what beat and the worker would have done by now. Mail of the past counts as sent; nobody hears of it today."""
    contests.record_boundaries()
    while due.ripe(at=clock.now()):
        _pass_over()
        if not due.run_pending(most=1):
            break
    notifications.forget_waiting_mail()


def _pass_over() -> None:
    """Mark as done what has nothing left to do: sending mail of the past, and all but the last of equal recounts."""
    last: dict[str, int] = {}
    passed: list[int] = []
    waiting = Due.objects.filter(state=Due.State.WAITING, follower__in=["notifications.send", *RECOUNTS])
    for row in waiting.select_related("fact").order_by("id"):
        if row.follower == "notifications.send":
            passed.append(row.pk)
            continue
        data = row.fact.data
        what = row.fact.contest_id if row.follower == RECOUNTS[2] else data.get("proposal") or data.get("entries")
        before = last.get(key := json.dumps([row.follower, what]))
        passed += [] if before is None else [before]
        last[key] = row.pk
    notifications.forget_waiting_mail()
    Due.objects.filter(pk__in=passed).update(state=Due.State.DONE, done_at=clock.now(), attempts=1)
