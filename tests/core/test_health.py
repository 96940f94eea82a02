"""Whether a process lives and whether it can serve: cheap, for any host, without secrets."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from config.variables import NAMES
from core import health
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
LIVE, READY = "/health/live/", "/health/ready/"
NOWHERE = "/proc"  # where nobody may write, root neither


@pytest.fixture
def exact_hosts(settings: Any) -> Iterator[None]:
    """As in production: one host, TLS only."""
    settings.ALLOWED_HOSTS = ["contests.example"]
    settings.SECURE_SSL_REDIRECT = True
    yield


def gone(*_: Any) -> None:
    raise DatabaseError("password=s3cret at 10.0.0.9")


def test_live_asks_nothing(client: Client) -> None:  # no database mark: it would fail if it asked
    answer = client.get(LIVE)
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_ready_names_each_check_in_at_most_three_statements(client: Client) -> None:
    client.get(READY)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(READY)
    assert answer.status_code == 200
    said = answer.json()
    assert said["status"] == "ready"
    assert set(said["checks"]) == {"database", "media", "broker"}
    assert all(check["ok"] and check["ms"] >= 0 for check in said["checks"].values())
    assert len(asked) <= 3
    assert answer["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.django_db
def test_a_load_balancer_may_name_an_address_and_come_without_tls(exact_hosts: None, client: Client) -> None:
    for path in (LIVE, READY):
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code == 200
    for path in ("/", "/help/", "/health/", "/health/live/x", "/health/ready"):
        assert client.get(path, headers={"host": "evil.example"}, secure=True).status_code == 400, path
    assert client.get("/help/", headers={"host": "contests.example"}).status_code == 301


@pytest.mark.django_db
def test_no_database_is_not_ready_but_alive_and_tells_no_details(client: Client) -> None:
    with connection.execute_wrapper(gone):
        assert client.get(LIVE).status_code == 200
        answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["status"] == "not ready"
    assert answer.json()["checks"]["database"]["says"] == "no answer"
    assert b"s3cret" not in answer.content
    assert b"10.0.0.9" not in answer.content


@pytest.mark.django_db
def test_a_migration_to_apply_is_not_ready(client: Client) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'core' AND name = '0001_initial'")
    answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["says"] == "1 migrations to apply"
    assert health.pending_migrations() == ["core.0001_initial"]


@pytest.mark.django_db
def test_a_media_folder_that_cannot_be_written_is_not_ready(client: Client, settings: Any) -> None:
    settings.MEDIA_ROOT = f"{NOWHERE}/media"
    answer = client.get(READY)
    assert answer.status_code == 503
    assert answer.json()["checks"]["media"] == {"ok": False, "ms": pytest.approx(0, abs=50), "says": "cannot be written"}
    assert NOWHERE not in answer.content.decode()


@pytest.mark.django_db
def test_v7_without_a_broker_the_site_serves_degraded(client: Client, settings: Any) -> None:
    settings.REDIS_URL = f"redis://:s3cret@127.0.0.1:{free_port()}/0"
    answer = client.get(READY)
    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert b"s3cret" not in answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", [LIVE, READY])
def test_nothing_is_done_by_sending(path: str, client: Client) -> None:
    assert client.post(path).status_code == 405


def manage(*arguments: str, **said: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(command, cwd=ROOT, env={**kept, **said}, capture_output=True, text=True, timeout=60, check=False)


@pytest.mark.once
@pytest.mark.parametrize("command", ["migrate", "token"])
def test_an_unreachable_database_gets_one_line(command: str, tmp_path: Path) -> None:
    port = free_port()
    person = ["ana@people.example"] if command == "token" else []
    answer = manage(
        command, *person, GROUNDSWELL_VAR=str(tmp_path), DATABASE_URL=f"postgres://site:s3cret@127.0.0.1:{port}/site",
        REDIS_URL="redis://127.0.0.1:1/0", SECRET_KEY="q8Zr3-wPd5Yt0Lk2Vb7Nc9Xs4Jh6Gf1Ma_TuEoRiWyQpSdFgHjKl",
        SITE_URL="https://site.example", EMAIL_URL="smtp://127.0.0.1:1",
    )  # fmt: skip
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert f"The database at 127.0.0.1:{port} cannot be used" in answer.stderr
    assert "Check that it runs, and DATABASE_URL." in answer.stderr
    assert "s3cret" not in answer.stderr


@pytest.mark.once
def test_up_says_in_one_line_that_media_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "media").symlink_to(NOWHERE)
    answer = manage("up", "--port", "0", "--no-demo", GROUNDSWELL_VAR=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert f"The media folder {tmp_path}/media cannot be written" in answer.stderr


@pytest.mark.once
def test_a_command_before_its_migrations_gets_one_line(tmp_path: Path) -> None:
    answer = manage("token", "ana@people.example", GROUNDSWELL_VAR=str(tmp_path))
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1, answer.stderr
    assert "migrations" in answer.stderr
    assert "Run: python3 manage.py migrate" in answer.stderr
