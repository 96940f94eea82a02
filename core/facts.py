"""Facts first, consequences later.

An action records one fact in its own transaction; every follower registered for the verb gets one due row in
that same transaction. On commit the worker is nudged; the sweep finds what a lost nudge left behind.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction
from django.dispatch import Signal

from core import clock, counting, pagecache
from core.models import Due, Fact

Follower = Callable[[Fact], None]

nudge = Signal()
"""Sent after the commit with `due_ids`. Celery's bell hangs on it; a lost bell only costs time."""

_followers: dict[str, dict[str, Follower]] = {}
log = logging.getLogger(__name__)

REST = 15.0  # seconds in which a broker that kept an act waiting is not rung for another; the sweep comes every five
PATIENCE = 1.0  # seconds after which a failure has kept somebody waiting
_resting = [0.0]  # until when, of the monotonic clock; 0 while the broker answers


def follow(*verbs: str) -> Callable[[Follower], Follower]:
    """Register a follower for these verbs. It gets the fact, and must be safe to run twice."""

    def register(function: Follower) -> Follower:
        name = f"{function.__module__.split('.')[0]}.{function.__name__}"
        for verb in verbs:
            _followers.setdefault(verb, {})[name] = function
        return function

    return register


def follower(verb: str, name: str) -> Follower | None:
    """The follower registered under this name for this verb."""
    return _followers.get(verb, {}).get(name)


def known_verbs() -> dict[str, list[str]]:
    """The verbs that somebody follows, with the names of their followers."""
    return {verb: sorted(names) for verb, names in _followers.items()}


def record(
    verb: str,
    *,
    by: Any = None,
    on: models.Model | None = None,
    contest: int | None = None,
    data: dict[str, Any] | None = None,
    at: datetime | None = None,
    quiet: bool = False,
) -> Fact:
    """Write the fact and its due rows into the caller's transaction.

    `by` is the acting user or None for the clock; `data` holds ids and plain values only. `at` is the time that the
    action itself asked of the database, when it has one to hand. `quiet` says that no stranger sees a difference:
    a vote, a mark, a draft. Then kept pages stay, and the act asks nothing of the cache (threat V7).
    Raises RuntimeError outside a transaction: a fact without its act would be a lie.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A fact is written in the transaction of its action.")
    at = at or clock.now()
    fact = Fact.objects.create(
        verb=verb,
        actor_id=getattr(by, "pk", None),
        contest_id=contest,
        subject=on._meta.label_lower if on is not None else "",
        subject_id=on.pk if on is not None else None,
        data=data or {},
        at=at,
    )
    due = Due.objects.bulk_create(
        Due(fact=fact, follower=name, next_at=at) for name in sorted(_followers.get(verb, {}))
    )
    if due and not clock.is_simulated():  # no worker lives in simulated time; whoever simulates runs the work
        ids = [row.pk for row in due]
        transaction.on_commit(lambda: _ring(ids), robust=True)
    if not clock.is_simulated():
        transaction.on_commit(lambda: counting.recorded(verb), robust=True)
    if not quiet:
        seen_anew(contest)
    return fact


def seen_anew(contest: int | None) -> None:
    """When this is committed strangers see it, in this contest or anywhere (None). For what follows from a fact."""
    if settings.PAGE_CACHE:
        transaction.on_commit(lambda: pagecache.changed(contest), robust=True)


def _ring(ids: list[int]) -> None:
    """Ring the bell. A broker that is down must not fail an act that has been committed, nor hold it up (threat V7)."""
    begun = time.monotonic()
    if begun < _resting[0]:
        return
    if _resting[0]:
        _resting[0] = begun + REST  # the others go on resting while this one tries
    try:
        nudge.send(sender=Fact, due_ids=ids)
        _resting[0] = 0.0
    except Exception as error:  # whatever a broker's client may raise
        if time.monotonic() - begun > PATIENCE:
            _resting[0] = time.monotonic() + REST
        log.warning("the worker was not nudged (%s); the sweep will find the work", error)
