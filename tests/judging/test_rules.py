"""Who may do what, as tables: every cell is a test."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from core import clock
from core.permissions import Kind, refusal
from judging.models import Assignment
from judging.rules import Permission
from tests import cast

PEOPLE = ["visitor", "member", "author", "judge", "other judge", "facilitator", "organiser", "staff"]
YES, SIGN_IN, NEVER, HIDDEN = "yes", "sign_in", "never", "hidden"


def person(stage: SimpleNamespace, who: str) -> Any:
    made = {
        "visitor": AnonymousUser,
        "member": lambda: cast.person("Mia Member"),
        "author": lambda: stage.ana,
        "judge": lambda: stage.jude,
        "other judge": lambda: stage.jo,
        "facilitator": lambda: cast.member_of(stage.contest, cast.person("Fay Facilitator"), "facilitator"),
        "organiser": lambda: stage.organiser,
        "staff": lambda: cast.person("Sam Staff", is_staff=True),
    }
    return made[who]()


def answer(permission: Permission, user: Any, on: Any, at: Any) -> str:
    with clock.simulated(at):
        no = refusal(permission, user, type(on).objects.get(pk=on.pk), at=at)
    return YES if no is None else str(no.kind)


def row(*cells: str) -> list[tuple[str, str]]:
    return list(zip(PEOPLE, cells, strict=True))


DURING = {
    Permission.ASSIGN: row(SIGN_IN, NEVER, NEVER, NEVER, NEVER, YES, YES, YES),
    Permission.REVIEW: row(SIGN_IN, HIDDEN, HIDDEN, YES, HIDDEN, NEVER, NEVER, NEVER),
    Permission.DECIDE: row(SIGN_IN, NEVER, NEVER, NEVER, NEVER, NEVER, YES, YES),
    Permission.RELEASE: row(SIGN_IN, NEVER, NEVER, NEVER, NEVER, NEVER, "not_now", "not_now"),
    Permission.VIEW_REVIEWS: row(SIGN_IN, NEVER, NEVER, NEVER, NEVER, NEVER, YES, YES),
    Permission.VIEW_FEEDBACK: row(SIGN_IN, NEVER, "not_now", NEVER, NEVER, NEVER, "not_now", "not_now"),
}


@pytest.mark.parametrize(
    ("permission", "who", "expected"), [(p, who, cell) for p, cells in DURING.items() for who, cell in cells]
)
def test_while_judges_read(stage: SimpleNamespace, permission: Permission, who: str, expected: str) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    things = {
        Permission.REVIEW: assignment,
        Permission.VIEW_REVIEWS: stage.roofs_entry,
        Permission.VIEW_FEEDBACK: stage.roofs,
    }
    on = things.get(permission, stage.phase)
    assert answer(permission, person(stage, who), on, stage.phase.opens_at + timedelta(days=3)) == expected


@pytest.mark.parametrize(
    ("who", "expected"), row(SIGN_IN, NEVER, YES, NEVER, NEVER, NEVER, YES, YES)
)
def test_feedback_after_the_release(stage: SimpleNamespace, who: str, expected: str) -> None:
    cast.judged(stage.contest)
    user = person(stage, who)
    assert answer(Permission.VIEW_FEEDBACK, user, stage.roofs, cast.moment(stage.contest, "revision")) == expected


WHEN = [("submission", 1, "not_now"), ("judging", 1, YES), ("revision", 1, "not_now"), ("judging", 2, "not_now")]


@pytest.mark.parametrize(("kind", "nth", "expected"), WHEN)
def test_an_entry_is_reviewed_in_its_own_phase_only(
    stage: SimpleNamespace, kind: str, nth: int, expected: str
) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    assert answer(Permission.REVIEW, stage.jude, assignment, cast.moment(stage.contest, kind, nth)) == expected


def test_a_review_of_the_first_judging_stays_closed_while_the_second_runs(stage: SimpleNamespace) -> None:
    cast.judged(stage.contest)
    assignment = Assignment.objects.filter(entry=stage.roofs_entry).select_related("judge")[0]
    at = cast.moment(stage.contest, "judging", 2)
    no = refusal(Permission.REVIEW, assignment.judge, assignment, at=at)
    assert no is not None and (no.kind, no.code) == (Kind.NOT_NOW, "released")


@pytest.mark.parametrize(
    ("seconds", "expected"), [(-1, "not_now"), (0, YES), (3600, YES)], ids=["before", "at the close", "later"]
)
def test_the_release_begins_at_the_close_to_the_second(stage: SimpleNamespace, seconds: int, expected: str) -> None:
    at = stage.phase.closes_at + timedelta(seconds=seconds)
    assert answer(Permission.RELEASE, stage.organiser, stage.phase, at) == expected


def test_a_person_who_judges_no_longer_is_out_at_once(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    stage.jude.memberships.all().delete()
    assert answer(Permission.REVIEW, stage.jude, assignment, stage.phase.opens_at) == HIDDEN
    assert not Assignment.objects.queue_of(stage.jude).exists()
