#!/usr/bin/env python3
"""Starts one role of a production site: `entrypoint.py web|worker|beat|migrate|backup|certificate|manage|health`.

It says in one line why a role cannot start, prepares what the role needs and then becomes the role's own program, so
that signals reach it. The image's entry point, and of use without an image too: `.venv/bin/python docker/entrypoint.py web`.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
RUN = Path(tempfile.gettempdir()) / "groundswell"  # what lives as long as the process: role, metrics, schedule
MIGRATION_LOCK = 7_361_041  # any number that no other program of this database takes
HOPELESS = ("authentication failed", "does not exist", "no pg_hba.conf entry")


class Refusal(Exception):
    """Why this role cannot start, and what to do, in one line."""


def main(arguments: list[str]) -> int:
    role, *rest = arguments or [""]
    if role not in ROLES:
        print(f"Which role? One of: {', '.join(ROLES)}.", file=sys.stderr)
        return 2
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    if role in ("web", "worker", "beat", "backup"):
        RUN.mkdir(parents=True, exist_ok=True)
        (RUN / "role").write_text(role)
    try:
        return ROLES[role](rest) or 0
    except Refusal as why:
        print(f"{role}: {' '.join(str(why).split())}", file=sys.stderr, flush=True)
        return 1


# --- The roles ------------------------------------------------------------------------------------------------------


def web(_: list[str]) -> NoReturn:
    count_together()
    prepare()
    demand_schema()
    demand_static()
    demand_media()
    command = ["gunicorn", "config.wsgi", f"--bind=0.0.0.0:{number('PORT', 8000)}", "--worker-class=gthread"]
    command += [f"--workers={number('WEB_WORKERS', 2)}", f"--threads={number('WEB_THREADS', 8)}"]
    command += ["--timeout=60", "--graceful-timeout=8", "--keep-alive=5", "--log-level=warning", "--no-control-socket"]
    command += [f"--max-requests={number('WEB_MAX_REQUESTS', 0)}"]
    if number("TRUSTED_PROXIES", 0):
        command += ["--forwarded-allow-ips=*"]  # whoever can reach this port is the proxy: it is not published
    if os.access("/dev/shm", os.W_OK):  # noqa: S108
        command += ["--worker-tmp-dir=/dev/shm"]  # the heartbeat of the workers, never a disk that is slow
    become(command)


def worker(_: list[str]) -> NoReturn:
    count_together()
    prepare()
    demand_schema()
    demand_media()
    command = ["celery", "--quiet", "-A", "config.celery", "worker", "--pool=prefork", "--loglevel=WARNING"]
    command += [f"--concurrency={number('WORKER_PROCESSES', 2)}"]
    command += [f"--queues={os.environ.get('WORKER_QUEUES') or 'celery,mail'}"]
    become([*command, "--without-gossip", "--without-mingle", "--without-heartbeat"])


def beat(_: list[str]) -> NoReturn:
    prepare()
    demand_schema()
    schedule = f"--schedule={RUN / 'beat-schedule'}"
    become(["celery", "--quiet", "-A", "config.celery", "beat", schedule, "--pidfile=", "--loglevel=WARNING"])


def migrate(_: list[str]) -> None:
    """Bring the database, the static files and the bucket to what this version needs; one process at a time."""
    go_straight()
    prepare()
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        # A table is never held for long (threat J13), but filling one may take its time.
        cursor.execute("SET lock_timeout = '5s'; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0")
        wait = time.monotonic() + number("MIGRATE_WAIT", 300)
        while not _taken(cursor):
            if time.monotonic() > wait:
                raise Refusal("another migrate still runs. Wait for it, or look what it does.")
            time.sleep(1)
    call_command("migrate", interactive=False, verbosity=1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [MIGRATION_LOCK])
    let_go()
    demand_static()
    prepare_bucket()
    print("migrate: done.", flush=True)


def backup(rest: list[str]) -> None:
    """`backup` makes one a day at BACKUP_AT (UTC) for good; `backup now` makes one and ends."""
    prepare()
    let_go()
    if rest == ["now"]:
        raise SystemExit(make_backup())
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    at = os.environ.get("BACKUP_AT") or "02:30"
    try:
        clock = dt.time.fromisoformat(at)
    except ValueError:
        raise Refusal(f"BACKUP_AT is {at}: write it like 02:30 (UTC).") from None
    while True:
        now = dt.datetime.now(dt.UTC)
        due = dt.datetime.combine(now, clock, dt.UTC)
        due += dt.timedelta(days=due <= now)
        print(f"backup: the next one at {due:%Y-%m-%d %H:%M} UTC.", flush=True)
        time.sleep((due - now).total_seconds())
        failed = make_backup()
        (RUN / "failed").touch() if failed else (RUN / "failed").unlink(missing_ok=True)


def certificate(rest: list[str]) -> None:
    """`certificate FOLDER` puts a self-signed certificate there unless one is there: for a try-out, not for visitors."""
    folder = Path(rest[0] if rest else "/certificates")
    chain, key = folder / "fullchain.pem", folder / "privkey.pem"
    if chain.exists() and key.exists():
        return
    host = urlsplit(os.environ.get("SITE_URL") or "https://localhost").hostname or "localhost"
    try:
        write_certificate(host, chain, key)
    except OSError as error:
        raise Refusal(f"cannot write {error.filename}: {error.strerror}.") from None
    print(f"certificate: made a self-signed one for {host} in {folder}. Browsers will warn of it.", flush=True)


def manage(rest: list[str]) -> NoReturn:
    os.execv(sys.executable, [sys.executable, "manage.py", *rest])


def health(_: list[str]) -> int:
    """0 when the role of this container is alive."""
    role = (RUN / "role").read_text() if (RUN / "role").exists() else ""
    return 0 if CHECKS.get(role, lambda: True)() else 1


# --- What they need -------------------------------------------------------------------------------------------------


def number(name: str, default: int) -> int:
    text = os.environ.get(name) or str(default)
    if not (text.isascii() and text.isdigit()):
        raise Refusal(f"{name} must be a whole number.")
    return int(text)


def count_together() -> None:
    """An empty folder in which the processes of this role add up their numbers for /metrics."""
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or RUN / "metrics")
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):  # of processes that are gone
        left.unlink(missing_ok=True)


def prepare() -> None:
    """Settings that can run, Django, and a database that answers within DATABASE_WAIT seconds."""
    from config.start import refusal
    from config.variables import NEEDED

    if not any(os.environ.get(name) for name in NEEDED):
        raise Refusal(f"nothing is set. Set {', '.join(NEEDED)}; a site on one machine is started by manage.py up.")
    why = refusal()
    if why:
        raise Refusal(why)
    import django

    django.setup()
    wait_for_database(number("DATABASE_WAIT", 60))


def wait_for_database(seconds: int) -> None:
    import psycopg
    from django.db import connection

    parameters = {**connection.get_connection_params(), "connect_timeout": 3}
    where = f"{parameters.get('host')}:{parameters.get('port')}"
    until, said = time.monotonic() + seconds, False
    while True:
        try:
            psycopg.connect(**parameters).close()
            return
        except psycopg.OperationalError as error:
            why = " ".join(str(error).split())
        if any(sign in why for sign in HOPELESS) or time.monotonic() > until:
            raise Refusal(f"the database at {where} cannot be used ({why}). Check DATABASE_URL and the server.")
        if not said:
            print(f"Waiting up to {seconds} s for the database at {where} ...", flush=True)
            said = True
        time.sleep(0.5)


def demand_schema() -> None:
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        plan = [str(step) for step, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    except DatabaseError as error:
        raise Refusal(f"the database does not work: {error}") from None
    let_go()
    if plan:
        raise Refusal(f"the database lacks {len(plan)} migrations, {plan[0]} first. Run the migrate role.")


def demand_static() -> None:
    from django.conf import settings

    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").exists():
        raise Refusal(f"no collected static files in {settings.STATIC_ROOT}. Run: manage collectstatic --no-input")


def demand_media() -> None:
    """A folder for media has to take a file; a bucket may be away for a while."""
    from django.conf import settings

    if "S3_BUCKET" in os.environ:
        return
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise Refusal(
            f"the media folder {folder} cannot be written: {error.strerror}. Give user {os.getuid()} the right, or set S3_BUCKET."
        ) from None


def prepare_bucket() -> None:
    """Make the bucket where it is missing and we may; say in one line what is wrong with it."""
    if "S3_BUCKET" not in os.environ:
        return
    from botocore.exceptions import BotoCoreError, ClientError
    from django.core.files.storage import default_storage as storage

    client: Any = storage.connection.meta.client  # type: ignore[attr-defined]
    name = os.environ["S3_BUCKET"]
    try:
        try:
            client.head_bucket(Bucket=name)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                raise
            client.create_bucket(Bucket=name)
            print(f"migrate: made the bucket {name}.", flush=True)
    except (BotoCoreError, ClientError) as error:
        raise Refusal(f"the bucket {name} cannot be used: {error}. Check S3_*.") from None


def go_straight() -> None:
    """Past PgBouncer: a lock over several transactions and a timeout for one session need a connection of our own."""
    if os.environ.get("DATABASE_DIRECT_URL"):
        os.environ["DATABASE_URL"] = os.environ["DATABASE_DIRECT_URL"]
        os.environ.pop("DATABASE_POOLER", None)
    elif os.environ.get("DATABASE_POOLER") == "transaction":
        raise Refusal("DATABASE_POOLER is set: name the PostgreSQL behind it in DATABASE_DIRECT_URL for this role.")


def make_backup() -> int:
    go_straight()
    keep = f"--keep={number('BACKUP_KEEP', 14)}"
    target = os.environ.get("BACKUP_TARGET") or "/backups"
    return subprocess.run([sys.executable, "manage.py", "backup", target, keep], check=False).returncode


def let_go() -> None:
    """No connection, nor a pool's thread, goes on into the role's own program."""
    from django.db import connection, connections

    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def become(command: list[str]) -> NoReturn:
    os.execv(sys.executable, [sys.executable, "-m", *command])


def _taken(cursor: Any) -> bool:
    cursor.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATION_LOCK])
    return bool(cursor.fetchone()[0])


def write_certificate(host: str, chain: Path, key: Path) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host[:64])])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(one) for one in dict.fromkeys((host, "localhost"))])
    built = x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
    built = built.not_valid_before(now - dt.timedelta(hours=1)).not_valid_after(now + dt.timedelta(days=365))
    signed = built.add_extension(names, critical=False).sign(secret, hashes.SHA256())
    form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    key.touch(mode=0o600)
    key.write_bytes(secret.private_bytes(serialization.Encoding.PEM, *form))
    chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))


# --- Health ---------------------------------------------------------------------------------------------------------


def web_answers() -> bool:
    site = urlsplit(os.environ.get("SITE_URL", ""))
    asked = urllib.request.Request(
        f"http://127.0.0.1:{number('PORT', 8000)}/health/live/",
        headers={"Host": site.netloc, "X-Forwarded-Proto": site.scheme},
    )
    with contextlib.suppress(OSError), urllib.request.urlopen(asked, timeout=4) as answer:
        return answer.status == 200
    return False


def worker_answers() -> bool:
    from config.celery import app

    with contextlib.suppress(Exception):  # whatever the broker's client raises
        return bool(app.control.ping(destination=[f"celery@{socket.gethostname()}"], timeout=5))
    return False


def beat_ticks() -> bool:
    """It writes its schedule at least every three minutes."""
    written = [path.stat().st_mtime for path in RUN.glob("beat-schedule*")]
    return bool(written) and time.time() - max(written) < 600


CHECKS: dict[str, Callable[[], bool]] = {
    "web": web_answers,
    "worker": worker_answers,
    "beat": beat_ticks,
    "backup": lambda: not (RUN / "failed").exists(),
}
ROLES: dict[str, Callable[[list[str]], int | None]] = {
    "web": web, "worker": worker, "beat": beat, "migrate": migrate, "backup": backup,
    "certificate": certificate, "manage": manage, "health": health,
}  # fmt: skip

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
