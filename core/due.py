"""Doing what is due: claim by a conditional update with a lease, run, mark done; back off, park what keeps failing."""

from __future__ import annotations

import logging
import time
import uuid
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db.models import F, Q

from core import clock, counting
from core.facts import Follower, follower
from core.models import Due

MOST_ATTEMPTS = 8
log = logging.getLogger(__name__)


def back_off(attempts: int) -> timedelta:
    """How long to wait before the next try: 10 s, 20 s, 40 s, ... at most an hour."""
    return min(timedelta(seconds=10 * 2 ** max(attempts - 1, 0)), timedelta(hours=1))


def ripe(*, at: datetime) -> list[int]:
    """Ids of the rows that may be claimed: waiting and ripe, or claimed with a lease that has run out."""
    rows = Due.objects.filter(state__in=[Due.State.WAITING, Due.State.CLAIMED], next_at__lte=at)
    return list(rows.order_by("id").values_list("pk", flat=True)[:500])


def run(due_id: int) -> bool:
    """Claim one row and run its follower. False when somebody else has it, or it failed."""
    at, lease = clock.now(), uuid.uuid4().hex
    claimed = Due.objects.filter(
        Q(pk=due_id), Q(state__in=[Due.State.WAITING, Due.State.CLAIMED]), Q(next_at__lte=at)
    ).update(state=Due.State.CLAIMED, lease=lease, next_at=at + settings.DUE_LEASE, attempts=F("attempts") + 1)
    if not claimed:
        return False
    due = Due.objects.select_related("fact").get(pk=due_id)
    function = follower(due.fact.verb, due.follower)
    started = time.perf_counter()
    try:
        with structlog.contextvars.bound_contextvars(due=due.pk, verb=due.fact.verb, follower=due.follower):
            _follow(function, due)
    except Exception as error:
        counting.followers_failed.labels(due.fact.verb, due.follower).inc()
        _put_off(due, lease, f"{type(error).__name__}: {error}")
        return False
    counting.followers.labels(due.fact.verb, due.follower).observe(time.perf_counter() - started)
    # The lease in the condition fences a worker that was stopped and woke up after its lease (threat J10).
    Due.objects.filter(pk=due_id, lease=lease).update(state=Due.State.DONE, done_at=clock.now(), error="")
    return True


def _follow(function: Follower | None, due: Due) -> None:
    """Run the follower; what it logs, and what is logged of its failure, carries the number of the due row."""
    try:
        if function is None:
            raise LookupError(f"no follower named {due.follower}")
        function(due.fact)
    except Exception:
        log.exception("%s failed", due)
        raise


def _put_off(due: Due, lease: str, error: str) -> None:
    parked = due.attempts >= MOST_ATTEMPTS
    Due.objects.filter(pk=due.pk, lease=lease).update(
        state=Due.State.PARKED if parked else Due.State.WAITING,
        next_at=clock.now() + back_off(due.attempts),
        error=error[:2000],
    )


def run_pending(*, most: int = 100_000) -> int:
    """Run everything that is ripe, and what follows from it, in this process. Answers how many were done.

    The worker's sweep, the demo on its simulated clock and the tests all use this one way.
    """
    done = 0
    while done < most:
        results = [run(due_id) for due_id in ripe(at=clock.now())]
        done += sum(results)
        if not any(results):
            break
    return done
