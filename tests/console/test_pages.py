"""Who may open the console's pages, in every phase, and with how many queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from contests import actions as contests
from core import clock
from tests import cast

pytestmark = pytest.mark.django_db
PAGES = ["setup", "schedule", "form", "rubric", "people", "entries", "assignments", "shortlist", "results", "log"]
FOR_ORGANISERS = {"shortlist", "results"}


def get(user: Any, address: str) -> Any:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(address)


def at(page: str, contest: Any) -> str:
    return reverse(f"manage_{page}", args=[contest.slug])


@pytest.mark.parametrize("page", PAGES)
def test_the_organiser_sees_every_page_of_a_draft_and_nobody_else_learns_that_it_exists(page: str) -> None:
    olga = cast.organiser()
    contest = cast.draft_contest(olga)
    assert get(olga, at(page, contest)).status_code == 200
    assert get(cast.organiser("Other"), at(page, contest)).status_code == 404
    assert get(cast.person("Mia"), at(page, contest)).status_code == 404
    assert get(None, at(page, contest)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_published_contest_is_managed_by_its_own_people_only(page: str) -> None:
    olga = cast.organiser()
    contest = cast.contest(olga)
    helper = cast.member_of(contest, cast.person("Fay"), "facilitator")
    advisor = cast.member_of(contest, cast.person("Ada"), "advisor")
    judge = cast.member_of(contest, cast.person("Jo"), "judge")
    assert get(olga, at(page, contest)).status_code == 200
    assert get(cast.person("Sam", is_staff=True), at(page, contest)).status_code == 200
    for oversees in (helper, advisor):
        assert get(oversees, at(page, contest)).status_code == (403 if page in FOR_ORGANISERS else 200)
    for outsider in (judge, cast.organiser("Other"), cast.person("Mia")):
        assert get(outsider, at(page, contest)).status_code == 403
    visitor = get(None, at(page, contest))
    assert visitor.status_code == 302
    assert "next=" in visitor["Location"]


@pytest.mark.parametrize(
    "kind,nth",
    [("submission", 1), ("judging", 1), ("revision", 1), ("judging", 2), ("voting", 1), ("results", 1)],
)
def test_every_page_answers_in_every_phase(kind: str, nth: int) -> None:
    olga = cast.organiser()
    contest = cast.contest(olga)
    cast.submitted(cast.person("Pia"), contest)
    with cast.during(contest, kind, nth):
        for page in PAGES:
            answer = get(olga, at(page, contest))
            assert answer.status_code == 200, page
            assert answer.content.decode().count("<h1") == 1


def test_the_index_lists_my_contests_with_what_needs_attention_first() -> None:
    olga = cast.organiser()
    cast.contest(olga, title="Running one")
    ready = cast.draft_contest(olga, title="Ready one")
    page = get(olga, reverse("manage")).content.decode()
    assert page.index("Ready one") < page.index("Running one")
    assert "Publish contest" in page
    contests.edit_contest(by=olga, contest=ready, brief="")
    page = get(olga, reverse("manage")).content.decode()
    assert "Finish the set-up" in page
    assert "Write the brief" in page


def test_the_index_is_empty_for_a_member_and_offers_no_button_without_the_right() -> None:
    page = get(cast.person("Mia"), reverse("manage")).content.decode()
    assert "No contests yet" in page
    assert "Create a contest" not in page
    assert "Create a contest" in get(cast.organiser(), reverse("manage")).content.decode()
    assert get(None, reverse("manage")).status_code == 302


def queries(user: Any, address: str) -> int:
    client = Client()
    client.force_login(user)
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_index_asks_as_much_for_twelve_contests_as_for_one() -> None:
    olga = cast.organiser()
    cast.draft_contest(olga, title="First")
    one = queries(olga, reverse("manage"))
    for number in range(11):
        cast.draft_contest(olga, title=f"Number {number}")
    assert queries(olga, reverse("manage")) == one


def _people(contest: Any, olga: Any, number: int) -> None:
    for n in range(number):
        cast.member_of(contest, cast.person(f"Judge {number} {n}"), "judge")
        contests.invite(by=olga, contest=contest, email=f"guest{n}@people.example", role="judge")


def _proposals(contest: Any, olga: Any, number: int) -> None:
    for n in range(number):
        cast.submitted(cast.person(f"Author {number} {n}"), contest, title=f"Idea {n}")


@pytest.mark.parametrize(
    "page,fill",
    [("people", _people), ("log", _people), ("entries", _proposals), ("shortlist", _proposals), ("assignments", _people)],
)
def test_a_page_asks_as_much_for_twelve_rows_as_for_one(page: str, fill: Callable[..., None]) -> None:
    counts = []
    for number in (1, 12):
        olga = cast.organiser(f"Olga {number}")
        contest = cast.contest(olga, title=f"Contest {number}")
        with clock.simulated(cast.START - timedelta(days=1)):
            fill(contest, olga, number)
        with cast.during(contest, "judging"):
            counts.append(queries(olga, at(page, contest)))
    assert counts[0] == counts[1]
