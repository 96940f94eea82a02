"""`python3 manage.py up`: everything that is needed to use the site, from one command."""

from __future__ import annotations

import errno
import fcntl
import hashlib
import http.client
import os
import socket
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor

from core import counting
from core.health import database_problem, media_problem
from core.management.supervisor import Child, Supervisor, say

FOLDERS = ("queue/messages", "queue/control", "queue/processed", "media", "mail", "cache", "metrics")
PATIENCE = 20.0  # seconds without an answer after which we say so


class Command(BaseCommand):
    help = "Prepare the database and run web server, worker and scheduler. Ctrl-C stops them."
    requires_system_checks: list[str] = []  # `manage.py test` runs them; here they would cost a start its speed

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to answer on (default: %(default)s)")
        parser.add_argument("--port", type=int, default=8000, help="port; 0 takes a free one (default: %(default)s)")
        parser.add_argument("--no-demo", action="store_true", help="start empty, without the example contests")

    def handle(self, *, host: str, port: int, no_demo: bool, **_: Any) -> None:
        prepare_folder(settings.VAR)
        lock = only_one(settings.VAR)
        listener = listen(host, port)
        address = address_of(listener, host)
        lock.write(f"process {os.getpid()} at {address}")
        lock.flush()
        # Links in mails lead to where this site really answers; a SITE_URL that somebody set stays.
        os.environ.setdefault("SITE_URL", address)
        settings.SITE_URL = os.environ["SITE_URL"].rstrip("/")
        # Web and worker add up their numbers there; what an earlier start has left is gone.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", str(settings.VAR / "metrics"))
        counting.forget_dead_processes()
        prepare_database()
        prepare_static()
        if not no_demo:
            load_demo()
        let_go_of_database()
        ready = Ready(listener, address)
        Supervisor(children(listener)).run(each_turn=ready.look)
        say("Stopped.")


def prepare_folder(var: Path) -> None:
    """Make the state folder, for its owner only. Raises CommandError when it cannot be used."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        var.chmod(0o700)  # it holds the secret key
        for name in FOLDERS:
            (var / name).mkdir(parents=True, exist_ok=True)
        blocked = [p for p in (var, *var.iterdir()) if not os.access(p, os.R_OK | os.W_OK)]
    except OSError as error:
        raise CommandError(
            f"Cannot use the state folder {var}: {error.strerror}. "
            "Make it readable and writable, or set GROUNDSWELL_VAR to another folder."
        ) from None
    if blocked:
        raise CommandError(f"Cannot read and write {blocked[0]}: give yourself the right to, or set GROUNDSWELL_VAR.")
    problem = media_problem()
    if problem:
        raise CommandError(problem)


def only_one(var: Path) -> IO[str]:
    """Take the folder for this process; the file stays locked while it is open."""
    file = open(var / "up.lock", "a+", encoding="utf-8")  # noqa: SIM115  it stays open as long as we run
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        raise CommandError(
            f"Groundswell already runs from {var} ({file.read() or 'just starting'}). "
            "Stop that one first, or set GROUNDSWELL_VAR to another folder."
        ) from None
    file.truncate(0)
    return file


def listen(host: str, port: int) -> socket.socket:
    """The socket that gunicorn will serve. We keep it open, so that a restarted server loses no visitor."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        if port and error.errno == errno.EADDRINUSE:
            raise CommandError(
                f"Port {port} on {host} is taken by another program. "
                f"Choose another one: python3 manage.py up --port {port + 1}"
            ) from None
        raise CommandError(f"Cannot answer on {host} port {port}: {error.strerror}. Choose another --host.") from None


def address_of(listener: socket.socket, host: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return f"http://{name}:{listener.getsockname()[1]}"


def prepare_database() -> None:
    """Migrate when something is to migrate."""
    problem = database_problem()
    if problem:
        raise CommandError(problem)
    try:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("Preparing the database ...")
            call_command("migrate", verbosity=0, interactive=False)
    except DatabaseError as error:
        where = settings.DATABASES["default"]["NAME"]
        raise CommandError(f"The database {where} does not work: {' '.join(str(error).split())}") from None


def let_go_of_database() -> None:
    """Keep no connection, nor a pool's threads, while there are only children to watch."""
    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def prepare_static() -> None:
    """Collect the static files when one has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".digest"
    digest = static_digest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    say("Collecting static files ...")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest)


def static_digest() -> str:
    """One hash over name, size and time of every static file, and over what is done with them."""
    digest = hashlib.sha256(repr(settings.STORAGES["staticfiles"]).encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            status = os.stat(storage.path(name))
            digest.update(f"{name} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def load_demo() -> None:
    """Load the example contests into an installation that has none."""
    if "demo" in get_commands() and not apps.get_model("contests", "Contest").objects.exists():
        say("Loading the demo contests ...")
        call_command("demo")
        return
    password = settings.VAR / "demo_password"  # written by the demo command
    if password.exists():
        say(f"The demo's people sign in with the password {password.read_text().strip()}")


def children(listener: socket.socket) -> list[Child]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    python, number = sys.executable, listener.fileno()
    web = [python, "-m", "gunicorn", "config.wsgi", f"--bind=fd://{number}", f"--chdir={settings.BASE}"]
    web += [f"--config={settings.BASE / 'gunicorn.conf.py'}"]
    web += ["--workers=1", "--worker-class=gthread", "--threads=8", "--graceful-timeout=5", "--timeout=60"]
    web += ["--log-level=warning", "--no-control-socket"]
    worker = [python, "-m", "celery", "--quiet", f"--workdir={settings.BASE}", "-A", "config.celery", "worker"]
    worker += ["--beat", f"--schedule={settings.VAR / 'beat-schedule'}", "--pool=threads", "--concurrency=4"]
    worker += ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
    head_start = time.monotonic() + 1  # somebody waits for the web server, nobody for the worker
    return [Child("web", web, inherit=(number,)), Child("worker", worker, not_before=head_start)]


class Ready:
    """Says once that the site answers."""

    def __init__(self, listener: socket.socket, address: str) -> None:
        host, port = listener.getsockname()[:2]
        self.target = ({"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host), port)  # noqa: S104
        self.address, self.said = address, False
        self.complain_at = time.monotonic() + PATIENCE
        self.ask_at = 0.0

    def look(self) -> None:
        if self.said or time.monotonic() < self.ask_at:
            return
        answer = self._answer()
        if answer == http.client.OK:
            self.said = True
            say(f"ready: {self.address}")
            return
        if answer:  # it runs, but not well: no need to fill its log
            self.ask_at = time.monotonic() + 1
        if time.monotonic() > self.complain_at:
            self.complain_at += PATIENCE
            say(f"The site is not ready yet: {self.address}/health/live/ gives {answer or 'no answer'}.")

    def _answer(self) -> int | None:
        site = urlsplit(settings.SITE_URL)
        connection = http.client.HTTPConnection(*self.target, timeout=1)
        try:
            connection.request("GET", "/health/live/", headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme})
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
