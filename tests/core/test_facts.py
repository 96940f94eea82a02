"""A fact and what must follow from it stand or fall with the act; and the log is never rewritten."""

from __future__ import annotations

import os
import time
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from contests.models import RulesVersion
from core import facts
from core.database import write
from core.models import Due, Fact
from proposals.models import Revision
from tests import cast

PROTECTED = ["core_fact", "proposals_revision", "contests_rulesversion", "contests_schedulechange"]


@pytest.fixture
def bell() -> Any:
    """What was rung, and a follower of `test.rung`."""
    rung: list[list[int]] = []

    def hear(sender: Any, due_ids: list[int], **_: Any) -> None:
        rung.append(due_ids)

    facts.follow("test.rung")(lambda fact: None)
    facts.nudge.connect(hear, weak=False)
    yield rung
    facts.nudge.disconnect(hear)
    facts._followers.pop("test.rung")


@pytest.mark.django_db(transaction=True)
def test_a_fact_needs_a_transaction() -> None:
    with pytest.raises(RuntimeError):
        facts.record("test.alone")


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit(bell: Any) -> None:
    with write():
        fact = facts.record("test.rung")
        assert bell == []
    assert bell == [[Due.objects.get(fact=fact).pk]]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_fact_nothing_due_and_no_ring(bell: Any) -> None:
    for _ in range(50):
        with pytest.raises(ZeroDivisionError), write():
            facts.record("test.rung")
            1 / 0  # noqa: B018
    assert not Fact.objects.exists() and not Due.objects.exists() and bell == []


@pytest.mark.django_db(transaction=True)
def test_a_bell_that_is_broken_fails_nobody(bell: Any) -> None:
    def broken(sender: Any, **_: Any) -> None:
        raise ConnectionError("no broker")

    facts.nudge.connect(broken, weak=False)
    try:
        with write():
            facts.record("test.rung")
    finally:
        facts.nudge.disconnect(broken)
    assert Due.objects.get().state == Due.State.WAITING


@pytest.mark.django_db
def test_who_did_what_to_what() -> None:
    ana = cast.person("Ana")
    with write():
        fact = facts.record("test.done", by=ana, on=ana, contest=7, data={"n": 1})
    fact.refresh_from_db()
    assert (fact.actor_id, fact.subject, fact.subject_id, fact.contest_id) == (ana.pk, "accounts.user", ana.pk, 7)


# --- append-only ----------------------------------------------------------------------------------------------------


@pytest.fixture
def filled(transactional_db: None) -> None:
    contest = cast.contest(cast.organiser())
    cast.submitted(cast.person("Ana"), contest)
    assert Fact.objects.exists() and Revision.objects.exists() and RulesVersion.objects.exists()
    later = [{**row, "reason": "x"} for row in contest.phases.values("id", "kind", "name", "opens_at", "closes_at", "grace")]
    with cast.during(contest, "submission"):
        from contests import actions

        later[-1]["opens_at"] += 2 * (later[-1]["opens_at"] - later[-2]["opens_at"])
        actions.set_schedule(by=contest.created_by, contest=contest, phases=later, reason="Later.")


@pytest.mark.parametrize("table", PROTECTED)
def test_the_database_refuses_to_change_or_delete_what_was_appended(filled: None, table: str) -> None:
    column = {"core_fact": "verb", "contests_rulesversion": "text", "contests_schedulechange": "reason"}.get(table, "title")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        count = cursor.fetchone()[0]
        assert count
        statements = [f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}"]
        if connection.vendor == "postgresql":
            statements += [f"TRUNCATE {table} CASCADE", f"UPDATE {table} SET {column} = {column} WHERE false OR id > 0"]
        for statement in statements:
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(statement)
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone()[0] == count


def test_flush_still_works_and_the_refusal_is_back_afterwards(filled: None) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert not Fact.objects.exists()
    with write():
        facts.record("test.after")
    with pytest.raises(DatabaseError), transaction.atomic():
        Fact.objects.update(verb="x")


@pytest.mark.django_db(transaction=True)
def test_v7_a_broker_that_keeps_one_act_waiting_is_not_rung_for_the_next(bell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that takes the call and never answers costs its timeout; not every act should pay it."""

    def slow(**_: Any) -> None:
        time.sleep(0.02)
        raise ConnectionError("no answer")

    monkeypatch.setattr(facts, "PATIENCE", 0.01)
    monkeypatch.setattr(facts, "_resting", [0.0])
    facts.nudge.connect(slow, weak=False)
    try:
        for _ in range(3):
            with write():
                facts.record("test.rung")
    finally:
        facts.nudge.disconnect(slow)
    assert len(bell) == 1
    assert Due.objects.filter(fact__verb="test.rung").count() == 3, "the sweep finds them all"
    assert facts._resting[0] > time.monotonic()
    facts._resting[0] = time.monotonic() - 1
    with write():
        facts.record("test.rung")
    assert len(bell) == 2, "it is tried again"
    assert facts._resting[0] == 0.0, "and answers"


@pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="the embedded form has a folder for a broker")
def test_v7_an_act_waits_for_a_silent_broker_no_longer_than_for_a_page(settings: Any) -> None:
    """31 seconds were measured for a comment, with a broker stopped by SIGSTOP."""
    patience = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    assert max(patience["socket_timeout"], patience["socket_connect_timeout"]) <= 5
