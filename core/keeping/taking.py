"""Taking a backup while the site runs: one snapshot of the database, then the media, then a manifest, then its name."""

from __future__ import annotations

import errno
import fcntl
import shutil
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from core import clock
from core.database import snapshot
from core.keeping import Problem, contents, engines
from core.keeping.archive import KEY, MEDIA, fingerprint, own_key, pack_media, sync, write_manifest

PREFIX, UNFINISHED = "groundswell-", ".unfinished"


def take(target: Path, *, keep: int | None = None) -> tuple[Path, dict[str, Any], list[Path]]:
    """Write an archive into the folder `target`. Answers it, what it holds, and the old ones that made room for it.

    It appears under its name only when all of it is on disk. Raises Problem; then nothing of it is left.
    """
    try:
        target.mkdir(parents=True, exist_ok=True, mode=0o700)
        with _alone(target):
            coming, place = _name(target)
            coming.mkdir(mode=0o700)
            try:
                content = _fill(coming)
                coming.rename(place)
                sync(target)
            except BaseException:
                shutil.rmtree(coming, ignore_errors=True)
                raise
            return place, content, _let_go(target, keep)
    except DatabaseError as error:
        full = "full" in str(error)
        raise _disk_full(target) if full else Problem(f"The database cannot be read: {' '.join(str(error).split())}") from None
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise _disk_full(target) from None
        raise Problem(f"Cannot write the backup to {error.filename or target}: {error.strerror}.") from None


def _disk_full(target: Path) -> Problem:
    return Problem(f"The disk of {target} is full. Nothing was kept; make room and run the command again.")


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One backup at a time; what one that was cut off has left behind goes first."""
    with (target / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Problem(f"Another backup is being written to {target}.") from None
        for left in target.glob(f".{PREFIX}*{UNFINISHED}"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _name(target: Path) -> tuple[Path, Path]:
    """Where it is written, and where it will be found."""
    now = datetime.now(UTC)
    name = f"{PREFIX}{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z"
    return target / f".{name}{UNFINISHED}", target / name


def _fill(folder: Path) -> dict[str, Any]:
    content = _of_postgresql(folder) if connection.vendor == "postgresql" else _of_sqlite(folder)
    content["media_files"] = pack_media(folder / MEDIA)  # after the database: no row of it is without its file
    key = own_key()
    if key is not None:
        (folder / KEY).write_text(key.read_text(encoding="utf-8"), encoding="utf-8")
    content |= {"vendor": connection.vendor, "version": _version(), "site": settings.SITE_URL, "key": fingerprint()}
    write_manifest(folder, content)
    return content


def _of_postgresql(folder: Path) -> dict[str, Any]:
    with snapshot():
        taken = clock.now()
        dump = engines.dump_postgresql(folder / engines.part_name())
        try:
            with contents.reader() as read:
                content = _describe(read, taken)
            said = dump.communicate()[1]
        except BaseException:
            dump.kill()
            dump.communicate()
            raise
    if dump.returncode != 0:
        if "No space left" in said:
            raise OSError(errno.ENOSPC, "No space left on device")
        raise Problem(f"pg_dump failed: {engines.last_line(said)}")
    return content


def _of_sqlite(folder: Path) -> dict[str, Any]:
    taken = clock.now()
    engines.dump_sqlite(folder / engines.part_name())
    with contents.reader(folder / engines.part_name()) as read:
        return _describe(read, taken)


def _describe(read: contents.Read, taken: datetime) -> dict[str, Any]:
    tables = contents.tables(read)
    return {
        "taken_at": taken.isoformat(),
        "tables": tables,
        "migrations": contents.migrations(read),
        "ledgers": contents.heads(read, tables),
    }


def _version() -> str:
    try:
        return str(tomllib.loads((settings.BASE / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])
    except (OSError, KeyError):
        return "unknown"


def _let_go(target: Path, keep: int | None) -> list[Path]:
    """Remove the oldest finished archives but `keep`."""
    if keep is None:
        return []
    finished = sorted(path for path in target.glob(f"{PREFIX}*") if path.is_dir())
    old = finished[: -max(keep, 1)]
    for path in old:
        shutil.rmtree(path)
    return old
