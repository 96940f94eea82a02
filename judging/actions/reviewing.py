"""Writing a review, saying that it is done, and the numbers that follow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contests import actions as contests
from core import clock, facts
from core.database import Lock, Stale, hold, write
from core.html import clean_text
from core.permissions import require
from judging.methods.scores import summary, weighted_mean
from judging.models import Assignment, EntryScore, Mark, Review
from judging.rules import Permission
from proposals.models import Entry

LONGEST_TEXT = 20_000  # characters: far above any letter, far below a denial of service


def save_review(
    *, by: Any, assignment: Assignment, version: int, marks: dict[int, int], feedback: str = "", note: str = "",
    recommendation: str = "",
) -> Review:  # fmt: skip
    """Save the whole review as it is now; a criterion not named has no points. One that was done and changes is open
    again.

    `version` is the one it was based on, 0 for the first save. Raises Stale (carrying the stored review) when it
    was saved since; Refused; ValidationError by field (`criterion_<id>`, feedback, note, recommendation).
    """
    with write():
        stored = _locked(assignment)
        now = clock.now()
        require(Permission.REVIEW, by, stored, at=now)
        review = Review.objects.filter(assignment=stored).first() or Review(assignment=stored, version=0)
        _check(stored, marks, {"feedback": feedback, "note": note}, recommendation)
        said = (clean_text(feedback).strip(), clean_text(note).strip(), recommendation)
        if _says(review, marks, said):
            return review  # the same words twice are no conflict: a page that saved by itself just before its button
        if review.version != version:
            raise Stale(review)
        reopened = review.done_at is not None
        review.feedback, review.note, review.recommendation = said
        review.updated_at, review.done_at = now, None
        review.version += 1
        review.save()
        review.marks.all().delete()
        Mark.objects.bulk_create(Mark(review=review, criterion_id=pk, points=points) for pk, points in marks.items())
        if reopened:
            Assignment.objects.filter(pk=stored.pk).update(state=Assignment.State.OPEN)
        _record("review.reopened" if reopened else "review.saved", by, stored)
    return review


def mark_done(*, by: Any, assignment: Assignment) -> Review:
    """Say that the review counts. From now on the rubric of the phase is frozen. Safe to repeat.

    Raises Refused, or ValidationError naming each criterion without points (`criterion_<id>`) and the feedback.
    """
    with write():
        stored = _locked(assignment)
        now = clock.now()
        require(Permission.REVIEW, by, stored, at=now)
        review = Review.objects.filter(assignment=stored).first()
        _check_complete(stored, review)
        assert review is not None
        if stored.state == Assignment.State.DONE:
            return review
        review.done_at = now
        review.save(update_fields=["done_at"])
        Assignment.objects.filter(pk=stored.pk).update(state=Assignment.State.DONE)
        contests.freeze_rubric(phase=stored.entry.phase)
        _record("review.done", by, stored)
    return review


def _says(review: Review, marks: dict[int, int], said: tuple[str, str, str]) -> bool:
    """Whether the stored review holds exactly this already."""
    if review.pk is None or said != (review.feedback, review.note, review.recommendation):
        return False
    return dict(review.marks.values_list("criterion", "points")) == marks


def _locked(assignment: Assignment) -> Assignment:
    """The assignment as it is stored, held; the release waits for us, and we for it."""
    hold(Lock.PHASE, assignment.entry.phase_id, exclusive=False)
    rows = Assignment.objects.select_for_update(of=("self",)).select_related("entry__phase", "entry__proposal__contest")
    return rows.get(pk=assignment.pk)


def _record(verb: str, by: Any, assignment: Assignment) -> None:
    data = {"entries": [assignment.entry_id]}
    facts.record(verb, by=by, on=assignment, contest=assignment.contest.pk, data=data, quiet=True)


def _check(assignment: Assignment, marks: dict[int, int], texts: dict[str, str], recommendation: str) -> None:
    scale = {criterion.pk: len(criterion.anchors) for criterion in assignment.entry.phase.criteria.all()}
    problems: dict[str, str] = {}
    for pk, points in marks.items():
        if pk not in scale:
            problems[f"criterion_{pk}"] = _("This criterion is not in the rubric of this phase.")
        elif not 1 <= points <= scale[pk]:
            problems[f"criterion_{pk}"] = _("Choose 1 to %(most)d points.") % {"most": scale[pk]}
    for name, text in texts.items():
        if len(text) > LONGEST_TEXT:
            problems[name] = _("Keep this within 20,000 characters.")
    if recommendation not in ("", *Review.Recommendation.values):
        problems["recommendation"] = _("Choose one of the recommendations.")
    if problems:
        raise ValidationError(problems)


def _check_complete(assignment: Assignment, review: Review | None) -> None:
    marked = set(review.marks.values_list("criterion", flat=True)) if review else set()
    problems = {
        f"criterion_{criterion.pk}": _("Choose points for “%(name)s”.") % {"name": criterion.name}
        for criterion in assignment.entry.phase.criteria.all()
        if criterion.pk not in marked
    }
    if review is None or not review.feedback:
        problems["feedback"] = _("Write some words for the authors; they read them after the release.")
    if problems:
        raise ValidationError(problems)


def compute_scores(*, entries: Iterable[int]) -> None:
    """Set the numbers of these entries (by id) to what their done reviews say. Safe to run twice."""
    wanted = sorted(set(entries))
    with write():
        # Two followers of one entry must not each write what the other has not seen.
        list(Entry.objects.select_for_update().filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True))
        means: dict[int, list[float]] = {pk: [] for pk in wanted}
        reviews = Review.objects.done().filter(assignment__entry__in=wanted).select_related("assignment")
        for review in reviews.prefetch_related("marks__criterion").order_by("pk"):
            marks = [(float(mark.criterion.weight), mark.points) for mark in review.marks.all()]
            means[review.assignment.entry_id].append(weighted_mean(marks))
        now = clock.now()
        for pk, values in means.items():
            numbers = summary(values)
            if numbers is None:
                EntryScore.objects.filter(entry=pk).delete()
                continue
            EntryScore.objects.update_or_create(
                entry_id=pk,
                defaults={
                    "count": numbers.count,
                    "mean": numbers.mean,
                    "median": numbers.median,
                    "spread": numbers.spread,
                    "at": now,
                },
            )
