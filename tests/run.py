"""`python3 manage.py test [--all] [pytest arguments]`: every check of the project, and one summary.

Runs in `.venv` with the development lock installed (manage.py sees to it). No step stops the others.
"""

from __future__ import annotations

import collections
import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests import servers

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = "2"  # of pytest-xdist
NOTHING_COLLECTED = 5  # pytest's exit status
# A complete production environment, for `check --deploy`; nothing is connected to.
PRODUCTION = {
    "DATABASE_URL": "postgres://groundswell@127.0.0.1:1/groundswell",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "for-the-deployment-check-only-" + "abcdefghijklmnopqrstuvwxyz0123456789",
    "SITE_URL": "https://contests.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
    "DATABASE_POOLER": "session",  # a pool would wait for a database that is not there
}


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    reasons: collections.Counter[str] = field(default_factory=collections.Counter)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


@dataclass
class Result:
    name: str
    ok: bool
    seconds: float
    counts: Counts | None = None
    remark: str = ""


def say(line: str = "") -> None:
    print(line, flush=True)


def clean_environment(**extra: str) -> dict[str, str]:
    """What every step starts from: nothing of the caller's own installation, and our settings."""
    kept = {name: value for name, value in os.environ.items() if name not in (*PRODUCTION, "DEBUG")}
    return {**kept, "DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONUNBUFFERED": "1", **extra}


def call(command: Sequence[str], environment: dict[str, str]) -> int:
    """Run a command and answer its exit status; when we are stopped, it and all its children are too."""
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    try:
        return process.wait()
    except BaseException:
        for number, patience in ((signal.SIGINT, 10), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, number)
                process.wait(patience)
        raise


def run_step(name: str, command: Sequence[str], environment: dict[str, str]) -> Result:
    say(f"\n== {name}")
    started = time.monotonic()
    status = call(command, environment)
    return Result(name, status == 0, time.monotonic() - started)


def run_lane(name: str, arguments: Sequence[str], environment: dict[str, str], folder: Path, picky: bool) -> Result:
    """One run of pytest. `picky`: a lane without tests has failed (it would prove nothing)."""
    report = folder / f"{name.replace(' ', '-')}.xml"
    command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *arguments]
    say(f"\n== {name}")
    started = time.monotonic()
    status = call(command, environment)
    counts = count(report)
    result = Result(name, status == 0, time.monotonic() - started, counts)
    if status == NOTHING_COLLECTED:
        result.ok, result.remark = not picky, "no tests"
    elif status != 0 and not counts.failed:
        counts.failed, result.remark = 1, f"pytest ended with status {status}"
    return result


def count(report: Path) -> Counts:
    """Add up what pytest's JUnit report says; a test whose teardown fails is one failed test."""
    counts = Counts()
    if not report.exists():
        return counts
    verdicts: dict[tuple[str | None, str | None], str] = {}
    rank = ["passed", "skipped", "failed"]
    for case in ElementTree.parse(report).iter("testcase"):
        key, verdict = (case.get("classname"), case.get("name")), "passed"
        if case.find("failure") is not None or case.find("error") is not None:
            verdict = "failed"
        elif (skip := case.find("skipped")) is not None:
            verdict = "skipped"
            counts.reasons[" ".join((skip.get("message") or "no reason given").split())] += 1
        verdicts[key] = max(verdict, verdicts.get(key, "passed"), key=rank.index)
    tally = collections.Counter(verdicts.values())
    counts.passed, counts.failed, counts.skipped = tally["passed"], tally["failed"], tally["skipped"]
    return counts


def static_checks(var: Path) -> list[Result]:
    tools, manage = Path(sys.executable).parent, [sys.executable, "manage.py"]
    plain = clean_environment(GROUNDSWELL_VAR=str(var))
    python = [sys.executable, "-m"]
    return [
        run_step("ruff", [*python, "ruff", "check", "."], plain),
        run_step("mypy", [*python, "mypy"], plain),
        run_step("import contracts", [str(tools / "lint-imports")], plain),
        run_step("migrations", [*manage, "makemigrations", "--check", "--dry-run"], plain),
        run_step("deployment check", [*manage, "check", "--deploy", "--fail-level", "WARNING"], plain | PRODUCTION),
    ]


