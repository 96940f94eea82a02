"""The numbers for Prometheus: bounded names, nothing of a visitor's, nothing of a vote but its turnout; not for the public."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from core import clock, counting, due, facts, health, metrics
from core.database import write
from core.models import Due, Heartbeat
from notifications.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-operator-42"
OPEN = {"authorization": f"Bearer {TOKEN}"}


@pytest.fixture(autouse=True)
def production(settings: Any) -> None:
    settings.METRICS_TOKEN = TOKEN
    settings.METRICS_ON_THIS_MACHINE = False


def read(client: Client) -> str:
    answer = client.get("/metrics", headers=OPEN)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return answer.content.decode()


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found, f"{name} in\n{text}"
    return float(found[1])


def labels(text: str) -> set[str]:
    return set(re.findall(r'="([^"]*)"', text))


def broken() -> Due:
    with write():
        fact = facts.record("somebody.did")
    return Due.objects.create(fact=fact, follower="nobody.does", next_at=clock.now())


# --- Who may read -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", [{}, {"authorization": "Bearer wrong"}, {"authorization": TOKEN}, {"authorization": "Bearer "}])
def test_without_the_token_the_page_does_not_exist(given: dict[str, str], client: Client) -> None:
    assert client.get("/metrics", headers=given).status_code == 404


def test_an_empty_setting_opens_to_nobody(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    for given in ("Bearer ", "Bearer", ""):
        assert client.get("/metrics", headers={"authorization": given}).status_code == 404


def test_staff_are_no_exception(client: Client) -> None:
    client.force_login(cast.person("Sam", is_staff=True))
    assert client.get("/metrics").status_code == 404


def test_the_one_box_reads_itself_but_nobody_through_a_proxy(client: Client, settings: Any) -> None:
    settings.METRICS_ON_THIS_MACHINE = True
    assert client.get("/metrics").status_code == 200
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.9").status_code == 404
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        assert client.get("/metrics", headers={header: "192.0.2.9"}).status_code == 404, header


def test_by_address_and_without_tls_as_inside_a_network(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS, settings.SECURE_SSL_REDIRECT = ["contests.example"], True
    assert client.get("/metrics", headers={**OPEN, "host": "10.0.0.7:8000"}).status_code == 200
    assert client.get("/metrics", headers={"host": "evil.example"}, secure=True).status_code == 400


# --- What they say ----------------------------------------------------------------------------------------------------


def test_requests_are_counted_by_view_method_and_class_of_status(client: Client) -> None:
    name = 'groundswell_request_seconds_count{method="GET",status="2xx",view="help"}'
    client.get("/help/")
    before = value(read(client), name)
    client.get("/help/?q=1")
    assert value(read(client), name) == before + 1
    assert value(read(client), "groundswell_requests_in_flight") == 1.0  # the one that asks


def test_no_label_holds_what_a_visitor_wrote(client: Client) -> None:
    client.get("/never/seen-before-4711/?token=abc")
    client.get("/contests/never-seen-4712/")
    client.generic("BREW", "/help/")
    client.get("/help/", headers={"x-request-id": "seen-4713-here"})
    text = read(client)
    assert not [label for label in labels(text) if "471" in label]
    assert "BREW" not in text
    assert 'method="OTHER"' in text


def test_the_queue_is_read_from_the_database_at_the_moment_of_asking(client: Client) -> None:
    assert value(read(client), 'groundswell_due{state="parked"}') == 0
    late, stuck = broken(), broken()
    Due.objects.filter(pk=late.pk).update(next_at=clock.now() - timedelta(minutes=10))
    Due.objects.filter(pk=stuck.pk).update(state="parked")
    health.tick("worker@one", "celery")
    text = read(client)
    assert value(text, 'groundswell_due{state="waiting"}') == 1
    assert value(text, 'groundswell_due{state="parked"}') == 1
    assert 599 <= value(text, "groundswell_due_oldest_seconds") <= 660
    assert 0 <= value(text, "groundswell_worker_tick_age_seconds") < 30


def test_deliveries_by_state_and_the_age_of_the_oldest(client: Client) -> None:
    with write():
        fact = facts.record("somebody.did")
    for number, state in enumerate(["waiting", "dead", "sent"]):
        Delivery.objects.create(
            fact=fact, channel="mail", address="ana@people.example", key=str(number), notice="submitted", subject="s",
            text="t", state=state, next_at=clock.now(), created_at=clock.now() - timedelta(hours=1),
        )  # fmt: skip
    text = read(client)
    assert value(text, 'groundswell_deliveries_open{channel="mail",state="waiting"}') == 1
    assert value(text, 'groundswell_deliveries_open{channel="mail",state="dead"}') == 1
    assert 3599 <= value(text, "groundswell_delivery_oldest_seconds") <= 3700
    assert "ana@" not in text


def test_followers_are_timed_and_their_failures_counted(client: Client) -> None:
    failed = 'groundswell_follower_failures_total{follower="nobody.does",verb="somebody.did"}'
    row = broken()
    due.run(row.pk)
    before = value(read(client), failed)
    due.run(broken().pk)
    assert value(read(client), failed) == before + 1


@pytest.mark.django_db(transaction=True)
def test_acts_are_counted_when_they_are_committed_and_only_then(client: Client) -> None:
    name = 'groundswell_facts_total{verb="somebody.did"}'
    broken()
    before = value(read(client), name)
    with pytest.raises(ZeroDivisionError), write():
        facts.record("somebody.did")
        raise ZeroDivisionError
    broken()
    assert value(read(client), name) == before + 1


def test_v11_of_a_vote_nothing_is_told_but_that_a_ballot_was_cast(client: Client) -> None:
    """No metric has a label for a contest, a phase, a proposal or a person; turnout of the site is behind the token."""
    text = read(client)
    names = set(re.findall(r"[{,](\w+)=", text))
    allowed = {"view", "method", "status", "le", "verb", "follower", "by", "kind", "state", "channel", "outcome"}
    assert names <= allowed | {"version", "python", "django", "database"}, names


def test_failed_sign_ins_are_counted(client: Client) -> None:
    cast.person("Ana")
    name = 'groundswell_sign_ins_failed_total{by="password"}'
    for _ in range(2):
        client.post("/accounts/login/", {"login": "ana@people.example", "password": "wrong"})
    assert value(read(client), name) >= 2


def test_asking_costs_at_most_five_statements_however_much_there_is(client: Client) -> None:
    for _ in range(12):
        broken()
        health.tick(f"worker@{_}", "celery")
    with CaptureQueriesContext(connection) as asked:
        read(client)
    assert len(asked) <= 5
    assert not [q for q in asked if q["sql"].startswith(("INSERT", "UPDATE", "DELETE", "BEGIN", "SAVEPOINT"))]


def test_without_a_database_the_numbers_of_the_process_remain(client: Client) -> None:
    def gone(*_: Any) -> None:
        raise DatabaseError("gone")

    client.get("/help/")
    with connection.execute_wrapper(gone):
        text = read(client)
    assert value(text, "groundswell_database_up") == 0
    assert 'view="help"' in text
    assert "groundswell_due" not in text


def test_it_says_what_runs() -> None:
    text = metrics.exposition().decode()
    assert f'version="{metrics.version()}"' in text


def test_workers_that_are_gone_for_a_day_are_forgotten() -> None:
    Heartbeat.objects.create(worker="old@box", queue="celery", at=clock.now() - timedelta(days=2))
    health.tick("new@box", "celery")
    health.tick("new@box", "celery")
    assert [row.worker for row in Heartbeat.objects.all()] == ["new@box"]


def test_numbers_of_processes_of_an_earlier_start_are_cleared_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    alive, dead = tmp_path / "counter_1.db", tmp_path / "counter_99999999.db"
    alive.touch()
    dead.touch()
    counting.forget_dead_processes()
    assert alive.exists()
    assert not dead.exists()
