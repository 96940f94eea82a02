"""manage.py backup FOLDER [--keep N]: a consistent archive of database and media, taken while the site runs."""

from __future__ import annotations

import os
import signal
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.keeping import Problem
from core.keeping.taking import take


class Command(BaseCommand):
    help = "Write an archive of the database and the media into FOLDER, while the site runs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where archives are kept; made when it is not there")
        parser.add_argument("--keep", type=_number, metavar="N", help="when this one is safe, keep the N newest only")

    def handle(self, *, folder: Path, keep: int | None = None, **_: Any) -> None:
        started = time.monotonic()
        try:
            with private(), stoppable():
                place, content, old = take(folder.absolute(), keep=keep)
        except Problem as problem:
            raise CommandError(str(problem)) from None
        except KeyboardInterrupt:
            raise CommandError("Stopped. Nothing was kept.") from None
        size = sum(path.stat().st_size for path in place.iterdir())
        rows = sum(content["tables"].values())
        self.stdout.write(str(place))
        self.stdout.write(
            f"{rows:,} rows in {len(content['tables'])} tables, {content['media_files']:,} files, "
            f"{size / 1e6:.1f} MB in {time.monotonic() - started:.1f} s"
        )
        for gone in old:
            self.stdout.write(f"removed {gone.name}")


def _number(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise ArgumentTypeError("a whole number from 1")
    return int(text)


@contextmanager
def private() -> Iterator[None]:
    """Everything written meanwhile is for its owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends the work as Ctrl-C does, so that nothing half is left."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
