"""Numbers of reviews."""

from __future__ import annotations

import pytest

from judging.methods.queue import minutes, order
from judging.methods.scores import summary, weighted_mean


def test_a_review_is_the_mean_of_its_points_weighted() -> None:
    assert weighted_mean([(1, 2), (2, 5), (1, 4)]) == pytest.approx(4.0)


def test_a_review_without_marks_has_no_number() -> None:
    with pytest.raises(ValueError):
        weighted_mean([])


def test_mean_median_and_sample_deviation() -> None:
    numbers = summary([2.0, 4.0, 5.0])
    assert numbers is not None
    assert (numbers.count, numbers.median) == (3, 4.0)
    assert numbers.mean == pytest.approx(11 / 3)
    assert numbers.spread == pytest.approx(1.527525, abs=1e-6)


def test_one_review_has_no_spread_and_none_has_no_numbers() -> None:
    assert summary([3.0]).spread == 0  # type: ignore[union-attr]
    assert summary([]) is None


def test_the_queue_begins_with_the_fewest_reviews_and_orders_ties_for_each_judge() -> None:
    assert order(1, 10, 0) < order(1, 11, 1)
    orders = {tuple(sorted(range(8), key=lambda entry: order(judge, entry, 0))) for judge in range(6)}
    assert len(orders) > 1


@pytest.mark.parametrize(("words", "expected"), [(0, 5), (1, 6), (200, 6), (2000, 15)])
def test_minutes_to_read_and_score(words: int, expected: int) -> None:
    assert minutes(words) == expected
