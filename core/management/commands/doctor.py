"""`python3 manage.py doctor`: is this installation well, and if not, how to mend it."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from core.health import Finding, State, examine

COLOURS = {State.OK: "32", State.WARN: "33", State.FAIL: "1;31"}
MARGIN = 22  # columns before what a finding says
WIDEST = 120


class Command(BaseCommand):
    help = "Ask settings, database, broker, mail, storage and workers how they are. Exit status: the number of FAILs."
    requires_system_checks: list[str] = []  # it must speak where a check would only break

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list, for programs")

    def handle(self, **options: Any) -> None:
        findings = []
        width = min(_columns(), WIDEST)
        for finding in examine():
            findings.append(finding)
            if not options["json"]:
                self.stdout.write(_line(finding, width, colour=_in_colour(options)))
                self.stdout.flush()  # a service that is slow to answer keeps nobody from reading on
        if options["json"]:
            self.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2))
        else:
            self.stdout.write(_summary(findings))
        failed = sum(finding.state is State.FAIL for finding in findings)
        if failed:
            sys.exit(min(failed, 100))


def _columns() -> int:
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        return WIDEST


def _in_colour(options: dict[str, Any]) -> bool:
    """On a terminal, unless NO_COLOR says otherwise (no-color.org)."""
    if options.get("force_color"):
        return True
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and not options.get("no_color")


def _line(finding: Finding, width: int, *, colour: bool) -> str:
    state = f"{finding.state:<5}"
    if colour:
        state = f"\x1b[{COLOURS[finding.state]}m{state}\x1b[0m"
    shape: dict[str, Any] = {"width": max(width, 60), "subsequent_indent": " " * MARGIN, "break_long_words": False}
    says = textwrap.fill(finding.says, initial_indent=" " * MARGIN, **shape)
    lines = [f"{state} {finding.name:<{MARGIN - 7}} {says[MARGIN:]}"]
    if finding.mend:
        lines.append(textwrap.fill(f"-> {finding.mend}", initial_indent=" " * MARGIN, **shape))
    return "\n".join(lines)


def _summary(findings: list[Finding]) -> str:
    count = {state: sum(finding.state is state for finding in findings) for state in State}
    if not count[State.FAIL] and not count[State.WARN]:
        return f"\nAll {count[State.OK]} answers are good."
    return f"\n{count[State.OK]} good, {count[State.WARN]} to look at, {count[State.FAIL]} failed."
