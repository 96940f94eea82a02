"""`manage.py up` as real processes: one command that starts, survives a killed worker, and stops cleanly."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL", "DEBUG", "GROUNDSWELL_TESTING")
RECORD_A_FACT = """
from core import facts
from core.database import write
with write():
    facts.record("contest.published", contest=0)
"""


def environment(var: Path, **extra: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in PRODUCTION}
    return {**kept, "GROUNDSWELL_VAR": str(var), "PYTHONUNBUFFERED": "1", **extra}


def manage(var: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "manage.py", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(var, **extra), capture_output=True, text=True, timeout=150, check=False
    )


class Site:
    """One running `up`, its words as they come."""

    def __init__(self, var: Path) -> None:
        self.var, self.words = var, ""
        command = [sys.executable, "manage.py", "up", "--port", "0", "--no-demo"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment(var), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        for line in self.process.stdout or ():
            self.words += line

    def wait_ready(self) -> str:
        wait_for(lambda: "ready: " in self.words or self.process.poll() is not None, 150, lambda: self.words)
        found = re.search(r"^ready: (http://\S+)$", self.words, re.MULTILINE)
        assert found, self.words
        return found.group(1)

    def children(self, word: str) -> list[int]:
        """Process ids of our direct children whose command line holds `word`."""
        found = []
        for status in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):  # it may end while we look
                parent = int(status.read_text().rsplit(")", 1)[1].split()[1])
                if parent == self.process.pid and word.encode() in (status.parent / "cmdline").read_bytes():
                    found.append(int(status.parent.name))
        return found

    def stop(self) -> float:
        """SIGTERM; answers the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(15)
        return time.monotonic() - started


def wait_for(condition: Callable[[], bool], seconds: float, explain: Callable[[], str] = str) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.1)


def fetch(address: str) -> int:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return int(answer.status)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path / "var")
    yield site
    if site.process.poll() is None:
        site.stop()


def due_states(var: Path) -> list[str]:
    with sqlite3.connect(var / "db.sqlite3", timeout=20) as connection:
        return [row[0] for row in connection.execute("SELECT state FROM core_due ORDER BY id")]


def test_it_serves_survives_a_killed_worker_and_stops_cleanly(site: Site) -> None:
    address = site.wait_ready()
    assert fetch(f"{address}/health/live/") == 200
    assert (site.var.stat().st_mode & 0o777) == 0o700

    second = manage(site.var, "up", "--port", "0", "--no-demo")
    assert second.returncode == 1
    assert f"already runs from {site.var}" in second.stderr
    assert address in second.stderr

    (worker,) = site.children("celery")
    os.kill(worker, signal.SIGKILL)
    recorded = manage(site.var, "shell", "-c", RECORD_A_FACT)
    assert recorded.returncode == 0, recorded.stderr
    wait_for(lambda: bool(site.children("celery")) and worker not in site.children("celery"), 60, lambda: site.words)
    assert "worker ended (killed by SIGKILL), starting it again" in site.words
    wait_for(lambda: due_states(site.var) == ["done"], 90, lambda: f"{due_states(site.var)} {site.words}")

    (web,) = site.children("gunicorn")
    os.kill(web, signal.SIGKILL)
    assert fetch(f"{address}/health/live/") == 200  # the door stays open: the visitor waits for the next server

    children = site.children("")
    assert site.stop() < 10
    assert site.process.returncode == 0, site.words
    assert "Stopped." in site.words
    wait_for(lambda: not any(alive(pid) for pid in children), 2)
    assert "Traceback" not in site.words


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_taken_port_is_named_in_one_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        answer = manage(tmp_path / "var", "up", "--port", str(port), "--no-demo")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert f"Port {port} on 127.0.0.1 is taken" in answer.stderr
    assert f"--port {port + 1}" in answer.stderr


def test_a_state_folder_that_cannot_be_used_gets_one_line(tmp_path: Path) -> None:
    in_the_way = tmp_path / "var"
    in_the_way.write_text("a file\n")
    answer = manage(in_the_way, "up", "--port", "0", "--no-demo")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert str(in_the_way) in answer.stderr
    assert "GROUNDSWELL_VAR" in answer.stderr


def test_a_damaged_database_gets_one_line(tmp_path: Path) -> None:
    (tmp_path / "db.sqlite3").write_text("this is no database " * 100)
    answer = manage(tmp_path, "up", "--port", "0", "--no-demo")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "db.sqlite3" in answer.stderr


@pytest.mark.parametrize("command", ["up", "check", "migrate"])
def test_a_half_set_production_environment_refuses_in_one_line(tmp_path: Path, command: str) -> None:
    answer = manage(tmp_path, command, SECRET_KEY="x" * 60, REDIS_URL="redis://127.0.0.1:1/0")
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    for missing in ("DATABASE_URL", "SITE_URL", "EMAIL_URL"):
        assert missing in answer.stderr
    assert answer.stdout == ""
