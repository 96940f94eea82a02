"""Keeping the site: backups, restored copies that say nothing to the outside, the nightly look at everything.

A restored copy is frozen: mails wait, and nothing else leaves it, until a person releases it. Whether it is stands in
the log of facts, written in the transaction that brings the rows back, so that no worker can be quicker.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.core.files.storage import default_storage

from core import clock, facts, invariants
from core.database import snapshot, write
from core.invariants.media import strays
from core.models import Fact

RESTORED, RELEASED, CHECKED = "site.restored", "site.released", "invariants.checked"
FORGET_FILES_AFTER = timedelta(days=2)
"""Longer than any backup takes: one that was begun before a picture was replaced still finds the old one."""
log = logging.getLogger(__name__)


class Problem(Exception):
    """Why a backup was not taken or not restored, and what to do, in one line for a person."""


def frozen() -> datetime | None:
    """Since when this is a restored copy that nobody has released; None for a site that may speak."""
    rows = Fact.objects.filter(verb__in=(RESTORED, RELEASED)).values_list("pk", "verb", "at")
    last = max(rows, default=None)
    return last[2] if last is not None and last[1] == RESTORED else None


def release() -> None:
    """Let a restored copy speak."""
    with write():
        facts.record(RELEASED)


def check_everything() -> int:
    """Ask every invariant, record the answer as a fact and log it. Answers the number of violations."""
    with snapshot():
        results = invariants.check(at=clock.now())
    number = invariants.broken(results)
    wrong = {result.rule.name: result.found.number for result in results if result.found.number}
    with write():
        facts.record(CHECKED, data={"violations": number, "rules": wrong}, quiet=True)
    if number:
        log.error("check_invariants: %s violations (%s). Run `manage.py check_invariants`", number, ", ".join(sorted(wrong)))
    else:
        log.info("check_invariants: %s rules hold", len(results))
    return number


def forget_files() -> int:
    """Remove files that no row has named for two days. Answers how many.

    A restored copy removes none: where it was given the media of the site itself, what it does not know is the site's.
    """
    if frozen():
        return 0
    gone = list(strays(clock.now(), older_than=FORGET_FILES_AFTER))
    for name in gone:
        default_storage.delete(name)
    return len(gone)
