"""A site in the production form as real processes, whose every word is kept: web, worker and beat, PostgreSQL, Redis,
a mail server that refuses, and a listener where Sentry would be."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import psycopg

from config.variables import NAMES
from tests import servers
from tests.notifications.smtp import sink as mail_server

ROOT = Path(__file__).resolve().parents[2]
SECRETS = {  # planted; none of them may ever be read in a log or an error report
    "secret key": "Canary0Key-wPd5Yt0Lk2Vb7Nc9Xs4Jh6Gf1Ma_TuEoRiWyQpSdFgHjKl",
    "mail password": "Canary1Smtp/Pass",
    "metrics token": "Canary2MetricsToken000",
    "sentry key": "canary3sentrykey0000",
    "password": "Canary4 horse battery",
    "wrong password": "Canary5-wrong-password",
    "query": "Canary6InTheQuery",
    "invitation": "Canary7Invitation0Token1abcDEF",
    "bearer": "Canary8BearerToken9xyzXYZ",
    "cookie": "canary9sessionidcookievalue",
    "code": "CNRYA7",
    "stranger": "canary11@stranger.example",
    "body": "Canary12InTheBody",
    "proposal voted for": "7340917",
}
STAGE = f"""
from tests.voting import stage
from tests import cast
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from proposals.models import Proposal
author = cast.person("Ana Author")
organiser = cast.organiser()
contest = cast.contest(organiser)
made = [cast.submitted(author, contest, title="Cool roofs")]
with connection.cursor() as cursor:
    cursor.execute("SELECT setval(pg_get_serial_sequence('proposals_proposal', 'id'), {int(SECRETS["proposal voted for"]) - 1})")
