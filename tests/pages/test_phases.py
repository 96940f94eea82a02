"""Where a contest stands: the pure rule, and the database's answer for lists, agree at every moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contests.models import Contest, Criterion, Phase
from contests.phases import Kind, Timeline
from pages.phases import Edge, moment, stage
from pages.querysets import staged
from tests import cast


@pytest.mark.django_db
@pytest.mark.parametrize("released", [(), (1,), (1, 3)])
def test_the_database_and_the_pure_rule_agree(released: tuple[int, ...]) -> None:
    contest = cast.contest(cast.organiser())
    Phase.objects.filter(contest=contest, position__in=released).update(released_at=cast.START)
    edges = [time for phase in contest.phases.all() for time in (phase.opens_at, phase.closes_at, phase.ends_at) if time]
    for edge in edges:
        for at in (edge - timedelta(minutes=1), edge, edge + timedelta(minutes=1)):
            found = staged(Contest.objects.filter(pk=contest.pk), at=at).get()
            assert found.stage == stage(cast.fresh(contest).timeline, at), at  # type: ignore[attr-defined]


@pytest.mark.django_db
def test_a_contest_whose_last_phase_is_over_has_results() -> None:
    contest = cast.contest(cast.organiser())
    Criterion.objects.filter(phase__contest=contest).delete()
    Phase.objects.filter(contest=contest).exclude(kind=Kind.SUBMISSION).delete()
    at = cast.phase(contest, Kind.SUBMISSION).opens_at + timedelta(days=90)
    assert staged(Contest.objects.filter(pk=contest.pk), at=at).get().stage == "results"  # type: ignore[attr-defined]
    assert stage(cast.fresh(contest).timeline, at) == "results"
    assert moment(cast.fresh(contest).timeline, at).word == "closed"


@pytest.mark.django_db
def test_the_next_date_is_an_opening_or_a_close() -> None:
    contest = cast.contest(cast.organiser())
    timeline = contest.timeline
    before = moment(timeline, cast.START - timedelta(days=1))
    assert (before.word, before.when, before.edge) == ("upcoming", cast.START, Edge.OPENS)
    opened = moment(timeline, cast.START)
    assert (opened.word, opened.edge) == ("submission", Edge.CLOSES)
    assert opened.when is not None
    grace = moment(timeline, opened.when + timedelta(minutes=1))
    assert (grace.word, grace.edge) == ("between", Edge.OPENS)
    waiting = moment(timeline, cast.moment(contest, Kind.REVISION))
    assert waiting.word == "waiting"


def test_a_contest_without_phases_is_closed_and_upcoming_to_nobody() -> None:
    assert moment(Timeline(()), cast.START).word == "closed"
    assert stage(Timeline(()), cast.START) == "upcoming"
