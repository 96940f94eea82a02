"""Reviews that differ, the scores they make, and the decisions."""

from __future__ import annotations

from datetime import timedelta
from random import Random

from console.management.bench import words
from console.management.bench.answers import Answer, between
from console.management.bench.calendar import Season
from console.management.bench.pour import Pourer
from contests.models import Phase
from contests.phases import Kind
from judging.methods.scores import summary, weighted_mean
from judging.models import Assignment, Decision, EntryScore, Mark, Review

EACH = 2  # reviews of an entry


def judge(pourer: Pourer, chance: Random, season: Season, answers: list[Answer]) -> None:
    """Assign, review, score and decide, as far as each judging phase of the contest has come."""
    for phase in season.phases:
        if phase.kind == Kind.JUDGING and phase.position in season.opened:
            entered = [one for one in answers if phase.position in one.entries]
            _review(pourer, chance, season, phase, entered)
            if season.is_over(phase.position):
                _decide(pourer, season, phase, entered)


def _review(pourer: Pourer, chance: Random, season: Season, phase: Phase, entered: list[Answer]) -> None:
    criteria = list(phase.criteria.values_list("pk", "weight"))
    by, over, contest = season.contest.created_by_id, season.is_over(phase.position), season.contest.pk
    start, end = season.window(phase.position)
    assignments, reviews, marks, scores = [], [], [], []
    for one in entered:
        entry, means = one.entries[phase.position], []
        worth = chance.gauss(3.1, 0.8)
        for member in chance.sample(season.judges, min(EACH, len(season.judges))):
            pk, at = pourer.next_id(Assignment), between(chance, start, end, rush=0.7)
            done = over or chance.random() < 0.5
            assignments.append((pk, member, entry, "done" if done else "open", by, start + timedelta(minutes=5)))
            if not done:
                continue
            review, points = pourer.next_id(Review), [_points(chance, worth, member) for _ in criteria]
            reviews.append((review, pk, words.remark(chance), "", 1, at, at))
            marks += [(pourer.next_id(Mark), review, criterion[0], n) for criterion, n in zip(criteria, points, strict=True)]
            means.append(weighted_mean([(float(weight), n) for (_pk, weight), n in zip(criteria, points, strict=True)]))
            pourer.fact(at, "review.done", member, contest, Assignment, pk, entries=[entry])
        if (numbers := summary(means)) is not None:
            scores.append((pourer.next_id(EntryScore), entry, numbers.count, numbers.mean, numbers.median, numbers.spread, end))
    pourer.pour(Assignment, "id judge_id entry_id state by_id at", assignments)
    pourer.pour(Review, "id assignment_id feedback note version updated_at done_at", reviews)
    pourer.pour(Mark, "id review_id criterion_id points", marks)
    pourer.pour(EntryScore, "id entry_id count mean median spread at", scores)
    if reviews:
        Phase.objects.filter(pk=phase.pk).update(rubric_frozen_at=start)


def _points(chance: Random, worth: float, judge: int) -> int:
    """Some judges are milder than others, always."""
    return max(1, min(5, round(chance.gauss(worth + (judge % 5 - 2) * 0.2, 0.7))))


def _decide(pourer: Pourer, season: Season, phase: Phase, entered: list[Answer]) -> None:
    """Released decisions say who is in the next phase; before the release only half of them are noted."""
    by, at = season.contest.created_by_id, phase.released_at or phase.closes_at
    assert at is not None
    rows = []
    for place, one in enumerate(entered):
        if phase.released_at is None and place % 2:
            continue
        goes_on = phase.position + 1 in one.entries if phase.released_at else place % 3 == 0
        rows.append((pourer.next_id(Decision), one.entries[phase.position], "advances" if goes_on else "stays", by, at,
                     phase.released_at))  # fmt: skip
    pourer.pour(Decision, "id entry_id outcome by_id at released_at", rows)
    if phase.released_at is not None:
        going = [one.entries[phase.position] for one in entered if phase.position + 1 in one.entries]
        pourer.fact(at, "decisions.released", by, season.contest.pk, Phase, phase.pk, advancing=going)