made.append(cast.submitted(author, contest, title="White streets"))
vote = stage.open_by_the_real_clock(stage.at_the_vote(organiser, author, contest, made))
voter = cast.person("Vera Voter")
# The hash of the tests is none in production.
voter.password = Argon2PasswordHasher().encode({SECRETS["password"]!r}, "saltsaltsaltsalt")
voter.save()
"""


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    text: str


@dataclass
class Listener:
    """Where error reports arrive."""

    reports: list[str] = field(default_factory=list)
    port: int = 0

    def events(self) -> list[dict[str, Any]]:
        """The reports that are errors; an envelope is lines of JSON."""
        lines = (line for report in list(self.reports) for line in report.splitlines() if line.startswith("{"))
        return [found for line in lines if "exception" in (found := json.loads(line))]


@contextlib.contextmanager
def listener() -> Iterator[Listener]:
    kept = Listener()

    class Keep(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            unpack = {"gzip": gzip.decompress, "br": brotli.decompress}.get(self.headers["Content-Encoding"] or "", bytes)
            kept.reports.append(unpack(body).decode())
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Keep)
    kept.port = server.server_port
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield kept
    server.shutdown()


@dataclass
class Site:
    folder: Path
    said: dict[str, str]
    port: int
    worker_port: int
    sentry: Listener
    redis: Any = None

    def run(self, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *command], cwd=ROOT, env={**self.said, **more}, capture_output=True, text=True, check=False
        )

    def start(self, name: str, *command: str, **more: str) -> subprocess.Popen[bytes]:
        with (self.folder / f"{name}.log").open("ab") as out:
            return subprocess.Popen(
                [sys.executable, "-m", *command], cwd=ROOT, env={**self.said, **more}, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def logs(self, name: str = "w*") -> str:
        """What web and worker wrote. PostgreSQL's own log is its operator's part (docs/metrics.md)."""
        return "".join(path.read_text(errors="replace") for path in sorted(self.folder.glob(f"{name}.log")))

    def lines(self, name: str = "w*") -> list[dict[str, Any]]:
        """Every line as JSON: one that is none fails."""
        return [json.loads(line) for line in self.logs(name).splitlines() if line.strip()]

    def ask(
        self, path: str, *, method: str = "GET", form: dict[str, str] | None = None, port: int = 0,
        body: Any = None, **headers: str,
    ) -> Answer:  # fmt: skip
        connection = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=20)
        sent = {"Host": f"localhost:{self.port}", **{name.replace("_", "-"): value for name, value in headers.items()}}
        data = None
        if form is not None:
            method, data = "POST", urlencode(form)
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        elif body is not None:
            data, sent["Content-Type"] = json.dumps(body), "application/json"
        connection.request(method, path, body=data, headers=sent)
        answer = connection.getresponse()
        return Answer(answer.status, answer.headers, answer.read().decode())

    def sql(self, statement: str) -> None:
        with psycopg.connect(self.said["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def token(self) -> str:
        words = self.run("manage.py", "token", "vera-voter@people.example").stdout
        return max(re.findall(r"[\w-]{20,}", words), key=len)


def until(holds: Callable[[], Any], seconds: float = 40) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with contextlib.suppress(OSError, http.client.HTTPException):
            if holds():
                return True
        time.sleep(0.2)
    return False


@contextlib.contextmanager
def site(folder: Path) -> Iterator[Site]:
    """Everything running and a vote that is open. `proposal voted for` is the number of one of its proposals."""
    port, worker_port = servers.free_port(), servers.free_port()
    with contextlib.ExitStack() as rest, contextlib.ExitStack() as stack:
        sentry, sink = rest.enter_context(listener()), rest.enter_context(mail_server(lambda *_: "451"))
        database = rest.enter_context(servers.postgres(folder))
        redis = stack.enter_context(servers.redis(folder))
        (folder / "var").mkdir()
        said = {
            **{name: value for name, value in os.environ.items() if name not in NAMES},
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "SECRET_KEY": SECRETS["secret key"],
            "SITE_URL": f"http://localhost:{port}",
            "EMAIL_URL": f"smtp://mailer:{SECRETS['mail password'].replace('/', '%2F')}@127.0.0.1:{sink.port}",
            "METRICS_TOKEN": SECRETS["metrics token"],
            "SENTRY_DSN": f"http://{SECRETS['sentry key']}@127.0.0.1:{sentry.port}/1",
            "GROUNDSWELL_VAR": str(folder / "var"),
            "STATIC_ROOT": str(folder / "static"),
            "PYTHONUNBUFFERED": "1",
        }
        made = Site(folder, said, port, worker_port, sentry, redis=stack)
        _prepare(made)
        processes = [
            made.start("web", "gunicorn", "config.wsgi", f"--bind=127.0.0.1:{port}", "--workers=2", "--threads=4",
                       "--no-control-socket", PROMETHEUS_MULTIPROC_DIR=str(folder / "web-numbers")),
            made.start("worker", "celery", "--quiet", "-A", "config.celery", "worker", "-B", "-P", "prefork", "-c", "1",
                       "-s", str(folder / "beat"), "--without-gossip", "--without-mingle",
                       PROMETHEUS_MULTIPROC_DIR=str(folder / "worker-numbers"), WORKER_METRICS_PORT=str(worker_port)),
        ]  # fmt: skip
        try:
            assert until(lambda: made.ask("/health/ready/").status == 200), made.logs()
            yield made
        finally:
            for process in processes:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGTERM)
            for process in processes:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(10)
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)


def _prepare(made: Site) -> None:
    """Schema, stage and static files; these with hashes but not packed, which would take half a minute."""
    bare = {name: value for name, value in made.said.items() if name not in NAMES or name in ("STATIC_ROOT", "GROUNDSWELL_VAR")}
    collecting = subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"], cwd=ROOT, env=bare, stdout=subprocess.DEVNULL
    )
    steps = [("manage.py", "migrate", "-v0"), ("manage.py", "shell", "-v0", "-c", STAGE)]
    for step in steps:
        more = {"GROUNDSWELL_TESTING": "1"} if "shell" in step else {}
        done = made.run(*step, **more)
        assert done.returncode == 0, done.stderr
    assert collecting.wait(60) == 0
