"""The lab: real Celery processes on the test's database and broker, each in its own process group."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from tests.servers import free_port

BASE = Path(__file__).resolve().parents[2]


def environment() -> dict[str, str]:
    """What a process needs to live on this test's database, with short leases so that tests need not wait."""
    stored = connection.settings_dict
    if connection.vendor == "sqlite":
        url = f"sqlite:///{stored['NAME']}"
    else:
        password = f":{stored['PASSWORD']}" if stored["PASSWORD"] else ""
        url = f"postgres://{stored['USER']}{password}@{stored['HOST']}:{stored['PORT']}/{stored['NAME']}"
    return {
        **os.environ,
        "DATABASE_URL": url,
        "GROUNDSWELL_TESTING": "1",
        "GROUNDSWELL_VAR": str(settings.VAR),
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DUE_LEASE_SECONDS": "3",
    }


class Process:
    """A process and its children, killed by group, never by name."""

    def __init__(self, *command: str, log: Path, env: dict[str, str] | None = None) -> None:
        self.log = log
        self.process = subprocess.Popen(
            [sys.executable, "-m", *command], cwd=BASE, env=env or environment(), stdout=log.open("ab"),
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip

    def send(self, number: signal.Signals) -> None:
        if self.process.poll() is None:
            os.killpg(self.process.pid, number)

    def kill9(self) -> None:
        self.send(signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> None:
        self.send(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.kill9()


@contextmanager
def worker(folder: Path, *, name: str = "worker", env: dict[str, str] | None = None) -> Iterator[Process]:
    """One Celery worker with beat, on the test's database or in another environment."""
    options = ["-B", "-s", str(folder / f"{name}-beat"), "-P", "threads", "-c", "2", "-l", "warning", "-n", f"{name}@lab"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    process = Process("celery", "-A", "config.celery", "worker", *options, *quiet, log=folder / f"{name}.log", env=env)
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def web(folder: Path, *, threads: int = 8) -> Iterator[str]:
    """One gunicorn on a free port of this machine; yields its address once it answers."""
    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", str(threads)]
    options += ["--no-control-socket", "--log-level", "warning"]
    process = Process("gunicorn", "config.wsgi", *options, log=folder / "web.log")
    address = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with urllib.request.urlopen(f"{address}/health/live/", timeout=2) as response:
                return bool(response.status == 200)
        except OSError:
            return False

    try:
        assert eventually(answers, seconds=40), (folder / "web.log").read_text()
        yield address
    finally:
        process.stop()


def flush_broker() -> None:
    """Lose every message, as a restarted broker does."""
    if settings.REDIS_URL:
        import redis

        redis.Redis.from_url(settings.REDIS_URL).flushdb()
        return
    for folder in (settings.VAR / "queue").iterdir():
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)


def eventually(holds: Callable[[], Any], *, seconds: float = 30) -> bool:
    """Ask until it holds or the time is up."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if holds():
            return True
        time.sleep(0.1)
    return bool(holds())
