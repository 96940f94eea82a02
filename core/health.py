"""Whether this installation is well: the quick answers for load balancers, and the register of `doctor`'s questions."""

from __future__ import annotations

import enum
import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import DatabaseError, OperationalError, ProgrammingError, connection
from django.db.migrations.loader import MigrationLoader
from django.http import HttpRequest, HttpResponse, JsonResponse

from core import clock
from core.models import Heartbeat

Problem = str | None
PATIENCE = 2  # seconds for a service to say that it is there
KEEP_TICKS = timedelta(days=1)


class State(enum.StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "FAIL"


@dataclass(frozen=True)
class Finding:
    """What one question found: in words, and how to mend it where it is not well. It holds no secret."""

    name: str
    state: State
    says: str
    mend: str = ""


def fine(name: str, says: str) -> Finding:
    return Finding(name, State.OK, says)


def doubt(name: str, says: str, mend: str) -> Finding:
    return Finding(name, State.WARN, says, mend)


def fault(name: str, says: str, mend: str) -> Finding:
    return Finding(name, State.FAIL, says, mend)


Check = Callable[[], Iterable[Finding]]


@dataclass(frozen=True)
class _Registered:
    check: Check
    reaching: bool  # it knocks at other machines or writes: for the terminal, not for a page
    needs: str  # the name of the question without whose good answer this one makes no sense
    after: str


_checks: dict[str, _Registered] = {}


def check(name: str, function: Check, *, reaching: bool = False, needs: str = "", after: str = "") -> None:
    """Register a question of `doctor`. They are asked in the order of registration, those with `after` behind that one."""
    _checks[name] = _Registered(function, reaching, needs, after)


def _in_order() -> Iterator[tuple[str, _Registered]]:
    for name, registered in _checks.items():
        if not registered.after:
            yield name, registered
            yield from ((other, later) for other, later in _checks.items() if later.after == name)


def examine(*, reaching: bool = True) -> Iterator[Finding]:
    """Ask everything. A question that breaks is a finding too; what needs a broken thing is not asked."""
    broken: set[str] = set()
    for name, registered in _in_order():
        if registered.needs in broken:
            broken.add(name)
            continue
        if registered.reaching and not reaching:
            continue
        try:
            findings = list(registered.check())
        except Exception as error:  # whatever a client of some service may raise
            findings = [fault(name, f"the question itself failed ({type(error).__name__})", "Look into the log.")]
        if any(finding.state is State.FAIL for finding in findings):
            broken.add(name)
        yield from findings


# --- What several ask: doctor, the ready check, commands ---------------------------------------------------------------


def database_problem() -> Problem:
    """Why the database cannot be used, in one line, asked past the pool so that the answer comes soon. None when it can."""
    where: dict[str, Any] = settings.DATABASES["default"]
    driver: Any = getattr(connection, "Database")  # noqa: B009  the types of Django do not know it
    try:
        if connection.vendor == "postgresql":
            parameters = {**connection.get_connection_params(), "connect_timeout": PATIENCE}
            driver.connect(**parameters).close()
        else:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM sqlite_master")
    except (DatabaseError, driver.Error) as error:
        name = f"{where.get('HOST')}:{where.get('PORT') or 5432}" if where.get("HOST") else where["NAME"]
        return f"The database at {name} cannot be used: {_first_line(error)}. Check that it runs, and DATABASE_URL."
    return None


def _first_line(error: Exception) -> str:
    """The end of the error's first line: drivers put what matters there, after the address."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".")


@cache
def _written_migrations() -> frozenset[tuple[str, str]]:
    loader = MigrationLoader(None, load=False)
    loader.load_disk()
    return frozenset(loader.disk_migrations)


def pending_migrations() -> list[str]:
    """Migrations of this code that the database has not seen. One statement. Raises DatabaseError."""
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT app, name FROM django_migrations")
            applied = set(cursor.fetchall())
        except (ProgrammingError, OperationalError):
            cursor.execute("SELECT 1")  # it answers, so what is missing is the table
            applied = set()
    return sorted(f"{app}.{name}" for app, name in _written_migrations() - applied)


def media_problem() -> Problem:
    """Why no picture can be stored, in one line. None when one can, or when media live in a bucket (ask doctor)."""
    if not isinstance(default_storage, FileSystemStorage):
        return None
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):  # Linux gives it no name, so nothing is left behind
            return None
    except OSError as error:
        return (
            f"The media folder {folder} cannot be written: {error.strerror}. "
            "Give this user the right to, or mount it writable."
        )


def broker_problem() -> Problem:
    """Why no worker can be told of work, in one line. None when it can."""
    if settings.REDIS_URL:
        import redis

        try:
            client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE, socket_timeout=PATIENCE)
            client.ping()
            client.close()
        except (redis.RedisError, OSError) as error:
            why = type(error).__name__
            return f"Redis does not answer ({why}): the site works, follow-up waits. Check REDIS_URL and the server."
        return None
    folder = queue_folder()
    if not folder.exists():
        return f"There is no queue folder {folder} yet: the site works, follow-up waits. Start it with python3 manage.py up."
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"The queue folder {folder} cannot be written: the site works, follow-up waits. Give this user the right to."
    return None


def queue_folder() -> Path:
    """Where messages lie in the embedded form."""
    options: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    return Path(options["data_folder_in"])


def tick(worker: str, queue: str) -> None:
    """Beat, broker and this worker work together: note it, and forget workers that were here long ago."""
    at = clock.now()
    Heartbeat.objects.update_or_create(worker=worker[:120], queue=queue[:40], defaults={"at": at})
    Heartbeat.objects.filter(at__lt=at - KEEP_TICKS).delete()


# --- The quick answers -------------------------------------------------------------------------------------------------


def live(request: HttpRequest) -> HttpResponse:
    """This process answers. It asks nothing else, so that a slow database does not get a good process killed."""
    answer = HttpResponse("ok", content_type="text/plain")
    answer["Cache-Control"] = "no-store"
    return answer


def ready(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve people: 503 when not. Without a broker it can: that is only `degraded`."""
    checks = {
        "database": _timed(_database_is_ready, "no answer"),
        "media": _timed(lambda: media_problem() is None, "cannot be written"),
        "broker": _timed(lambda: broker_problem() is None, "no answer: follow-up waits"),
    }
    serves = checks["database"]["ok"] and checks["media"]["ok"]
    status = "not ready" if not serves else "ready" if checks["broker"]["ok"] else "degraded"
    answer = JsonResponse({"status": status, "checks": checks}, status=200 if serves else 503)
    vars(answer)["_has_been_logged"] = True  # it is asked every few seconds, and says it all itself
    answer["Cache-Control"] = "no-store"
    return answer


def _database_is_ready() -> bool | str:
    pending = pending_migrations()
    return f"{len(pending)} migrations to apply" if pending else True


def _timed(ask: Callable[[], bool | str], otherwise: str) -> dict[str, object]:
    started = time.perf_counter()
    try:
        said = ask()
    except Exception:  # whatever a driver raises: no word of it belongs into a public answer
        said = False
    found: dict[str, object] = {"ok": said is True, "ms": round((time.perf_counter() - started) * 1000, 1)}
    if said is not True:
        found["says"] = said or otherwise
    return found
