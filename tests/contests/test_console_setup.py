"""Set-up, form and rubric: what the actions promise to the console."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from contests import actions
from contests.models import Contest, Criterion
from contests.transitions import Status
from core.database import Stale
from tests import cast

pytestmark = pytest.mark.django_db
FIVE = ["a", "b", "c", "d", "e"]


@pytest.fixture
def contest() -> Contest:
    return cast.draft_contest(cast.organiser())


def row(name: str, **fields: object) -> dict[str, object]:
    return {"name": name, "question": "Why?", "weight": 1, "anchors": FIVE, **fields}


def test_an_edit_made_from_an_old_reading_is_stale_and_writes_nothing(contest: Contest) -> None:
    actions.edit_contest(by=contest.created_by, contest=cast.fresh(contest), topic="Heat")
    with pytest.raises(Stale):
        actions.edit_contest(by=contest.created_by, contest=contest, version=contest.version, topic="Cold")
    assert cast.fresh(contest).topic == "Heat"


def test_an_edit_does_not_write_back_what_it_read_long_ago(contest: Contest) -> None:
    """A page opened before somebody published must not turn the contest into a draft again."""
    old = cast.fresh(contest)
    actions.publish(by=contest.created_by, contest=contest)
    actions.edit_contest(by=contest.created_by, contest=old, topic="Heat")
    assert cast.fresh(contest).status == Status.PUBLISHED


def test_criteria_keep_their_row_when_they_swap_names_or_places(contest: Contest) -> None:
    phase = cast.phase(contest, "judging")
    first, second, *_rest = phase.criteria.all()
    swapped = [row(first.name, id=second.pk), row(second.name, id=first.pk)]
    actions.set_rubric(by=contest.created_by, phase=phase, criteria=swapped)
    assert [(c.pk, c.name) for c in phase.criteria.all()] == [(second.pk, first.name), (first.pk, second.name)]


def test_two_criteria_of_one_name_are_refused(contest: Contest) -> None:
    phase = cast.phase(contest, "judging")
    with pytest.raises(ValidationError, match="same name"):
        actions.set_rubric(by=contest.created_by, phase=phase, criteria=[row("Joy"), row(" Joy ")])
    assert Criterion.objects.filter(phase=phase).count() == 4


def test_a_criterion_of_another_phase_is_not_taken_over(contest: Contest) -> None:
    phase, other = cast.phase(contest, "judging"), cast.phase(contest, "judging", 2)
    foreign = other.criteria.first()
    actions.set_rubric(by=contest.created_by, phase=phase, criteria=[row("Joy", id=foreign.pk)])  # type: ignore[union-attr]
    assert cast.fresh(foreign).phase_id == other.pk


def test_what_a_published_contest_needed_cannot_be_taken_away(contest: Contest) -> None:
    by = contest.created_by
    actions.publish(by=by, contest=contest)
    phase = cast.phase(contest, "judging")
    with pytest.raises(ValidationError, match="brief"):
        actions.edit_contest(by=by, contest=contest, brief=" ")
    with pytest.raises(ValidationError, match="section"):
        actions.set_sections(by=by, contest=contest, sections=[])
    with pytest.raises(ValidationError, match="criterion"):
        actions.set_rubric(by=by, phase=phase, criteria=[])
    assert cast.fresh(contest).brief
    assert contest.sections.count() == 5
    assert phase.criteria.count() == 4
