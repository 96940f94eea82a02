"""Kept pages beside other processes, a silent cache and greedy visitors (threats V7, W22)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from contests.models import Contest
from core import branding, pagecache
from core.models import Branding
from tests import cast
from tests.pages.stage import sharing_pages

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sharing(settings: Any) -> Iterator[None]:
    yield from sharing_pages(settings)


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


def get(address: str) -> Any:
    return Client().get(address)


def test_v7_a_cache_that_did_not_answer_holds_up_no_further_act_and_is_told_later(contest: Contest) -> None:
    get(contest.get_absolute_url())
    key = pagecache.keys_of(contest.pk)[1]
    before = cache.get(key)
    pagecache._resting[0] = time.monotonic() + 60
    pagecache.changed(contest.pk)
    assert cache.get(key) == before, "not asked while it rests"
    pagecache._resting[0] = 0.0
    assert pagecache.numbers(key) != [before]
    assert not pagecache._owed


def test_two_changes_at_once_never_leave_the_number_that_one_of_them_left(contest: Contest) -> None:
    """Both read the old number; a page drawn between their writes must not look true after the second."""
    key = pagecache.keys_of(contest.pk)[1]
    (read_by_both,) = pagecache.numbers(key) or [0]
    pagecache.changed(contest.pk)
    between = cache.get(key)
    cache.set(key, read_by_both, timeout=None)
    pagecache.changed(contest.pk)
    assert cache.get(key) not in (between, read_by_both)


def test_one_large_page_under_many_addresses_does_not_fill_the_memory() -> None:
    """A discussion of a megabyte, asked for with five hundred page numbers, would be half a gigabyte."""
    for number in range(40):
        pagecache.keep(("large", number), pagecache.Kept(b"x" * 1_000_000, (), '"x"', (), [], 0.0))
    assert sum(len(kept.content) for kept in pagecache._pages.values()) <= pagecache.MOST_BYTES
    for number in (39, 39, 39):
        pagecache.keep(("large", number), pagecache.Kept(b"x", (), '"x"', (), [], 0.0))
    assert pagecache._held[0] == sum(len(kept.content) for kept in pagecache._pages.values())


def test_a_new_name_of_the_site_set_by_another_process_is_not_drawn_from_memory_for_a_minute(contest: Contest) -> None:
    get("/")
    branding.remember(branding.current(), seconds=60)
    Branding.objects.create(name="Tidewater", version=1)
    cache.set(pagecache.EVERYTHING, 7, timeout=None)
    time.sleep(pagecache.HEARD)
    try:
        assert b"Tidewater" in get("/").content
    finally:
        branding.remember(None)


@pytest.mark.once
def test_v7_with_the_cache_down_a_link_that_is_shared_still_has_its_picture(settings: Any) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    assert get("/card.png")["Content-Type"] == "image/png"
