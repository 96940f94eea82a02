"""`manage.py doctor`: one line for each thing, what it means, how to mend it; the exit status counts what failed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from core import clock, doctor, facts, health
from core.database import write
from core.doctor import services, setup, storing, working
from core.health import Finding, State
from core.management.commands import doctor as command
from core.models import Due, Heartbeat
from notifications import querysets
from notifications.models import Delivery
from tests.notifications.smtp import sink
from tests.servers import free_port

pytestmark = pytest.mark.django_db
NOWHERE = "/proc"  # where nobody may write, root neither


def told(check: Callable[[], Any]) -> dict[State, str]:
    """What a question finds, by state; two of one state stand in one text."""
    found: dict[State, str] = {}
    for finding in check():
        assert finding.says
        assert bool(finding.mend) == (finding.state is not State.OK), finding
        found[finding.state] = f"{found.get(finding.state, '')} {finding.says} {finding.mend}".strip()
    return found


def broken_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.health, "database_problem", lambda: "The database at db:5432 cannot be used: no. Check it.")


# --- The command ------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_the_exit_status_is_the_number_of_failures() -> None:
    status, said = run("--json")
    findings = json.loads(said)
    assert status == sum(one["state"] == "FAIL" for one in findings) == 2  # no worker in this test, for two queues
    assert {"settings", "database", "migrations", "broker", "cache", "workers", "mail server", "media", "disk"} <= {
        one["name"] for one in findings
    }
    status, said = run()
    assert status == 2
    assert "FAIL  workers" in said
    assert "-> Start worker and beat" in said
    assert said.splitlines()[-1].endswith("2 failed.")
    assert "\x1b" not in said  # no terminal, no colour


def test_all_good_says_so_and_ends_with_zero() -> None:
    for queue in ("celery", "mail"):
        health.tick("worker@here", queue)
    status, said = run()
    assert status == 0, said


def test_colour_is_for_terminals_whose_owner_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert command._in_colour({})
    monkeypatch.setenv("NO_COLOR", "1")
    assert not command._in_colour({})


def test_lines_are_aligned_and_fold_under_themselves() -> None:
    line = command._line(health.fault("workers", "word " * 40, "Start it."), 80, colour=False)
    first, *rest = line.splitlines()
    assert first.startswith("FAIL  workers         word")
    assert all(part.startswith(" " * 22) for part in rest)
    assert max(map(len, line.splitlines())) <= 80
    plain = command._line(health.fine("x", "y"), 80, colour=True)
    assert "\x1b[32mok   \x1b[0m" in plain


def test_a_question_that_breaks_is_a_finding_and_stops_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def burst() -> Any:
        raise RuntimeError("password=s3cret")

    monkeypatch.setattr(health, "_checks", {})
    health.check("first", burst)
    health.check("needs it", lambda: [health.fine("needs it", "?")], needs="first")
    health.check("far", lambda: [health.fine("far", "?")], reaching=True)
    health.check("last", lambda: [health.fine("last", "good")])
    health.check("second", lambda: [health.fine("second", "good")], after="first")
    assert [(one.name, one.state) for one in health.examine()] == [
        ("first", State.FAIL), ("second", State.OK), ("far", State.OK), ("last", State.OK),
    ]  # fmt: skip
    assert "s3cret" not in str(list(health.examine()))
    assert "far" not in [one.name for one in health.examine(reaching=False)]


def test_no_question_is_forgotten() -> None:
    names = [finding.name for finding in health.examine()]
    assert names.index("database") < names.index("migrations") < names.index("workers") < names.index("mail server")
    assert names.index("mail server") < names.index("mail") < names.index("media")
    doctor.register()  # twice is as good as once
    assert [finding.name for finding in health.examine()] == names


# --- The questions ----------------------------------------------------------------------------------------------------


def test_a_name_that_nothing_reads_is_suspected(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("S3_BUCKET_NAME", "media")
    monkeypatch.setenv("EMAIL_URI", "smtp://user:s3cret@mail")
    said = told(setup.settings_fit)[State.WARN]
    assert "S3_BUCKET_NAME is set, but nothing reads it. Is S3_BUCKET meant?" in said
    assert "Is EMAIL_URL meant?" in said
    assert "s3cret" not in said


def test_a_secret_key_that_others_can_read_fails(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    settings.VAR = tmp_path
    key = tmp_path / "secret_key"
    key.write_text("k")
    key.chmod(0o644)
    assert "chmod 600" in told(setup.secret_is_strong)[State.FAIL]
    key.chmod(0o600)
    assert State.OK in told(setup.secret_is_strong)


@pytest.mark.parametrize(
    ("site", "proxies", "state"),
    [
        ("https://site.example", 1, State.OK),
        ("https://site.example", 0, State.WARN),
        ("http://site.example", 1, State.WARN),
        ("http://localhost:8000", 0, State.WARN),
    ],
)
def test_where_passwords_travel(settings: Any, site: str, proxies: int, state: State) -> None:
    settings.PRODUCTION, settings.SITE_URL, settings.ALLAUTH_TRUSTED_PROXY_COUNT = True, site, proxies
    assert state in told(setup.address_is_safe)


def test_an_absent_database_is_the_one_finding_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    broken_database(monkeypatch)
    findings = {finding.name: finding for finding in health.examine(reaching=False)}
    assert findings["database"] == Finding("database", State.FAIL, "The database at db:5432 cannot be used: no", "Check it.")
    assert not findings.keys() & {"migrations", "append-only", "clock", "connections"}


def test_migrations_to_apply_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services.health, "pending_migrations", lambda: ["core.0099_x", "core.0100_y"])
    assert told(services.migrations_are_applied)[State.FAIL].startswith("2 to apply, first core.0099_x")


def test_a_trigger_that_somebody_dropped_is_missed() -> None:
    assert State.OK in told(services.triggers_are_there)
    names = {"postgresql": ("core_fact_append_row", " ON core_fact"), "sqlite": ("core_fact_append_update", "")}
    trigger, of = names[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger}{of}")
    assert trigger in told(services.triggers_are_there)[State.FAIL]


def test_a_machine_whose_clock_is_wrong_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    assert State.OK in told(services.clocks_agree)
    there = clock.now() - timedelta(minutes=2)
    monkeypatch.setattr(services.clock, "now", lambda: there)
    assert "120 s ahead of the database" in told(services.clocks_agree)[State.WARN]


def test_v7_redis_that_is_down_fails_in_words(settings: Any) -> None:
    settings.REDIS_URL = f"redis://:s3cret@127.0.0.1:{free_port()}/0"
    said = told(services.broker_answers)[State.FAIL]
    assert "Redis does not answer" in said
    assert "follow-up waits" in said
    assert "s3cret" not in said


def test_a_queue_folder_that_cannot_be_written_fails(settings: Any) -> None:
    settings.REDIS_URL = ""
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": f"{NOWHERE}/queue"}
    assert "follow-up waits" in told(services.broker_answers)[State.FAIL]


def test_a_cache_that_forgets_is_warned_of(settings: Any) -> None:
    assert State.OK in told(services.cache_works)
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    assert "limits on sign-in do not work" in told(services.cache_works)[State.WARN]


def test_the_mail_server_is_greeted_but_sent_nothing(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "127.0.0.1", "", ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    with sink() as server:
        settings.EMAIL_PORT = server.port
        assert State.OK in told(services.mail_server_answers)
        assert server.accepted == []
        settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "mailer", "s3cret"
        said = told(services.mail_server_answers)[State.FAIL]  # it knows no sign-in
        assert "s3cret" not in said
    settings.EMAIL_PORT = free_port()
    assert "ConnectionRefusedError" in told(services.mail_server_answers)[State.FAIL]


def test_workers_are_known_by_their_last_tick() -> None:
    def ago(**age: float) -> dict[State, str]:
        Heartbeat.objects.update(at=clock.now() - timedelta(**age))
        return told(working.workers_tick)

    assert "nobody has ever worked on the queue mail" in told(working.workers_tick)[State.FAIL]
    for queue in ("celery", "mail"):
        health.tick("worker@here", queue)
    assert list(ago(seconds=20)) == [State.OK]
    assert list(ago(minutes=2)) == [State.WARN]
    assert "6 min ago" in ago(minutes=6)[State.FAIL]
    assert "2 d ago" in ago(days=2)[State.FAIL]


def test_due_work_that_is_late_or_parked_is_found() -> None:
    with write():
        fact = facts.record("somebody.did")
    row = Due.objects.create(fact=fact, follower="nobody.does", next_at=clock.now())
    assert list(told(working.work_flows)) == [State.OK]
    Due.objects.update(next_at=clock.now() - timedelta(minutes=10))
    assert "the oldest for 10 min" in told(working.work_flows)[State.WARN]
    Due.objects.update(next_at=clock.now() - timedelta(hours=3))
    assert "the oldest for 3 h" in told(working.work_flows)[State.FAIL]
    Due.objects.filter(pk=row.pk).update(state="parked")
    assert "1 parked" in told(working.work_flows)[State.WARN]


def test_mail_that_waits_too_long_or_was_given_up_is_found() -> None:
    with write():
        fact = facts.record("somebody.did")

    def mail(state: str, **age: float) -> None:
        at = clock.now() - timedelta(**age)
        Delivery.objects.create(
            fact=fact, channel="mail", address="ana@people.example", key=f"{state}{age}", notice="x", subject="s", text="t",
            state=state, next_at=at, created_at=at, sent_at=at if state == "sent" else None,
        )  # fmt: skip

    assert "none sent yet" in told(querysets.how_mail_goes)[State.OK]
    mail("sent", hours=1)
    assert "last sent 20" in told(querysets.how_mail_goes)[State.OK]
    mail("waiting", minutes=20)
    assert State.WARN in told(querysets.how_mail_goes)
    mail("waiting", hours=5)
    assert State.FAIL in told(querysets.how_mail_goes)
    mail("dead", days=30)
    assert State.WARN not in told(querysets.how_mail_goes)
    mail("dead", days=1)
    said = told(querysets.how_mail_goes)
    assert "1 given up in seven days" in said[State.WARN]
    assert "ana@" not in str(said)


def test_media_are_tried_by_writing_reading_and_deleting(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    assert "keeps and gives back" in told(storing.media_can_be_stored)[State.OK]
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    settings.MEDIA_ROOT = f"{NOWHERE}/media"
    assert "no picture can be uploaded" in told(storing.media_can_be_stored)[State.FAIL]
    assert "cannot be written" in told(storing.disk_has_room)[State.FAIL]


def test_j9_a_full_disk_is_told_before_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    def filled(share: float) -> Callable[[Any], Any]:
        return lambda _: SimpleNamespace(total=1000, used=share * 1000, free=1)

    for share, state in ((0.5, State.OK), (0.91, State.WARN), (0.99, State.FAIL)):
        monkeypatch.setattr(storing.shutil, "disk_usage", filled(share))
        assert list(told(storing.disk_has_room)) == [state]


def test_static_files_that_are_not_collected_fail(settings: Any, tmp_path: Path) -> None:
    settings.STATIC_ROOT = str(tmp_path)
    backend = {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": backend}
    assert "collectstatic" in told(setup.static_files_are_collected)[State.FAIL]


def test_time_zones_are_there() -> None:
    assert list(told(setup.zones_are_known)) == [State.OK]
