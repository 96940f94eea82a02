"""Moving dates: what is past is locked, the public is told, and no two phases overlap, whoever writes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from contests import actions
from contests.models import Contest, Phase, ScheduleChange
from core import clock
from core.models import Fact
from core.permissions import Refused
from tests import cast

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


def rows(contest: Contest, **moves: dict[str, Any]) -> list[dict[str, Any]]:
    """The schedule as it is, with changes by the kind's first phase."""
    found = []
    for phase in Phase.objects.filter(contest=contest):
        row = {name: getattr(phase, name) for name in ("kind", "name", "opens_at", "closes_at", "grace")}
        found.append({"id": phase.pk, **row, **moves.pop(phase.kind, {})})
    return found


def move(contest: Contest, reason: str = "The hall is taken.", **moves: dict[str, Any]) -> Contest:
    return actions.set_schedule(by=contest.created_by, contest=contest, phases=rows(contest, **moves), reason=reason)


def test_a_running_close_moves_with_a_reason_and_is_logged(contest: Contest) -> None:
    later = cast.phase(contest, "submission").closes_at - HOUR
    with cast.during(contest, "submission"):
        move(contest, submission={"closes_at": later})
    change = ScheduleChange.objects.get()
    assert change.reason == "The hall is taken." and change.after[0]["closes_at"] == later.isoformat()
    assert Fact.objects.filter(verb="contest.schedule_changed").count() == 1
    assert cast.phase(contest, "submission").ends_at == later + timedelta(minutes=15)


def test_the_same_instants_told_in_another_zone_are_no_change(contest: Contest) -> None:
    first, lima = cast.phase(contest, "submission"), ZoneInfo("America/Lima")
    told = {"opens_at": first.opens_at.astimezone(lima), "closes_at": first.closes_at.astimezone(lima)}
    with cast.during(contest, "submission"):
        move(contest, submission=told)
    assert not ScheduleChange.objects.exists()


def test_without_a_reason_nothing_moves(contest: Contest) -> None:
    later = cast.phase(contest, "submission").closes_at - HOUR
    with cast.during(contest, "submission"), pytest.raises(ValidationError):
        move(contest, reason="  ", submission={"closes_at": later})


def test_what_is_past_is_locked(contest: Contest) -> None:
    first = cast.phase(contest, "submission")
    with cast.during(contest, "judging"):
        for change in ({"opens_at": first.opens_at - HOUR}, {"closes_at": first.closes_at - HOUR}):
            with pytest.raises(ValidationError):
                move(contest, submission=change)


def test_a_close_cannot_be_moved_into_the_past(contest: Contest) -> None:
    with cast.during(contest, "submission") as now, pytest.raises(ValidationError):
        move(contest, submission={"closes_at": now - HOUR})


def test_a_phase_that_has_begun_cannot_be_removed(contest: Contest) -> None:
    with cast.during(contest, "judging"), pytest.raises(ValidationError):
        schedule = [row for row in rows(contest) if row["name"] != "Open for proposals"]
        actions.set_schedule(by=contest.created_by, contest=contest, phases=schedule, reason="No.")


def test_overlap_is_refused_with_the_name_of_the_phase(contest: Contest) -> None:
    early = cast.phase(contest, "judging").opens_at - HOUR
    with cast.during(contest, "submission"), pytest.raises(ValidationError, match="Semi-final judging"):
        move(contest, judging={"opens_at": early})


def test_a_whole_schedule_can_step_forward(contest: Contest) -> None:
    week = timedelta(days=7)
    schedule = [
        {**row, "opens_at": row["opens_at"] + week, "closes_at": row["closes_at"] and row["closes_at"] + week}
        for row in rows(contest)
    ]
    with clock.simulated(cast.START - timedelta(days=2)):
        actions.set_schedule(by=contest.created_by, contest=contest, phases=schedule, reason="A week later.")
    assert cast.phase(contest, "submission").opens_at == cast.START + week


def test_only_organisers_move_dates(contest: Contest) -> None:
    with cast.during(contest, "submission"), pytest.raises(Refused):
        actions.set_schedule(by=cast.person("Mia"), contest=contest, phases=rows(contest), reason="Mine.")


def test_boundaries_are_recorded_once(contest: Contest) -> None:
    with cast.during(contest, "judging"):
        for _ in range(3):
            actions.record_boundaries()
    verbs = Fact.objects.filter(verb__startswith="phase.").values_list("verb", "data__kind")
    assert sorted(verbs) == [("phase.closed", "submission"), ("phase.opened", "judging"), ("phase.opened", "submission")]


# --- going round the code -------------------------------------------------------------------------------------------


def raw(sql: str, *params: Any) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def test_the_database_refuses_overlapping_phases(contest: Contest) -> None:
    first, second = cast.phase(contest, "submission"), cast.phase(contest, "judging")
    with pytest.raises(DatabaseError):
        raw("UPDATE contests_phase SET opens_at = %s WHERE id = %s", first.closes_at, second.pk)
    with pytest.raises(DatabaseError):
        raw("UPDATE contests_phase SET ends_at = %s WHERE id = %s", second.opens_at + HOUR, first.pk)
    with pytest.raises(DatabaseError):
        raw("UPDATE contests_phase SET ends_at = NULL, closes_at = NULL WHERE id = %s", first.pk)
    raw("UPDATE contests_phase SET opens_at = %s WHERE id = %s", second.opens_at + HOUR, second.pk)


def test_the_database_refuses_a_new_phase_inside_another(contest: Contest) -> None:
    first = cast.phase(contest, "submission")
    with pytest.raises(DatabaseError), transaction.atomic():
        Phase.objects.bulk_create(
            [
                Phase(
                    contest=contest,
                    kind="voting",
                    name="Sneaked in",
                    position=99,
                    opens_at=first.opens_at + HOUR,
                    closes_at=first.opens_at + 2 * HOUR,
                    ends_at=first.opens_at + 2 * HOUR,
                )
            ]
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contests_phase SET kind = 'party' WHERE id = %s",
        "UPDATE contests_phase SET closes_at = opens_at WHERE id = %s",
        "UPDATE contests_phase SET ends_at = opens_at WHERE id = %s",
        "UPDATE contests_contest SET status = 'party' WHERE id = (SELECT contest_id FROM contests_phase WHERE id = %s)",
    ],
)
def test_the_database_refuses_impossible_phases(contest: Contest, statement: str) -> None:
    with pytest.raises(DatabaseError):
        raw(statement, cast.phase(contest, "submission").pk)
