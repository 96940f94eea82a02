"""manage.py check_invariants [--json] [--list]: everything that must always hold, asked of the database."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from core import clock, invariants
from core.database import snapshot
from core.invariants import Result

MOST_STATUS = 125  # the shell has its own meanings for what is above


class Command(BaseCommand):
    help = "Check everything that must always hold. The exit status is the number of violations (at most 125)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="the answer for a program")
        parser.add_argument("--list", action="store_true", help="only say what is checked")

    def handle(self, **options: Any) -> None:
        if options["list"]:
            for rule in invariants.rules():
                self.stdout.write(f"{rule.name:<26} {rule.sentence}")
            return
        try:
            with snapshot():
                results = invariants.check(at=clock.now())
        except DatabaseError as error:
            raise CommandError(f"The database cannot be checked: {' '.join(str(error).split())}") from None
        number = invariants.broken(results)
        if options["json"]:
            self.stdout.write(json.dumps({"violations": number, "rules": [_plain(result) for result in results]}, indent=2))
        else:
            for line in lines(results):
                self.stdout.write(line)
        if number:
            sys.exit(min(number, MOST_STATUS))


def lines(results: list[Result]) -> list[str]:
    """One line for each rule; below a broken one its first exceptions and where to look."""
    said = []
    for result in results:
        found = result.found
        said.append(f"{f'{found.number} broken' if found.number else 'ok':<12} {result.rule.name:<26} {result.rule.sentence}")
        said += [f"             - {example}" for example in found.examples]
        if look := result.rule.look(found):
            said.append(f"             look: {look}")
    broken = sum(1 for result in results if result.found.number)
    seconds = sum(result.seconds for result in results)
    number = invariants.broken(results)
    said.append(f"{number} violations, {broken} of {len(results)} rules broken; checked in {seconds:.1f} s")
    return said


def _plain(result: Result) -> dict[str, Any]:
    return {
        "name": result.rule.name,
        "sentence": result.rule.sentence,
        "violations": result.found.number,
        "examples": list(result.found.examples),
        "look": result.rule.look(result.found),
        "seconds": round(result.seconds, 3),
    }
