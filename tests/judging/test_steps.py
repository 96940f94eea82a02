"""What judging puts on people's lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from contests.models import Contest
from core import clock
from judging import actions
from judging.querysets import next_steps
from tests import cast


def verbs(user: Any, stage: SimpleNamespace, at: datetime) -> list[str]:
    return [step.verb for step in next_steps(user, [stage.contest], at)]


def test_a_judge_opens_the_queue_until_it_is_done_or_closed(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs_entry)
    assignment = cast.assigned(stage.jude, stage.trees_entry)
    at = cast.moment(stage.contest, "judging")
    (step,) = next_steps(stage.jude, [stage.contest], at)
    assert (step.verb, step.url, step.until) == ("Open my queue (1 of 2)", "/judge/", stage.phase.closes_at)
    assert verbs(stage.jude, stage, stage.phase.closes_at) == []
    assignment.delete()
    assert verbs(stage.jude, stage, at) == []


def test_an_organiser_assigns_decides_and_releases(stage: SimpleNamespace) -> None:
    running, over = cast.moment(stage.contest, "judging"), stage.phase.closes_at
    assert verbs(stage.organiser, stage, running) == ["Assign judges"]
    cast.assigned(stage.jude, stage.roofs_entry)
    assert verbs(stage.organiser, stage, running) == []
    assert verbs(stage.organiser, stage, over) == ["Decide the shortlist"]
    with clock.simulated(over):
        decisions = {stage.roofs_entry.pk: "advances", stage.trees_entry.pk: "stays"}
        actions.decide(by=stage.organiser, phase=stage.phase, decisions=decisions)
    assert verbs(stage.organiser, stage, over) == ["Release decisions"]


def test_authors_read_their_feedback_after_the_release_for_a_while(stage: SimpleNamespace) -> None:
    assert verbs(stage.ana, stage, stage.phase.closes_at) == []
    cast.judged(stage.contest)
    at = stage.phase.closes_at
    assert verbs(stage.ana, stage, at + timedelta(days=1)) == ["Read your feedback"]
    assert verbs(stage.ana, stage, at + timedelta(days=40)) == []
    assert verbs(AnonymousUser(), stage, at + timedelta(days=1)) == []


def test_the_number_of_questions_does_not_grow_with_the_contests(stage: SimpleNamespace) -> None:
    contests = [stage.contest, *(cast.contest(stage.organiser, title=f"Contest {n}") for n in range(3))]

    def asked(some: list[Any]) -> int:
        at = cast.moment(stage.contest, "judging")
        loaded = list(Contest.objects.with_phases().filter(pk__in=[contest.pk for contest in some]))
        with CaptureQueriesContext(connection) as captured:
            next_steps(stage.organiser, loaded, at)
        return len(captured)

    at_one = asked(contests[:1])
    assert asked(contests) == at_one
