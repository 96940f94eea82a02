"""Rows and files belong together, whatever keeps the files: a folder or a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.storage import Storage, default_storage
from django.db import connection

from core.invariants import Found, Rule, file_columns, listed

STRAY_AFTER = timedelta(days=7)
"""A picture that was replaced stays for a while: a backup being taken may still name it."""
MOST_FILES = 200_000
"""More names than this are not compared in one go."""
MOST_STRAYS = 1000


def walk(storage: Storage, folder: str = "") -> Iterator[str]:
    """The names of all files below a folder of the storage, sorted within each folder."""
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(names):
        if name:  # a bucket may hold an empty object that stands for the folder itself
            yield f"{folder}/{name}" if folder else name
    for inner in sorted(folders):
        yield from walk(storage, f"{folder}/{inner}" if folder else inner)


def named() -> dict[str, set[str]]:
    """{folder: the names of its files that some row has}."""
    found: dict[str, set[str]] = {}
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for folder, (table, column) in file_columns().items():
            cursor.execute(f"SELECT {quote(column)} FROM {quote(table)} WHERE {quote(column)} <> ''")  # noqa: S608
            found[folder] = {row[0] for row in cursor.fetchall()}
    return found


def strays(at: datetime, *, older_than: timedelta) -> Iterator[str]:
    """Files that no row names, and have lain there for so long. A thousand are looked at: a bucket is asked for each."""
    for folder, names in named().items():
        unnamed = (name for name in islice(walk(default_storage, folder), MOST_FILES) if name not in names)
        for name in islice(unnamed, MOST_STRAYS):
            if default_storage.get_modified_time(name) < at - older_than:
                yield name


def _missing(at: datetime) -> Found:
    wrong: list[str] = []
    for folder, names in named().items():
        here = set(islice(walk(default_storage, folder), MOST_FILES)) if names else set()
        wrong += [name for name in sorted(names - here) if len(here) < MOST_FILES or not default_storage.exists(name)]
    return listed([f"no file {name}" for name in wrong])


def _strays(at: datetime) -> Found:
    return listed([f"file {name}" for name in strays(at, older_than=STRAY_AFTER)])


RULES = (
    Rule("file-of-row", "Every file that a row names is there", _missing),
    Rule("row-of-file", "No file outlives the row that named it by more than a week", _strays),
)
