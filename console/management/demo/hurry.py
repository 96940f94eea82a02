"""Loading 120 simulated days in seconds: what a single process in a single transaction can do without."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.conf import settings
from django.db import connection

from core import pagecache
from core.database import write


@contextmanager
def in_one_go() -> Iterator[None]:
    """One transaction, all of it or nothing; so no act needs a point to return to, and no page is redrawn on the way."""
    with ExitStack() as stack:
        stack.enter_context(_while(settings, PAGE_CACHE=False))
        stack.enter_context(write())
        stack.enter_context(_while(connection.features, uses_savepoints=False))
        stack.callback(gc.enable)
        gc.disable()  # a third of a million objects live until the end anyway
        yield
    if settings.PAGE_CACHE:
        pagecache.changed(None)


@contextmanager
def with_way_back() -> Iterator[None]:
    """For an act that may find its row taken and then tries another one."""
    with _while(connection.features, uses_savepoints=True):
        yield


@contextmanager
def _while(thing: Any, **values: Any) -> Iterator[None]:
    before = {name: getattr(thing, name) for name in values}
    for name, value in values.items():
        setattr(thing, name, value)
    try:
        yield
    finally:
        for name, value in before.items():
            setattr(thing, name, value)
