"""One line per request and event: JSON for machines, readable in the embedded form, nobody's secret in either (W23)."""

from __future__ import annotations

import io
import json
import logging
import logging.config
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from django.test import Client
from django.urls import reverse

from accounts import actions as accounts
from core import facts, logs
from core.database import write
from core.models import Due
from core.observing import REQUEST_ID
from tests import cast

ROOT = Path(__file__).resolve().parents[2]


class Log:
    """What is written while a test runs, in one of the two forms."""

    def __init__(self, *, as_json: bool) -> None:
        self.out = io.StringIO()
        made = logs.logging_config(json=as_json, level="INFO", django="WARNING")
        made["handlers"]["console"]["stream"] = self.out
        logging.config.dictConfig(made)

    @property
    def text(self) -> str:
        return self.out.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.lines if line["event"] == event]


@pytest.fixture
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    levels = {name: logging.getLogger(name).level for name in ("django", "django.request", "celery", "kombu")}
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def log(as_before: None) -> Log:
    return Log(as_json=True)


@pytest.mark.django_db
def test_a_request_is_one_line_with_view_status_time_and_the_id_of_the_person(log: Log, client: Client) -> None:
    person = cast.person("Ana")
    client.force_login(person)
    answer = client.get("/me/", headers={"x-request-id": "from-the-proxy-7"})
    (line,) = log.of("request")
    assert line.items() >= {"view": "me", "method": "GET", "status": 200, "user": person.pk, "level": "info"}.items()
    assert line["request_id"] == answer["X-Request-ID"] == "from-the-proxy-7"
    assert line["ms"] > 0
    assert "path" not in line  # the view says where; an address may hold more than we know
    assert "ana@" not in log.text


@pytest.mark.django_db
def test_a_client_program_is_named_by_its_person_too(log: Log, client: Client) -> None:
    person = cast.person("Ana")
    token = accounts.issue_token(by=person, name="script")
    assert client.get("/api/v1/me/", headers={"authorization": f"Bearer {token}"}).status_code == 200
    assert log.of("request")[0]["user"] == person.pk
    assert token not in log.text


@pytest.mark.django_db
def test_machines_and_files_leave_no_line(log: Log, client: Client) -> None:
    for path in ("/health/live/", "/health/ready/", "/static/nothing.css"):
        client.get(path)
    assert log.lines == []


@pytest.mark.parametrize("sent", ["", "short", 'a"b-cdefgh', "x" * 65, "line\nbreak-aaaa", "ü" * 10, "<script>aaa"])
@pytest.mark.django_db
def test_a_request_id_that_is_none_is_replaced(log: Log, client: Client, sent: str) -> None:
    answer = client.get("/help/", headers={"x-request-id": sent} if sent else {})
    given = answer["X-Request-ID"]
    assert given != sent
    assert REQUEST_ID.fullmatch(given)
    assert log.of("request")[0]["request_id"] == given


@pytest.mark.django_db
def test_every_answer_carries_its_id(client: Client) -> None:
    for path in ("/", "/nothing/", "/health/live/", "/api/v1/contests/", "/me/"):
        assert client.get(path).has_header("X-Request-ID"), path


@pytest.mark.django_db
def test_w23_what_a_visitor_sends_is_not_in_the_log(log: Log, client: Client) -> None:
    canary = "Canary0Canary1CanaryX"
    client.cookies["sessionid"] = canary
    client.cookies["csrftoken"] = canary
    client.get(f"/search/?q={canary}&next=/{canary}/", headers={"authorization": f"Bearer {canary}", "user-agent": canary})
    client.get(reverse("invitation", args=[canary]))
    client.post("/accounts/login/", {"login": f"{canary}@people.example", "password": canary, "code": canary})
    client.get(f"/nothing-here/{canary}@people.example/?code={canary}")
    assert len(log.of("request")) == 4
    assert canary not in log.text
    assert canary.lower() not in log.text.lower()


@pytest.mark.django_db
def test_a_failing_answer_leaves_its_trace_without_values(log: Log, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def burst(*_: Any, **__: Any) -> None:
        secret_of_a_moment = "Canary-local-variable"
        raise ValueError(f"no row for ana@people.example with token={secret_of_a_moment}")

    monkeypatch.setattr("pages.views.people.render", burst)
    client.raise_request_exception = False
    person = cast.person("Bea")
    assert client.get(f"/people/{person.handle}/").status_code == 500
    (trace,) = [line for line in log.lines if "exception" in line]
    assert "ValueError" in trace["exception"]
    assert "burst" in trace["exception"]
    assert trace["request_id"] == log.of("request")[0]["request_id"]
    assert "Canary-local" not in log.text
    assert "ana@people" not in log.text
    assert log.of("request")[0]["level"] == "warning"


@pytest.mark.django_db
def test_a_failing_follower_names_its_due_row(log: Log) -> None:
    from core import clock, due

    with write():
        fact = facts.record("somebody.did")
    row = Due.objects.create(fact=fact, follower="nobody.does", next_at=clock.now())
    assert not due.run(row.pk)
    (line,) = [line for line in log.lines if "exception" in line]
    assert line.items() >= {"due": row.pk, "verb": "somebody.did", "follower": "nobody.does", "level": "error"}.items()


def test_a_line_cannot_be_forged_in_either_form(as_before: None) -> None:
    for as_json in (True, False):
        log = Log(as_json=as_json)
        logging.getLogger("some.library").warning("hello %s", 'x\n{"event": "forged"}\r\x1b[31m')
        structlog.get_logger("ours").warning("event\nforged", note="a\nforged\x1b[0m")
        assert len(log.text.splitlines()) == 2, log.text
        assert "\x1b" not in log.text


def test_the_readable_form_reads(as_before: None) -> None:
    log = Log(as_json=False)
    structlog.get_logger("groundswell.request").info("request", view="help", status=200)
    assert "[info" in log.text
    assert "view=help" in log.text


def test_quick_work_that_comes_every_few_seconds_leaves_no_line() -> None:
    drop = logs.without_routine({"core.sweep"})
    for kept in (
        {"event": "task_succeeded", "task": "core.sweep", "duration_ms": 4000},
        {"event": "task_succeeded", "task": "core.run_due", "duration_ms": 4},
        {"event": "task_failed", "task": "core.sweep", "duration_ms": 4},
    ):
        assert drop(None, "info", kept) == kept
    with pytest.raises(structlog.DropEvent):
        drop(None, "info", {"event": "task_succeeded", "task": "core.sweep", "duration_ms": 4})


@pytest.mark.once
def test_without_a_dsn_sentry_is_not_even_loaded(tmp_path: Path) -> None:
    code = "import sys, django; django.setup(); print('sentry_sdk' in sys.modules)"
    said = {"GROUNDSWELL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings", "PATH": "/usr/bin:/bin"}
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=said, capture_output=True, text=True, check=False)
    assert answer.stdout.strip() == "False", answer.stderr
