"""What tests of pages share: looking at a page as somebody, and what its links name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import pagecache


def as_(user: Any = None) -> Client:
    """A browser, signed in as this person if there is one."""
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def look(address: str, user: Any = None) -> str:
    """The page at this address as this person reads it; it must be there."""
    answer = as_(user).get(address)
    assert answer.status_code == 200, f"{address} answers {answer.status_code}"
    return answer.content.decode()


def queries(address: str, user: Any = None) -> int:
    """How many statements the page costs, without those of signing in."""
    client = as_(user)
    assert connection.features.supports_json_field  # Django finds that out by a statement of its own, once in a process
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def proposals_in(html: str) -> list[int]:
    """Ids of the proposals a page links to, in its order."""
    return [int(found) for found in re.findall(r'class="card__link" href="/proposals/(\d+)', html)]


def contests_in(html: str) -> list[str]:
    return re.findall(r'class="card__link" href="/contests/([\w-]+)/"', html)


def sharing_pages(settings: Any) -> Iterator[None]:
    """What a fixture yields from: pages are kept for strangers, and nothing is left of other tests."""
    settings.PAGE_CACHE = True
    _forget_all()
    yield
    _forget_all()


def _forget_all() -> None:
    pagecache.forget()
    pagecache._owed.clear()
    pagecache._resting[0] = 0.0
