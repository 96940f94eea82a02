"""manage.py restore ARCHIVE [--yes]: bring an archive back into a fresh place; it verifies itself and sends nothing."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.keeping import Problem, restoring
from core.management.commands.backup import private


class Command(BaseCommand):
    help = "Restore an archive made by backup into an empty database and media storage, and verify it."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", type=Path, metavar="ARCHIVE", help="the folder that backup printed")
        parser.add_argument("--yes", action="store_true", help="replace what is in the database and the media storage")

    def handle(self, *, source: Path, yes: bool = False, **_: Any) -> None:
        started = time.monotonic()
        try:
            with private():
                manifest = restoring.examine(source.absolute(), replace=yes)
                remarks = restoring.bring_back(source.absolute(), manifest)
        except Problem as problem:
            raise CommandError(str(problem)) from None
        except OSError as error:
            raise CommandError(f"The media could not be written ({error}). The database was not touched.") from None
        wrong = restoring.differences(manifest, source.absolute())
        steps = restoring.migrate()
        more, rules = restoring.verify(manifest)
        self._report(manifest, steps, rules, remarks, wrong + more, time.monotonic() - started)
        if wrong or more:
            sys.exit(1)

    def _report(
        self, manifest: dict[str, Any], steps: int, rules: int, remarks: list[str], wrong: list[str], seconds: float
    ) -> None:
        rows, tables = sum(manifest["tables"].values()), len(manifest["tables"])
        ledgers = sum(len(heads) for heads in manifest["ledgers"].values())
        for line in (
            f"restored    the backup of {manifest['taken_at']}, version {manifest['version']}, in {seconds:.1f} s",
            f"into        {restoring.place()}",
            f"rows        {rows:,} in {tables} tables, {ledgers} ledgers digested, {manifest['media_files']:,} media files",
            f"migrated    {steps} steps" if steps else "migrated    nothing to do",
            f"rules       {rules} checked as of the backup",
            *(f"note        {remark}" for remark in remarks),
            *(f"DIFFERS     {sentence}" for sentence in wrong),
            "verified    everything is as it was" if not wrong else f"NOT OK      {len(wrong)} differences, see above",
            "frozen      no mail leaves this copy until `manage.py release_restored`",
        ):
            self.stdout.write(line)
