"""What a bench stands on: databases on one PostgreSQL that keeps its promises, Redis, and gunicorn with two workers."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import servers
from tests.bench.load import Request, ask

BASE = Path(__file__).resolve().parents[2]
TICK = os.sysconf("SC_CLK_TCK")
GUNICORN = ["-w", "2", "-k", "gthread", "--threads", "4", "--keep-alive", "30", "--log-level", "warning", "--no-control-socket"]


class Refusal(Exception):
    """The bench would measure something else than it says; the text tells what."""


@dataclass
class Server:
    """A running gunicorn: its port, its processes, and how long its first answer took."""

    port: int
    pid: int
    first_answer: float

    def workers(self) -> list[int]:
        return [int(pid) for pid in Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()]

    def cpu(self) -> float:
        """Seconds of processor time that the workers have used so far."""
        return sum(cpu_of(pid) for pid in self.workers())

    def memory(self) -> tuple[float, float]:
        """MiB: what master and workers take together (shared pages once), and the workers' resident sizes added up."""
        shared = sum(_figure(pid, "smaps_rollup", "Pss:") for pid in [self.pid, *self.workers()])
        return shared / 1024, sum(_figure(pid, "status", "VmRSS:") for pid in self.workers()) / 1024


def cpu_of(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _figure(pid: int, file: str, name: str) -> int:
    lines = Path(f"/proc/{pid}/{file}").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


class House:
    """Opened once per run; gives databases filled as asked, and servers on them."""

    def __init__(self, folder: Path, database: str, redis: str) -> None:
        self.folder, self.database, self.redis = folder, database, redis
        self._number = 0

    def environment(self, name: str, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DATABASE_URL": self.database.rpartition("/")[0] + f"/{name}",
            "REDIS_URL": self.redis,
            "GROUNDSWELL_TESTING": "1",
            "GROUNDSWELL_VAR": str(self.folder / "var"),
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            **more,
        }

    def fill(self, name: str, *seed_bench: str) -> dict[str, Any]:
        """A new database with `seed_bench` run in it; answers what there is to ask for (tests.bench.planting)."""
        run_sql(self.database, f'CREATE DATABASE "{name}"')
        environment = self.environment(name)
        commands = [["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"], ["seed_bench", *seed_bench]]
        for command in commands:
            out = subprocess.DEVNULL if command[0] != "migrate" else None
            subprocess.run([sys.executable, "manage.py", *command], cwd=BASE, env=environment, check=True, stdout=out)
        plant = [sys.executable, "-m", "tests.bench.planting"]
        planted = subprocess.run(plant, cwd=BASE, env=environment, check=True, stdout=subprocess.PIPE, text=True)
        answer: dict[str, Any] = json.loads(planted.stdout.splitlines()[-1])
        return answer

    @contextlib.contextmanager
    def serve(self, name: str, *, app: str = "config.wsgi", warm: str = "/", **more: str) -> Iterator[Server]:
        """gunicorn with two workers on this database."""
        self._number += 1
        port, log = servers.free_port(), self.folder / f"gunicorn-{self._number}.log"
        command = [sys.executable, "-m", "gunicorn", app, "-b", f"127.0.0.1:{port}", *GUNICORN]
        if app != "config.wsgi":
            command += ["-c", "/dev/null", "--chdir", str(BASE)]
        started = time.perf_counter()
        with servers.running(command, log, signal.SIGTERM, cwd=BASE, env=self.environment(name, **more)) as process:
            servers.wait_until(lambda: _answers(port, warm), process, "gunicorn", log)
            yield Server(port, process.pid, time.perf_counter() - started)


def _answers(port: int, path: str) -> bool:
    with contextlib.suppress(OSError):
        return ask(port, Request("GET", path))[0] < 500
    return False


def run_sql(database: str, *statements: str) -> None:
    import psycopg

    with psycopg.connect(database, autocommit=True) as line:
        for statement in statements:
            line.execute(statement)  # type: ignore[call-overload]


@contextlib.contextmanager
def house() -> Iterator[House]:
    with servers.throw_away_folder() as folder:
        (folder / "var").mkdir()
        with servers.postgres(folder, durable=True) as database, servers.redis(folder) as redis:
            yield House(folder, database, redis)
