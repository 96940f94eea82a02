"""Bringing an archive back into a fresh place, and proving that it is what was taken."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from core import invariants
from core.database import snapshot
from core.invariants.media import walk
from core.keeping import Problem, contents, engines, frozen, moving
from core.keeping.archive import KEY, MEDIA, fingerprint, own_key, read_manifest, unpack_media

FACTS = "core_fact"
ADDED = 1  # the fact that the copy was restored


def examine(source: Path, *, replace: bool) -> dict[str, Any]:
    """The manifest of an archive that can be restored here. Raises Problem; nothing has been touched."""
    manifest = read_manifest(source)
    known, has = set(MigrationLoader(None).disk_migrations), {tuple(step) for step in manifest["migrations"]}
    ahead = sorted(".".join(step) for step in has - known)
    if ahead:
        raise Problem(f"This backup is of a newer Groundswell: it has {ahead[-1]}. Install that version, or a later one.")
    moves = is_move(manifest)
    if moves and known - has:
        raise Problem("A move to PostgreSQL needs a backup of this very version: update the site on SQLite first.")
    engines.require_quiet()
    if moves or not replace:
        _require_vacant(replace=replace)
    return manifest


def is_move(manifest: dict[str, Any]) -> bool:
    """Whether the archive goes from SQLite to PostgreSQL. Raises Problem for the other way."""
    if manifest["vendor"] == connection.vendor:
        return False
    if connection.vendor != "postgresql":
        raise Problem("This backup is of PostgreSQL, and the database here is SQLite: that way there is none (docs/backup.md).")
    return True


def _require_vacant(*, replace: bool) -> None:
    try:
        rows = engines.rows_here()
    except DatabaseError as error:
        raise Problem(f"The database does not answer: {' '.join(str(error).split())}") from None
    if rows and replace:
        raise Problem("This database is not empty. A move to PostgreSQL goes only into an empty one.")
    if rows:
        raise Problem("This database is not empty. Restore into an empty one, or add --yes to replace all that is in it.")
    if not replace and next(walk(default_storage), None) is not None:
        raise Problem("The media storage is not empty. Restore into an empty one, or add --yes to write into this one.")


def bring_back(source: Path, manifest: dict[str, Any]) -> list[str]:
    """Restore what was examined. Answers what is worth knowing. Raises Problem; OSError when the media have no room."""
    remarks = []
    unpack_media(source / MEDIA)  # before the database: no row of it is ever without its file
    if is_move(manifest):
        _move(source / engines.SQLITE_PART)
    else:
        engines.load(source / engines.part_name())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # what follows asks all of it, and the planner knows nothing of new rows yet
    mine = own_key()
    if KEY in manifest["parts"] and mine is not None:
        mine.write_text((source / KEY).read_text(encoding="utf-8"), encoding="utf-8")
    elif manifest["key"] != fingerprint():
        remarks.append("SECRET_KEY is not the one of the backup: everybody signs in anew, invitation links are void.")
    return remarks


def _move(path: Path) -> None:
    try:
        moving.move(path)
    except DatabaseError as error:
        reason = " ".join(str(error).split())
        raise Problem(f"The rows could not be moved, and only empty tables were made: {reason}") from None


def differences(manifest: dict[str, Any], source: Path) -> list[str]:
    """What is not as it was when the backup was taken, before anything is migrated."""
    moved = is_move(manifest)
    path = None if connection.vendor == "postgresql" else Path(connection.settings_dict["NAME"])
    connections.close_all()
    with snapshot(), contents.reader(path) as read:
        tables = contents.tables(read)
        ledgers = manifest["ledgers"] if moved else contents.heads(read, tables, upto=manifest["ledgers"])
    wanted = {**manifest["tables"], FACTS: manifest["tables"].get(FACTS, 0) + ADDED}
    wrong = [
        f"{name} has {tables.get(name, 'no')} rows instead of {wanted.get(name, 'none')}"
        for name in sorted({*wanted, *tables})
        if tables.get(name) != wanted.get(name)
    ]
    for table in sorted({*ledgers, *manifest["ledgers"]}):
        if ledgers.get(table) != manifest["ledgers"].get(table):
            wrong.append(f"{table} is not, row by row, what it was")
    if moved:
        with snapshot(), moving.opened(source / engines.SQLITE_PART):
            was, is_now = moving.digests(moving.ARCHIVE), moving.digests("default")
        wrong += [f"{table} is not, row by row, what it was" for table in was if was[table] != is_now[table]]
    files = sum(1 for _ in walk(default_storage))
    if files < manifest["media_files"]:
        wrong.append(f"the media storage has {files} files instead of {manifest['media_files']}")
    return wrong


def migrate() -> int:
    """Bring an older archive up to this code. Answers the number of steps."""
    executor = MigrationExecutor(connection)
    steps = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if steps:
        call_command("migrate", verbosity=0, interactive=False)
    return steps


def verify(manifest: dict[str, Any]) -> tuple[list[str], int]:
    """All that is wrong with what was restored, and the number of rules asked, as of the moment of the backup."""
    wrong = [] if frozen() else ["the copy is not frozen: it would send mail"]
    with snapshot():
        results = invariants.check(at=datetime.fromisoformat(manifest["taken_at"]))
    for result in results:
        if result.found.number:
            wrong.append(f"{result.rule.name}: {result.found.number} violations, such as {result.found.examples[0]}")
    return wrong, len(results)


def place() -> str:
    """Where things were restored to, in words, without a password."""
    database = connection.settings_dict
    where = f"{database['HOST']}:{database['PORT']}/{database['NAME']}" if database["HOST"] else str(database["NAME"])
    storage = getattr(default_storage, "bucket_name", None) or settings.MEDIA_ROOT
    return f"{where}, media in {storage}"
