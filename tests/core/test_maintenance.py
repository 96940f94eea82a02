"""The switch that shuts the site: every page says so and when it is back, nothing is counted, staff get in (J12)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.test import Client

from contests.phases import Kind
from core import clock, maintenance
from core.models import Maintenance
from tests import cast
from voting.models import Ballot

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def place(tmp_path: Path, settings: Any) -> Iterator[None]:
    """A state folder of one's own, and a process that looks at the row each time."""
    settings.VAR, settings.MAINTENANCE_SECONDS = tmp_path, 0.0
    maintenance.forget()
    with clock.simulated(NOW):
        yield
    maintenance.forget()


def run(*words: str) -> str:
    out = io.StringIO()
    call_command("maintenance", *words, stdout=out)
    return out.getvalue().strip()


def test_on_and_off_again(client: Client) -> None:
    assert run("status") == "open" and client.get("/").status_code == 200
    assert run("on") == "The site is shut. Running processes notice within 5 seconds."
    assert client.get("/").status_code == 503
    assert run("status") == "shut (this machine and every machine)"
    assert run("off").startswith("The site is open again.")
    assert client.get("/").status_code == 200 and run("status") == "open"


def test_it_says_when_it_is_back_in_words_and_for_machines(client: Client) -> None:
    run("on", "--until", "2026-11-22 19:30 Europe/Zurich", "--message", "We move to a new database.")
    answer = client.get("/contests/")
    html = unescape(answer.content.decode())
    assert "<h1>The site is being worked on</h1>" in html and "We move to a new database." in html
    assert "in 6 hours 30 minutes" in html and "Sun 22 Nov, 18:30" in html and "UTC" in html
    assert answer["Retry-After"] == str(int(timedelta(hours=6, minutes=30).total_seconds()))
    assert "no-store" in answer["Cache-Control"] and 'href="/contests/"' in html


def test_later_than_thought_it_says_so_too(client: Client) -> None:
    run("on", "--until", "2026-11-22 13:00")
    with clock.simulated(NOW + timedelta(hours=2)):
        answer = client.get("/")
    assert "a little longer than we thought" in answer.content.decode() and answer["Retry-After"] == "60"


def test_what_keeps_the_site_alive_and_the_way_in_for_staff_stay_open(client: Client, settings: Any) -> None:
    cast.person("Sam Staff", is_staff=True, is_superuser=True)
    run("on")
    assert client.get("/health/live/").status_code == client.get("/health/ready/").status_code == 200
    words = {"login": "sam-staff@people.example", "password": "correct horse"}
    desk = f"/{settings.ADMIN_PATH}/"
    assert client.post(f"/accounts/login/?next={desk}", words)["Location"] == desk
    assert client.get(desk).status_code == 200
    assert client.get("/me/").status_code == 503


def test_a_vote_is_not_counted_and_can_be_sent_again(client: Client) -> None:
    """V4: nobody believes that a vote counts which was refused."""
    organiser = cast.organiser()
    contest = cast.contest(organiser, starts_at=NOW - timedelta(days=100))
    cast.submitted(cast.person("Ana Author"), contest)
    cast.judged(contest)
    cast.judged(contest, 2)
    vote = cast.phase(contest, Kind.VOTING)
    with cast.during(contest, Kind.VOTING):
        client.force_login(cast.person("Vera Voter"))
        ballot = {"phase": str(vote.pk), "choices": str(vote.entries.get().pk)}
        run("on")
        answer = client.post(f"{contest.get_absolute_url()}vote/", ballot, headers={"Origin": "http://testserver"})
        html = unescape(answer.content.decode())
        assert answer.status_code == 503 and "Nothing was counted" in html
        assert f'action="{contest.get_absolute_url()}vote/"' in html and "Send it again" in html
        assert f'name="choices" value="{ballot["choices"]}"' in html
        assert not Ballot.objects.exists()
        run("off")
        assert client.post(f"{contest.get_absolute_url()}vote/", ballot).status_code == 303
        assert Ballot.objects.count() == 1


def test_what_was_typed_is_on_the_page_that_refuses_it(client: Client) -> None:
    run("on")
    words = {"title": "Cool roofs", "answer-summary": "We paint the roofs of 200 homes.\nBefore the hot season."}
    html = unescape(client.post("/proposals/1/edit/", words, headers={"Origin": "http://testserver"}).content.decode())
    assert "We paint the roofs of 200 homes.\nBefore the hot season.</textarea>" in html and ">Summary</label>" in html


def test_programs_get_the_time_as_json(client: Client) -> None:
    run("on", "--until", "2026-11-22 18:00", "--message", "Upgrade.")
    for answer in (client.get("/api/v1/contests/"), client.put("/api/v1/contests/a/ballot/", {}, "application/json")):
        assert answer.status_code == 503 and answer["Retry-After"] == "21600"
        assert answer.json() == {"code": "maintenance", "reason": "Upgrade.", "until": "2026-11-22T18:00:00Z"}


def test_either_place_is_enough(client: Client) -> None:
    run("on")
    maintenance.file().unlink()
    assert client.get("/").status_code == 503 and run("status") == "shut (every machine)"
    run("off")
    maintenance.file().write_text("")
    assert client.get("/").status_code == 503, "a file that somebody touched shuts, too"
    run("off")
    assert client.get("/").status_code == 200


def test_with_the_database_away_this_machine_can_still_be_shut(client: Client) -> None:
    def fail(*_: Any) -> None:
        raise DatabaseError("away")

    with connection.execute_wrapper(fail):
        assert "on this machine only" in run("on", "--message", "The database is being moved.")
        answer = client.get("/")
    assert answer.status_code == 503 and "The database is being moved." in answer.content.decode()


def test_the_row_is_read_once_in_so_many_seconds(client: Client, settings: Any, django_assert_num_queries: Any) -> None:
    settings.MAINTENANCE_SECONDS = 60.0
    client.get("/help/")
    Maintenance.objects.create(pk=1, since=NOW)
    with django_assert_num_queries(0):
        assert maintenance.shut() is None
    maintenance.forget()
    with django_assert_num_queries(1):
        assert maintenance.shut() is not None
        assert maintenance.shut() is not None


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("on", "--until", "tomorrow"), "is no time"),
        (("on", "--until", "2026-11-22 18:00 Europe/Nowhere"), "is no time"),
        (("on", "--until", "2026-11-22 11:59"), "is over already"),
        (("on", "--message", "x" * 301), "at most 300"),
        (("off", "--message", "Thanks"), "go with `maintenance on`"),
    ],
)
def test_what_cannot_be_meant_changes_nothing(words: tuple[str, ...], said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(*words)
    assert run("status") == "open"


def test_a_message_is_text(client: Client) -> None:
    run("on", "--message", "<script>alert(1)</script>\nBack soon")
    html = client.get("/").content.decode()
    assert "<script>alert" not in html and "Back soon" in html
    assert "\n" not in json.loads(maintenance.file().read_text())["message"]


def test_a_database_that_does_not_answer_is_left_alone_for_a_while() -> None:
    """J12: each question to a database that is away is a long wait, so one request asks and the others do not."""

    def fail(*_: Any) -> None:
        asked.append(1)
        raise DatabaseError("away")

    asked: list[int] = []
    with connection.execute_wrapper(fail):
        assert [maintenance.shut() for _ in range(5)] == [None] * 5
    assert asked == [1]
