"""Due work: claimed once, fenced, put off, parked, and one bad row stops nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from core import clock, due, facts
from core.database import write
from core.models import Due, Fact

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
Follow = Callable[[Callable[[Fact], None]], None]


@pytest.fixture
def follow() -> Iterator[Follow]:
    """Make a function follow `test.done`."""

    def register(function: Callable[[Fact], None]) -> None:
        facts.follow("test.done")(function)

    yield register
    facts._followers.pop("test.done", None)


def done(**data: Any) -> Fact:
    with write():
        return facts.record("test.done", data=data)


@pytest.mark.django_db
def test_it_runs_once(follow: Follow) -> None:
    seen: list[int] = []
    follow(lambda fact: seen.append(fact.pk))
    fact = done()
    row = Due.objects.get()
    assert due.run(row.pk) and not due.run(row.pk)
    assert due.run_pending() == 0
    assert seen == [fact.pk]
    row.refresh_from_db()
    assert (row.state, row.attempts, row.error) == (Due.State.DONE, 1, "")


@pytest.mark.django_db
def test_what_follows_from_what_follows_is_done_too(follow: Follow) -> None:
    follow(lambda fact: fact.data["n"] and done(n=fact.data["n"] - 1))  # type: ignore[arg-type,return-value]
    done(n=3)
    assert due.run_pending() == 4


@pytest.mark.django_db
def test_failures_are_put_off_longer_each_time_and_parked_after_eight(follow: Follow) -> None:
    def poison(fact: Fact) -> None:
        raise ValueError("no")

    follow(poison)
    at, waits = NOW, []
    with clock.simulated(at):
        done()
    for attempt in range(1, 9):
        with clock.simulated(at):
            assert due.run_pending() == 0
            row = Due.objects.get()
            assert row.attempts == attempt and row.error == "ValueError: no"
        with clock.simulated(row.next_at - timedelta(seconds=1)):
            assert due.ripe(at=clock.now()) == []
        waits.append((row.next_at - at).total_seconds())
        at = row.next_at
    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280]
    assert row.state == Due.State.PARKED
    with clock.simulated(at + timedelta(days=9)):
        assert due.ripe(at=clock.now()) == [] and not due.run(row.pk)


def test_it_waits_an_hour_at_most() -> None:
    assert due.back_off(1) == timedelta(seconds=10)
    assert due.back_off(12) == timedelta(hours=1)


@pytest.mark.django_db
def test_a_poison_row_does_not_stop_the_others(follow: Follow) -> None:
    seen: list[int] = []

    def follower(fact: Fact) -> None:
        if fact.data["n"] == 2:
            raise ValueError("poison")
        seen.append(fact.data["n"])

    follow(follower)
    for n in range(5):
        done(n=n)
    assert due.run_pending() == 4
    assert sorted(seen) == [0, 1, 3, 4]


@pytest.mark.django_db
def test_a_follower_that_fails_leaves_nothing_half_done(follow: Follow) -> None:
    def half(fact: Fact) -> None:
        with write():
            facts.record("test.half")
            raise ValueError("after half")

    follow(half)
    done()
    due.run_pending()
    assert not Fact.objects.filter(verb="test.half").exists()


@pytest.mark.django_db
def test_a_claim_is_respected_until_its_lease_ends(follow: Follow) -> None:
    follow(lambda fact: None)
    with clock.simulated(NOW):
        done()
        Due.objects.update(state=Due.State.CLAIMED, lease="other", next_at=NOW + settings.DUE_LEASE)
        assert due.run_pending() == 0
    with clock.simulated(NOW + settings.DUE_LEASE):
        assert due.run_pending() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("fails", [False, True])
def test_a_worker_that_wakes_up_after_its_lease_changes_nothing(follow: Follow, fails: bool) -> None:
    """The first worker is stopped inside the follower; a second one claims the row meanwhile."""

    def slow(fact: Fact) -> None:
        Due.objects.update(state=Due.State.CLAIMED, lease="second worker", attempts=2)
        if fails:
            raise ValueError("woke up badly")

    follow(slow)
    done()
    row = Due.objects.get()
    due.run(row.pk)
    row.refresh_from_db()
    assert (row.state, row.lease, row.error) == (Due.State.CLAIMED, "second worker", "")


@pytest.mark.django_db
def test_a_follower_that_is_gone_is_put_off_not_lost(follow: Follow) -> None:
    follow(lambda fact: None)
    done()
    facts._followers.pop("test.done")
    assert due.run_pending() == 0
    assert "no follower named" in Due.objects.get().error


@pytest.mark.django_db(transaction=True)
def test_ten_workers_do_it_once(follow: Follow) -> None:
    seen: list[int] = []
    follow(lambda fact: seen.append(fact.data["n"]))
    for n in range(20):
        done(n=n)
    ids = list(Due.objects.values_list("pk", flat=True))

    def work() -> None:
        try:
            for pk in ids:
                due.run(pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(20))
    assert set(Due.objects.values_list("state", flat=True)) == {Due.State.DONE}


@pytest.mark.django_db
def test_one_row_per_fact_and_follower(follow: Follow) -> None:
    follow(lambda fact: None)
    done()
    row = Due.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Due.objects.create(fact=row.fact, follower=row.follower, next_at=NOW)
