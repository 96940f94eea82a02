"""The simulated days in order: what happens when, in all contests together, and the follow-up work of each day."""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count

from django.db.models import QuerySet

from accounts.models import User
from console.management.demo.past import done, pass_over
from core import clock, due
from core.models import Due
from notifications import actions as notifications

Act = Callable[[], object]
# Setting numbers to what the rows say.
RECOUNTS = ("community.count_talk", "judging.score_entries", "proposals.count_proposals")


class Agenda:
    """Acts by their time. An act may put later ones on the agenda."""

    def __init__(self, today: datetime, readers: list[User]) -> None:
        self.today, self.readers = today, readers
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
        with clock.simulated(self.today):
            self.settle()

    def _settle_at(self, when: datetime) -> None:
        with clock.simulated(when):
            self.settle()

    def settle(self) -> None:
        """Do what the worker would have done by now. What only counts rows waits for the last day."""
        while due.ripe(at=clock.now()):
            if clock.now() < self.today:
                _waiting(*RECOUNTS).update(next_at=self.today)
            else:
                _count_once()
            pass_over(self.readers)
            if not due.run_pending(most=1):
                break
        notifications.forget_waiting_mail()


def _waiting(*followers: str) -> QuerySet[Due]:
    return Due.objects.filter(state=Due.State.WAITING, follower__in=followers)


def _count_once() -> None:
    """Of many equal recounts the last one does it for all."""
    last: dict[str, int] = {}
    for row in _waiting(*RECOUNTS).select_related("fact").order_by("id"):
        data = row.fact.data
        what = row.fact.contest_id if row.follower == RECOUNTS[2] else data.get("proposal") or data.get("entries")
        last[json.dumps([row.follower, what])] = row.pk
    done(_waiting(*RECOUNTS).exclude(pk__in=last.values()))