def audit(folder: Path) -> Result:
    """Known faults of the packages the lock names. Where no advisories can be had it says so, and is no failure."""
    say("\n== dependency audit")
    started, report = time.monotonic(), folder / "audit.json"
    command = [sys.executable, "-m", "pip_audit", "-r", "requirements.lock", "--require-hashes", "--disable-pip",
               "--progress-spinner", "off", "--timeout", "10", "-f", "json", "-o", str(report)]  # fmt: skip
    with contextlib.suppress(subprocess.TimeoutExpired):
        subprocess.run(command, cwd=ROOT, capture_output=True, timeout=180)
    ok, remark = advice(json.loads(report.read_text()) if report.exists() else {})
    say(remark)
    return Result("dependency audit", ok, time.monotonic() - started, remark=remark)


def advice(report: dict[str, Any]) -> tuple[bool, str]:
    """What pip-audit's report comes to: whether it is good, and a line about it."""
    packages = report.get("dependencies", [])
    asked = [package for package in packages if "skip_reason" not in package]
    faulty = [f"{p['name']} {p['version']}: {v['id']}" for p in asked for v in p.get("vulns", [])]
    if faulty:
        return False, "; ".join(faulty)
    if not asked:
        return True, "NOT ASKED: this machine reaches no advisories"
    unasked = f", {len(packages) - len(asked)} not asked" if len(packages) > len(asked) else ""
    return True, f"no known fault in {len(asked)} packages{unasked}"


def lanes(arguments: Sequence[str], everything: bool, folder: Path, urls: dict[str, str]) -> Iterator[Result]:
    """The test lanes: SQLite, PostgreSQL with Redis, browser; the long ones only with --all."""
    picky = not arguments
    chromium = {"CHROMIUM": servers.chromium_program() or ""}
    sqlite, postgres = clean_environment(**chromium), clean_environment(**chromium, **urls)
    parallel = [] if any(a.startswith(("-n", "--pdb")) for a in arguments) else ["-n", PROCESSES]
    quick, browser = "not browser and not long", "browser" if everything else "browser and not long"
    plans = [("tests on SQLite", quick, sqlite, parallel)]
    if urls:
        plans.append(("tests on PostgreSQL and Redis", f"{quick} and not once", postgres, parallel))
    if chromium["CHROMIUM"]:
        plans.append(("browser journeys", browser, sqlite, []))
    if everything:
        plans.append(("long tests on SQLite", "long and not browser", sqlite, []))
    if everything and urls:
        plans.append(("long tests on PostgreSQL and Redis", "long and not browser", postgres, []))
    for name, marks, environment, options in plans:
        chosen = [] if "-m" in arguments else ["-m", marks]
        yield run_lane(name, [*options, *chosen, *arguments], environment, folder, picky)


def attempt(name: str, work: Callable[[], None]) -> Result:
    started = time.monotonic()
    try:
        work()
    except servers.Unavailable as error:
        say(str(error))
        return Result(name, False, time.monotonic() - started, remark=str(error))
    return Result(name, True, time.monotonic() - started)


def summary(results: Sequence[Result]) -> bool:
    """Print the table and the one line of counts; answers whether all went well."""
    say("\n" + "=" * 100)
    for result in results:
        word = "ok" if result.ok else "FAILED"
        say(f"{result.name:<36} {word:<7} {result.seconds:7.1f} s  {result.counts or ''} {result.remark}".rstrip())
    lanes_counts = [result.counts for result in results if result.counts]
    reasons = sum((counts.reasons for counts in lanes_counts), collections.Counter())
    for reason, number in reasons.most_common():
        say(f"  skipped {number} x {reason}")
    total = Counts(*(sum(getattr(c, name) for c in lanes_counts) for name in ("passed", "failed", "skipped")))
    bad = [result.name for result in results if not result.ok]
    seconds = sum(result.seconds for result in results)
    say(f"{seconds:.0f} s in all. " + (f"Not ok: {', '.join(bad)}" if bad else "All ok."))
    say(str(total))
    return not bad and total.passed > 0


def main(arguments: Sequence[str]) -> int:
    """Run it all; 0 only when every step passed."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers below are stopped
    everything = "--all" in arguments
    chosen = [argument for argument in arguments if argument != "--all"]
    results: list[Result] = []
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(servers.throw_away_folder())
        urls: dict[str, str] = {}

        def start_servers() -> None:
            servers.bring(say)
            database = stack.enter_context(servers.postgres(folder))
            urls.update(DATABASE_URL=database, REDIS_URL=stack.enter_context(servers.redis(folder)))

        try:
            if not chosen:
                results += [*static_checks(folder), audit(folder)]
            results.append(attempt("PostgreSQL, Redis, Chromium", start_servers))
            results += lanes(chosen, everything, folder, urls)
        except KeyboardInterrupt:
            results.append(Result("interrupted", False, 0.0))
        return 0 if summary(results) else 1
