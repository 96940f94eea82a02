"""P7: a judge in conflict with a proposal sees, scores and counts nowhere, by team or by declaration."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from core import clock
from core.permissions import Refused
from judging import actions
from judging.models import Assignment, EntryScore
from judging.querysets import shortlist
from tests import cast

CANARY = "Zinnober-Kakadu"


def joins_the_team(user: Any, stage: SimpleNamespace) -> None:
    cast.join(stage.roofs, user, "commenter")


def declares(user: Any, stage: SimpleNamespace) -> None:
    with clock.simulated(cast.moment(stage.contest, "judging")):
        actions.declare_conflict(by=user, on=stage.roofs, reason="My sister is on the team.")


def same_organisation(user: Any, stage: SimpleNamespace) -> None:
    with clock.simulated(cast.moment(stage.contest, "judging")):
        actions.declare_conflict(by=user, on=stage.roofs, kind="organisation")


BECOMES = pytest.mark.parametrize("becomes", [joins_the_team, declares, same_organisation])
Becomes = Callable[[Any, SimpleNamespace], None]


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@BECOMES
def test_p7_no_page_and_no_answer_of_the_api_shows_it_to_the_judge(stage: SimpleNamespace, becomes: Becomes) -> None:
    review = cast.review(stage.jude, stage.roofs_entry, feedback=CANARY)
    cast.assigned(stage.jude, stage.trees_entry)
    becomes(stage.jude, stage)
    client, pk = as_(stage.jude), review.assignment_id
    with clock.simulated(cast.moment(stage.contest, "judging")):
        for address in ("/judge/", "/api/v1/assignments/"):
            page = client.get(address)
            assert page.status_code == 200 and "Street trees" in page.content.decode()
            assert "Cool roofs" not in page.content.decode() and CANARY not in page.content.decode()
        for address in (f"/judge/{pk}/", f"/api/v1/assignments/{pk}/review/"):
            assert client.get(address).status_code == 404
        for act in ("done", "decline"):
            assert client.post(f"/judge/{pk}/{act}/").status_code == 404
            assert client.post(f"/api/v1/assignments/{pk}/{act}/", {}, "application/json").status_code == 404


@BECOMES
def test_p7_the_actions_refuse_too(stage: SimpleNamespace, becomes: Becomes) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    becomes(stage.jude, stage)
    with clock.simulated(cast.moment(stage.contest, "judging")):
        for act in (
            lambda: actions.save_review(by=stage.jude, assignment=assignment, version=0, marks={}),
            lambda: actions.mark_done(by=stage.jude, assignment=assignment),
            lambda: actions.decline(by=stage.jude, assignment=assignment),
        ):
            with pytest.raises(Refused):
                act()
        Assignment.objects.all().delete()
        with pytest.raises(ValidationError, match="Jude Judge is in conflict with “Cool roofs”"):
            actions.assign(by=stage.organiser, phase=stage.phase, pairs=[(stage.jude.pk, stage.roofs_entry.pk)])


@BECOMES
def test_p7_the_balanced_plan_never_holds_the_pair(stage: SimpleNamespace, becomes: Becomes) -> None:
    becomes(stage.jude, stage)
    with clock.simulated(cast.moment(stage.contest, "judging")):
        plan = actions.assign_balanced(by=stage.organiser, phase=stage.phase, reviews_per_entry=2, max_per_judge=9)
    assert (stage.jude.pk, stage.roofs_entry.pk) not in plan.pairs
    assert plan.gaps == {stage.roofs_entry.pk: 1}


@BECOMES
def test_p7_their_review_no_longer_counts_nor_stands_in_the_letter(stage: SimpleNamespace, becomes: Becomes) -> None:
    cast.review(stage.jude, stage.roofs_entry, points=5, feedback=CANARY)
    cast.review(stage.jo, stage.roofs_entry, points=2)
    becomes(stage.jude, stage)
    assert CANARY not in actions.letter_for(stage.roofs_entry, outcome="stays").as_text()
    cast.judged(stage.contest)
    score = EntryScore.objects.get(entry=stage.roofs_entry)
    assert (score.count, score.mean) == (1, 2.0)
    assert CANARY not in actions.letter_for(stage.roofs_entry).as_text()


@BECOMES
def test_p7_an_organiser_in_conflict_has_no_such_row_and_no_such_review(stage: SimpleNamespace, becomes: Becomes) -> None:
    review = cast.review(stage.jude, stage.roofs_entry, feedback=CANARY)
    becomes(stage.organiser, stage)
    client = as_(stage.organiser)
    assert [entry.pk for entry in shortlist(stage.phase, stage.organiser)] == [stage.trees_entry.pk]
    with clock.simulated(cast.moment(stage.contest, "judging")):
        address = reverse("api_shortlist", args=[stage.contest.slug])
        rows = client.get(address, {"phase": stage.phase.pk}).json()["rows"]
        assert [row["title"] for row in rows] == ["Street trees"]
        assert client.get(f"/api/v1/assignments/{review.assignment_id}/review/").status_code == 404
        assert CANARY not in client.get("/api/v1/assignments/").content.decode()
        answer = client.put(
            address,
            {"phase": str(stage.phase.pk), "decisions": {str(stage.roofs_entry.pk): "advances"}},
            content_type="application/json",
        )
        assert answer.status_code == 400


def test_a_declared_conflict_recuses_and_is_asked_once(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    declares(stage.jude, stage)
    declares(stage.jude, stage)
    assert cast.fresh(assignment).state == "recused"
    assert stage.jude.conflicts.count() == 1


def test_a_member_has_no_conflict_to_declare(stage: SimpleNamespace) -> None:
    with clock.simulated(cast.moment(stage.contest, "judging")), pytest.raises(Refused):
        actions.declare_conflict(by=stage.ben, on=stage.roofs)
