"""Numbers of reviews."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Summary:
    """What the reviews of one entry say together, in points of the rubric's scale."""

    count: int
    mean: float
    median: float
    spread: float
    """The sample standard deviation; 0 with one review, because one opinion has no spread."""


def weighted_mean(marks: Iterable[tuple[float, int]]) -> float:
    """One review as one number: the sum of weight times points, over the sum of the weights.

    Raises ValueError without marks.
    """
    pairs = list(marks)
    total = sum(weight for weight, _ in pairs)
    if not total:
        raise ValueError("A review without marks has no mean.")
    return sum(weight * points for weight, points in pairs) / total


def summary(reviews: Sequence[float]) -> Summary | None:
    """Mean, median and spread of the reviews of an entry; None when there is none."""
    if not reviews:
        return None
    spread = statistics.stdev(reviews) if len(reviews) > 1 else 0.0
    return Summary(len(reviews), statistics.fmean(reviews), statistics.median(reviews), spread)
