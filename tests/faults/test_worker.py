"""Due work is done by real Celery processes, whatever happens to them and to the broker (threats J1, J2, P3, V7)."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from contests.models import Phase
from core import clock, facts
from core.database import write
from core.models import Due, Fact
from notifications.models import Delivery
from proposals.models import Proposal
from tests import cast
from tests.faults import lab

pytestmark = pytest.mark.django_db(transaction=True)


def some_proposal() -> Proposal:
    proposal = cast.submitted(cast.person("Ana"), cast.contest(cast.organiser()))
    Delivery.objects.all().delete()
    return proposal


def record_submissions(proposal: Proposal, count: int) -> None:
    """Facts as a submission leaves them, each followed by a receipt and a recount."""
    for _ in range(count):
        with write():
            facts.record("proposal.submitted", by=proposal.created_by, on=proposal, contest=proposal.contest_id)


def open_work() -> int:
    return Due.objects.exclude(state=Due.State.DONE).count()


def receipts_are_exact(facts_recorded: int) -> bool:
    """One mail and one notice on the site for each fact: nothing lost, nothing twice."""
    expected = facts_recorded * 2
    return Delivery.objects.filter(notice="submitted").count() == expected


def test_a_nudge_rings_the_worker_within_seconds(tmp_path: Path) -> None:
    proposal = some_proposal()
    with lab.worker(tmp_path):
        record_submissions(proposal, 1)
        assert lab.eventually(lambda: open_work() == 0, seconds=25), (tmp_path / "worker.log").read_text()
        record_submissions(proposal, 1)  # the worker is up now, so this takes no sweep
        assert lab.eventually(lambda: open_work() == 0, seconds=4)


def test_j2_a_flushed_broker_loses_nothing(tmp_path: Path) -> None:
    record_submissions(some_proposal(), 40)
    lab.flush_broker()
    assert open_work() > 0
    with lab.worker(tmp_path):
        assert lab.eventually(lambda: open_work() == 0, seconds=40), (tmp_path / "worker.log").read_text()
    assert receipts_are_exact(40)


@pytest.mark.long
def test_j1_a_worker_killed_three_times_loses_no_work_and_does_none_twice(tmp_path: Path) -> None:
    record_submissions(some_proposal(), 300)
    for number in range(3):
        with lab.worker(tmp_path, name=f"killed{number}") as process:
            lab.eventually(lambda: open_work() < 600 - 100 * (number + 1), seconds=20)  # noqa: B023
            process.kill9()
    with lab.worker(tmp_path, name="last"):
        assert lab.eventually(lambda: open_work() == 0, seconds=60), (tmp_path / "last.log").read_text()
    assert receipts_are_exact(300)


def test_p1_two_beats_record_one_close(tmp_path: Path) -> None:
    contest = cast.contest(cast.organiser(), starts_at=clock.now() - cast.timedelta(days=50))
    with lab.worker(tmp_path, name="one"), lab.worker(tmp_path, name="two"):
        assert lab.eventually(lambda: Fact.objects.filter(verb="phase.closed", contest_id=contest.pk).exists(), seconds=40)
        time.sleep(6)  # both beats come round once more
    closed = Phase.objects.filter(contest=contest, closed_recorded_at__isnull=False).count()
    assert Fact.objects.filter(verb="phase.closed", contest_id=contest.pk).count() == closed == 1


def test_v7_an_act_succeeds_while_the_broker_is_down(monkeypatch: pytest.MonkeyPatch) -> None:
    from config.celery import app

    monkeypatch.setattr(app.conf, "broker_url", "redis://127.0.0.1:1/0")
    proposal = some_proposal()
    started = time.monotonic()
    record_submissions(proposal, 1)
    assert open_work() >= 1
    assert time.monotonic() - started < 20
