"""A place beside the test's own: an installation that is still empty, to restore into."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from tests.faults import lab

HELPERS = """
from io import StringIO
from django.core.management import CommandError, call_command
from notifications.actions import send_waiting
def refused(*words):
    try:
        call_command(*words)
        print("not refused")
    except CommandError as error:
        print(error)
"""


@dataclass
class Place:
    """An empty installation beside the test's own: a state folder, and a database of the same kind."""

    var: Path
    url: str

    @property
    def environment(self) -> dict[str, str]:
        """A queue of its own too: the two installations share nothing."""
        own = {"GROUNDSWELL_VAR": str(self.var), "GROUNDSWELL_TESTING": "1", "DATABASE_URL": self.url, "REDIS_URL": ""}
        return {**os.environ, **own, "DJANGO_SETTINGS_MODULE": "config.settings"}

    def manage(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "manage.py", *words]
        return subprocess.run(command, cwd=lab.BASE, env=self.environment, capture_output=True, text=True)

    def run(self, *steps: str) -> list[str]:
        """What these steps print, one process for all of them."""
        said = self.manage("shell", "-v0", "-c", "\n".join((HELPERS, *steps)))
        assert said.returncode == 0, said.stderr
        return said.stdout.splitlines()

    def ask(self, statement: str) -> list[tuple[Any, ...]]:
        if self.url.startswith("sqlite"):
            with contextlib.closing(sqlite3.connect(self.url.removeprefix("sqlite:///"))) as file:
                return file.execute(statement).fetchall()
        import psycopg

        with psycopg.connect(self.url.replace("postgres:", "postgresql:")) as line:
            return line.execute(statement).fetchall()

    def mails(self) -> int:
        return len(list((self.var / "mail").glob("*"))) if (self.var / "mail").exists() else 0


@contextlib.contextmanager
def empty_place(folder: Path, name: str = "copy") -> Iterator[Place]:
    var = folder / name
    var.mkdir()
    if connection.vendor == "sqlite":
        yield Place(var, f"sqlite:///{var}/db.sqlite3")
        return
    here = lab.environment()["DATABASE_URL"]
    database = f"{connection.settings_dict['NAME']}_{name}"
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{database}"')
        cursor.execute(f'CREATE DATABASE "{database}"')
    yield Place(var, f"{here.rsplit('/', 1)[0]}/{database}")
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
