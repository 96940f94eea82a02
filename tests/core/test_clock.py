"""One clock, the database's; simulated time never in production."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from core import clock

THEN = datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def test_it_reads_the_databases_clock_not_the_begin_of_the_transaction() -> None:
    with transaction.atomic():
        first = clock.now()
        later = next(moment for moment in iter(clock.now, None) if moment > first)
    assert first.tzinfo is UTC and later - first < timedelta(seconds=5)
    assert abs(datetime.now(UTC) - first) < timedelta(minutes=1)


def test_simulated_time_stands_still_and_nests() -> None:
    assert not clock.is_simulated()
    with clock.simulated(THEN):
        assert clock.now() == clock.now() == THEN
        with clock.simulated(THEN + timedelta(days=1)):
            assert clock.now() == THEN + timedelta(days=1)
        assert clock.now() == THEN and clock.is_simulated()
    assert not clock.is_simulated()


def test_it_ends_with_an_error_too() -> None:
    with pytest.raises(ZeroDivisionError), clock.simulated(THEN):
        1 / 0  # noqa: B018
    assert not clock.is_simulated()


def test_production_refuses_simulated_time(settings: Any) -> None:
    settings.PRODUCTION = True
    with pytest.raises(RuntimeError), clock.simulated(THEN):
        pass
    assert not clock.is_simulated()


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.simulated(datetime(2027, 3, 28)):
        pass
