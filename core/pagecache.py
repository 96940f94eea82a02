"""One drawing of a page for all strangers: kept in this process, and true only while what it shows has not changed.

The shared cache holds no page, only numbers, which are times of changes: for each contest, for any contest, for
everything. A page kept here is served as long as its numbers have not moved, no phase boundary has passed and a minute
is not over. A process asks for a number at most four times a second. So no page lies in Redis, strangers see a change a
quarter of a second after its commit (within the minute where it left no fact, or where the cache did not hear of it),
and a cache that is down costs speed and nothing else.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from django.http import HttpRequest

MOST_PAGES = 512  # of some 20 KB each, in every process
MOST_BYTES = 16_000_000  # of all of them: a long discussion can be asked for under many addresses
LONGEST = 60.0  # seconds: pages say "in 3 hours", and something may change without a fact
LONGEST_OF_ALL = 5.0  # seconds, where contests that are not on the page may come onto it when they open (threat P3)
REST = 5.0  # seconds in which a cache that failed is not asked again
HEARD = 0.25  # seconds for which a process believes what it was told of a number
EVERYTHING, ANY_CONTEST = "pages:everything", "pages:any-contest"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sharing:
    """A view's word that a stranger's answer is the same for all strangers.

    `contest`: the only contest whose changes can change it, None when any can. `seconds`: how long at most, from when
    it was asked for.
    """

    contest: int | None
    seconds: float


@dataclass(frozen=True)
class Kept:
    """A page as it was drawn, and the numbers for which it is true. `ends` is of this process's monotonic clock."""

    content: bytes
    headers: tuple[tuple[str, str], ...]
    etag: str
    keys: tuple[str, ...]
    numbers: list[int]
    ends: float


_pages: OrderedDict[Hashable, Kept] = OrderedDict()
_held = [0]  # bytes of all pages
_lock = threading.Lock()
_resting = [0.0]
_heard: dict[str, tuple[int, float]] = {}  # number and, of the monotonic clock, when it was asked for
_owed: set[str] = set()  # numbers that a cache which did not answer has still to be told to move


def share(
    request: HttpRequest, *, at: datetime, contest: int | None = None, until: Iterable[datetime | None] = ()
) -> None:
    """Called by a view: what a stranger gets here at `at` is for every stranger, until the first of these times."""
    left = [(moment - at).total_seconds() for moment in until if moment is not None]
    longest = LONGEST_OF_ALL if contest is None else LONGEST
    request.sharing = Sharing(contest, min([longest, *left]))  # type: ignore[attr-defined]


def keys_of(contest: int | None) -> tuple[str, ...]:
    """The numbers on which a page depends that shows this contest, or any of them."""
    return EVERYTHING, ANY_CONTEST if contest is None else f"pages:contest:{contest}"


def numbers(*keys: str) -> list[int] | None:
    """The numbers as they stand; None while the cache does not answer. A missing one begins at the time, never at an
    old number, so that a flushed cache brings no old page back."""
    now = time.monotonic()
    if now < _resting[0] or not _pay():
        return None
    try:
        found = cache.get_many(keys)
        for key in keys:
            if key not in found:
                cache.add(key, time.time_ns(), timeout=None)
                found[key] = cache.get(key)
    except Exception as error:  # whatever the client of a cache may raise
        _rest(error)
        return None
    if None in found.values():
        return None
    _heard.update((key, (found[key], now)) for key in keys)
    return [found[key] for key in keys]


def _lately(keys: tuple[str, ...]) -> list[int] | None:
    """As `numbers`, and as they stood a moment ago where that is known."""
    since = time.monotonic() - HEARD
    heard = [_heard.get(key, (0, 0.0)) for key in keys]
    return [number for number, _ in heard] if all(when > since for _, when in heard) else numbers(*keys)


def changed(contest: int | None) -> None:
    """Something public has been committed, in this contest or anywhere: what could show it is drawn anew.

    An act does not wait for a cache that just did not answer: it is told when it is asked again.
    """
    moved = (EVERYTHING, ANY_CONTEST) if contest is None else (ANY_CONTEST, f"pages:contest:{contest}")
    for key in moved:
        _heard.pop(key, None)
    _owed.update(moved)
    if time.monotonic() >= _resting[0]:
        _pay()


def _pay() -> bool:
    """Move what is owed. A key is taken off first: who owes it from then on sees it moved after their commit, too."""
    for key in tuple(_owed):
        _owed.discard(key)
        try:
            # The time, not one more: two processes that add one to what both read leave the same number.
            cache.set(key, time.time_ns(), timeout=None)
        except Exception as error:  # whatever the client of a cache may raise
            _owed.add(key)
            _rest(error)
            return False
    return True


def _rest(error: Exception) -> None:
    log.warning("the cache does not answer (%s); pages are drawn for everybody", error)
    _resting[0] = time.monotonic() + REST
    forget()


def find(key: Hashable) -> Kept | None:
    """The page kept under this key if it is still true."""
    kept = _pages.get(key)
    if kept is None or kept.ends < time.monotonic() or _lately(kept.keys) != kept.numbers:
        return None
    return kept


def keep(key: Hashable, kept: Kept) -> None:
    with _lock:
        before = _pages.pop(key, None)
        _pages[key] = kept
        _held[0] += len(kept.content) - (len(before.content) if before else 0)
        while len(_pages) > MOST_PAGES or _held[0] > MOST_BYTES:
            _key, oldest = _pages.popitem(last=False)
            _held[0] -= len(oldest.content)


def forget() -> None:
    """Drop every page of this process, and what it was told."""
    with _lock:
        _pages.clear()
        _held[0] = 0
        _heard.clear()

