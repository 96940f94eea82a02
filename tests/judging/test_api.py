"""Judging over REST: a whole judging without a page."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from core import clock
from judging.models import Assignment, Review
from proposals.models import Distinction
from tests import cast


def call(user: Any, method: str, address: str, body: Any = None, **headers: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    more = {} if method == "get" else {"data": body if body is not None else {}, "content_type": "application/json"}
    return getattr(client, method)(f"/api/v1{address}", headers=names, **more)


@pytest.fixture
def address(stage: SimpleNamespace) -> str:
    return f"/contests/{stage.contest.slug}"


def test_assign_review_decide_release_and_read(stage: SimpleNamespace, address: str) -> None:
    phase = str(stage.phase.pk)
    sizes = {"phase": phase, "strategy": "balanced", "reviews_per_entry": 1, "max_per_judge": 2}
    with clock.simulated(stage.phase.opens_at + timedelta(days=1)):
        tried = call(stage.organiser, "post", f"{address}/assignments/", {**sizes, "dry_run": True})
        assert (tried.status_code, tried.json()["made"], len(tried.json()["pairs"])) == (200, 0, 2)
        assert call(stage.organiser, "post", f"{address}/assignments/", sizes).status_code == 201
        for judge in (stage.jude, stage.jo):
            (mine,) = call(judge, "get", "/assignments/").json()["results"]
            path = f"/assignments/{mine['id']}"
            read = call(judge, "get", f"{path}/review/")
            marks = {str(criterion.pk): 3 for criterion in stage.phase.criteria.all()}
            body = {"marks": marks, "feedback": "Good.", "note": "", "recommendation": "advance"}
            saved = call(judge, "put", f"{path}/review/", body, If_Match=read["ETag"])
            assert (saved.status_code, saved["ETag"], saved.json()["done_at"]) == (200, '"1"', None)
            assert call(judge, "post", f"{path}/done/").json()["done_at"]
        cast.settle()
    with clock.simulated(stage.phase.closes_at):
        rows = call(stage.organiser, "get", f"{address}/shortlist/?phase={phase}").json()["rows"]
        assert [(row["count"], row["mean"], row["outcome"]) for row in rows] == [(1, 3.0, "pending")] * 2
        decisions = {str(stage.roofs_entry.pk): "advances", str(stage.trees_entry.pk): "stays"}
        put = call(stage.organiser, "put", f"{address}/shortlist/", {"phase": phase, "decisions": decisions})
        assert (put.status_code, put.json()["undecided"]) == (200, 0)
        released = call(stage.organiser, "post", f"{address}/release/", {"phase": phase})
        assert released.json()["advancing"] == [stage.roofs_entry.pk]
        (letter,) = call(stage.ana, "get", f"/proposals/{stage.roofs.pk}/feedback/").json()["letters"]
    assert letter["feedback"] == [{"judge": "Judge 1", "text": "Good."}] and "goes on" in letter["letter"]
    assert Distinction.objects.count() == 1


@pytest.mark.parametrize(("method", "path"), [("post", "assignments"), ("get", "shortlist"), ("post", "release")])
def test_two_judgings_need_a_name(stage: SimpleNamespace, address: str, method: str, path: str) -> None:
    body = {"reviews_per_entry": 1, "max_per_judge": 2} if path == "assignments" else {}
    answer = call(stage.organiser, method, f"{address}/{path}/", body)
    assert answer.status_code == 400
    assert f"{stage.phase.pk} (Semi-final judging)" in answer.json()["phase"][0]


def test_a_change_needs_the_version_it_is_based_on(stage: SimpleNamespace) -> None:
    path = f"/assignments/{cast.assigned(stage.jude, stage.roofs_entry).pk}/review/"
    with clock.simulated(stage.phase.opens_at + timedelta(days=2)):
        assert call(stage.jude, "put", path, {"marks": {}}).status_code == 428
        assert call(stage.jude, "put", path, {"marks": {}, "feedback": "A"}, If_Match='"0"').status_code == 200
        assert call(stage.jude, "put", path, {"marks": {}, "feedback": "B"}, If_Match='"0"').status_code == 412
        assert call(stage.jude, "put", path, {"marks": {}, "feedbak": "B"}, If_Match='"1"').status_code == 400
        assert call(stage.jude, "put", path, {"marks": {"x": 1}}, If_Match='"1"').status_code == 400
    assert Review.objects.get().feedback == "A"


def test_a_release_before_the_close_says_until_when(stage: SimpleNamespace, address: str) -> None:
    with clock.simulated(stage.phase.opens_at + timedelta(days=2)):
        answer = call(stage.organiser, "post", f"{address}/release/", {"phase": "Semi-final judging"})
    assert (answer.status_code, answer.json()["code"]) == (409, "judging_runs")
    assert answer.json()["until"].startswith(stage.phase.closes_at.strftime("%Y-%m-%dT%H:%M"))


def test_pairs_by_hand_and_a_conflict_before_anybody_asks(stage: SimpleNamespace, address: str) -> None:
    with clock.simulated(stage.phase.opens_at + timedelta(days=2)):
        declared = call(stage.jude, "post", f"/proposals/{stage.roofs.pk}/conflict/", {"reason": "My cousin."})
        assert declared.status_code == 201
        pairs = [{"judge": stage.jude.pk, "entry": stage.roofs_entry.pk}]
        body = {"phase": str(stage.phase.pk), "strategy": "pairs", "pairs": pairs}
        assert call(stage.organiser, "post", f"{address}/assignments/", body).status_code == 400
        body["pairs"] = [{"judge": stage.jude.pk, "entry": stage.trees_entry.pk}]
        assert call(stage.organiser, "post", f"{address}/assignments/", body).status_code == 201
    assert Assignment.objects.get().entry == stage.trees_entry


@pytest.mark.parametrize("path", ["shortlist/?phase={phase}"])
@pytest.mark.parametrize(("who", "status"), [(None, 401), ("ana", 403), ("jude", 403), ("organiser", 200)])
def test_the_shortlist_is_the_organisers(
    stage: SimpleNamespace, address: str, path: str, who: str | None, status: int
) -> None:
    user = getattr(stage, who) if who else None
    with clock.simulated(stage.phase.opens_at + timedelta(days=2)):
        assert call(user, "get", f"{address}/{path.format(phase=stage.phase.pk)}").status_code == status
