"""From one box to many: the rows of a SQLite archive go into an empty PostgreSQL, one transaction for all of them.

Both are read and written through the models, so that each database gets its own kind of time, truth and JSON.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, connections, models, transaction

from core import clock
from core.invariants import append_only_tables
from core.keeping import RESTORED
from core.models import Fact

ARCHIVE = "archive"
CHUNK = 2000


def move(path: Path) -> None:
    """Make the tables of this code, and fill them with the rows of the file, frozen. It is all there, or only tables are."""
    call_command("migrate", verbosity=0, interactive=False)
    ours = [model for model in apps.get_models(include_auto_created=True) if model._meta.managed and not model._meta.proxy]
    with opened(path), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        for model in ours:  # what migrating has put there: kinds of content and their permissions
            cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608
        for model in ours:
            _copy(model)
        for statement in connection.ops.sequence_reset_sql(no_style(), ours):
            cursor.execute(statement)
        Fact.objects.create(verb=RESTORED, at=clock.now())


def _copy(model: type[models.Model]) -> None:
    rows = model._base_manager.using(ARCHIVE).order_by("pk").iterator(chunk_size=CHUNK)
    while chunk := list(islice(rows, CHUNK)):
        model._base_manager.using("default").bulk_create(chunk)


@contextmanager
def opened(path: Path) -> Iterator[None]:
    """The file as a second database that can only be read."""
    own = {"ENGINE": "django.db.backends.sqlite3", "NAME": f"file:{path}?mode=ro&immutable=1", "OPTIONS": {}}
    connections.settings[ARCHIVE] = {**connections.settings["default"], **own}
    try:
        yield
    finally:
        connections[ARCHIVE].close()
        del connections[ARCHIVE]
        del connections.settings[ARCHIVE]


def digests(alias: str) -> dict[str, str]:
    """{append-only table: SHA-256 over its rows as the models see them}, the same in both kinds of database."""
    known = {model._meta.db_table: model for model in apps.get_models()}
    return {table: _digest(known[table], alias) for table in append_only_tables()}


def _digest(model: type[models.Model], alias: str) -> str:
    digest = hashlib.sha256()
    rows: Any = model._base_manager.using(alias).exclude(**({"verb": RESTORED} if model is Fact else {}))
    for row in rows.order_by("pk").values_list().iterator(chunk_size=CHUNK):
        digest.update(json.dumps(row, default=_plain, sort_keys=True).encode() + b"\n")
    return digest.hexdigest()


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)
