"""Reviews: saved as they are written, counted when the judge says done."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from contests import actions as contests
from core import clock
from core.database import Stale
from core.models import Fact
from core.permissions import Refused
from judging import actions
from judging.models import Assignment, EntryScore, Review
from tests import cast


@pytest.fixture
def assignment(stage: SimpleNamespace) -> Assignment:
    return cast.assigned(stage.jude, stage.roofs_entry)


def save(stage: SimpleNamespace, assignment: Assignment, version: int = 0, points: int = 4, **more: Any) -> Review:
    marks = {criterion.pk: points for criterion in stage.phase.criteria.all()}
    given = {"feedback": "Clear.", "marks": marks, **more}
    with clock.simulated(cast.moment(stage.contest, "judging")):
        review = actions.save_review(by=assignment.judge, assignment=assignment, version=version, **given)
        cast.settle()
    return review


def finish(stage: SimpleNamespace, assignment: Assignment) -> Review:
    with clock.simulated(cast.moment(stage.contest, "judging")):
        review = actions.mark_done(by=assignment.judge, assignment=assignment)
        cast.settle()
    return review


def test_a_review_counts_only_when_it_is_done(stage: SimpleNamespace, assignment: Assignment) -> None:
    save(stage, assignment)
    assert not EntryScore.objects.exists()
    finish(stage, assignment)
    score = EntryScore.objects.get(entry=stage.roofs_entry)
    assert (score.count, score.mean, score.median, score.spread) == (1, 4.0, 4.0, 0.0)


def test_a_criterion_with_weight_two_counts_twice(stage: SimpleNamespace, assignment: Assignment) -> None:
    impact = stage.phase.criteria.get(name="Impact")
    marks = {criterion.pk: 5 if criterion == impact else 1 for criterion in stage.phase.criteria.all()}
    save(stage, assignment, marks=marks)
    finish(stage, assignment)
    assert EntryScore.objects.get().mean == pytest.approx((5 * 2 + 3) / 5)


def test_done_needs_every_criterion_and_words_for_the_authors(stage: SimpleNamespace, assignment: Assignment) -> None:
    first, *rest = stage.phase.criteria.all()
    save(stage, assignment, marks={first.pk: 3}, feedback="  ")
    with pytest.raises(ValidationError) as error:
        finish(stage, assignment)
    assert set(error.value.error_dict) == {"feedback", *(f"criterion_{criterion.pk}" for criterion in rest)}


def test_done_without_a_single_save_names_everything(stage: SimpleNamespace, assignment: Assignment) -> None:
    with pytest.raises(ValidationError) as error:
        finish(stage, assignment)
    assert len(error.value.error_dict) == 5


def test_a_done_review_freezes_the_rubric(stage: SimpleNamespace, assignment: Assignment) -> None:
    save(stage, assignment)
    finish(stage, assignment)
    with pytest.raises(Refused) as refused:
        contests.set_rubric(by=stage.organiser, phase=stage.phase, criteria=[])
    assert refused.value.refusal.code == "rubric_frozen"


def test_changing_a_done_review_opens_it_again_and_takes_it_out_of_the_score(
    stage: SimpleNamespace, assignment: Assignment
) -> None:
    save(stage, assignment)
    finish(stage, assignment)
    again = save(stage, assignment, version=1, points=2)
    assert (again.done_at, cast.fresh(assignment).state) == (None, "open")
    assert not EntryScore.objects.exists()
    finish(stage, assignment)
    assert EntryScore.objects.get().mean == 2


def test_marking_done_twice_is_once(stage: SimpleNamespace, assignment: Assignment) -> None:
    save(stage, assignment)
    assert finish(stage, assignment).done_at == finish(stage, assignment).done_at
    assert Fact.objects.filter(verb="review.done").count() == 1


def test_a_save_on_top_of_an_old_version_is_stale_and_carries_what_is_stored(
    stage: SimpleNamespace, assignment: Assignment
) -> None:
    save(stage, assignment, feedback="First")
    with pytest.raises(Stale) as stale:
        save(stage, assignment, feedback="Second")
    assert stale.value.current.feedback == "First"


def test_the_same_words_twice_are_no_conflict(stage: SimpleNamespace, assignment: Assignment) -> None:
    save(stage, assignment)
    assert save(stage, assignment).version == 1
    finish(stage, assignment)
    assert save(stage, assignment, version=1).done_at is not None


@pytest.mark.parametrize("points", [0, 6, -1, 10**9])
def test_points_outside_the_scale_are_refused_at_their_criterion(
    stage: SimpleNamespace, assignment: Assignment, points: int
) -> None:
    criterion = stage.phase.criteria.first()
    with pytest.raises(ValidationError) as error:
        save(stage, assignment, marks={criterion.pk: points})
    assert set(error.value.error_dict) == {f"criterion_{criterion.pk}"}


def test_a_criterion_of_the_other_judging_is_refused(stage: SimpleNamespace, assignment: Assignment) -> None:
    other = cast.phase(stage.contest, "judging", 2).criteria.first()
    with pytest.raises(ValidationError, match="not in the rubric"):
        save(stage, assignment, marks={other.pk: 3})  # type: ignore[union-attr]


def test_facts_hold_no_words_and_no_points(stage: SimpleNamespace, assignment: Assignment) -> None:
    save(stage, assignment, feedback="Xylophone")
    finish(stage, assignment)
    for fact in Fact.objects.filter(verb__startswith="review."):
        assert fact.data == {"entries": [stage.roofs_entry.pk]}


def test_assigning_twice_is_once_and_the_plan_can_be_tried_first(stage: SimpleNamespace) -> None:
    with clock.simulated(cast.moment(stage.contest, "judging")):
        sizes = {"by": stage.organiser, "phase": stage.phase, "reviews_per_entry": 2, "max_per_judge": 5}
        plan = actions.assign_balanced(**sizes, dry_run=True)
        assert (len(plan.pairs), Assignment.objects.count()) == (4, 0)
        assert set(plan.loads.values()) == {2} and plan.gaps == {}
        actions.assign_balanced(**sizes)
        assert actions.assign_balanced(**sizes).pairs == ()
        assert actions.assign(by=stage.organiser, phase=stage.phase, pairs=plan.pairs) == 0
    assert Assignment.objects.count() == 4


def test_who_gave_an_entry_back_is_not_asked_again(stage: SimpleNamespace, assignment: Assignment) -> None:
    with clock.simulated(cast.moment(stage.contest, "judging")):
        actions.decline(by=stage.jude, assignment=assignment)
        plan = actions.assign_balanced(by=stage.organiser, phase=stage.phase, reviews_per_entry=2, max_per_judge=5)
        assert plan.gaps == {stage.roofs_entry.pk: 1}
        with pytest.raises(ValidationError, match="gave “Cool roofs” back"):
            actions.assign(by=stage.organiser, phase=stage.phase, pairs=[(stage.jude.pk, stage.roofs_entry.pk)])


def test_only_judges_and_entries_of_the_phase_can_be_paired(stage: SimpleNamespace) -> None:
    with clock.simulated(cast.moment(stage.contest, "judging")):
        for pair, words in {
            (stage.ana.pk, stage.trees_entry.pk): "Ana Author is not a judge",
            (stage.jude.pk, 10**9): "not in this phase",
        }.items():
            with pytest.raises(ValidationError, match=words):
                actions.assign(by=stage.organiser, phase=stage.phase, pairs=[pair])
