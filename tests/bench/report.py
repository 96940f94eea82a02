"""What a measurement says, as a line to read and as a line to keep."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

HISTORY = Path(__file__).with_name("history.jsonl")


@dataclass
class Result:
    """One line of the table. `ratio` is of what the target speaks of; `ours` and `reference` in `unit`."""

    row: int
    name: str
    ratio: float
    low: float
    high: float
    ours: float
    reference: float
    unit: str
    rounds: int
    target: str
    met: bool
    p50_ms: float | None = None
    p99_ms: float | None = None
    sql: int | None = None
    by_cpu: float | None = None
    """The same ratio by processor time of the workers: what a busy machine disturbs least."""
    cpu_ms: float | None = None
    note: str = ""

    def line(self) -> str:
        timed = "" if self.p99_ms is None else f"  p50 {self.p50_ms:6.1f}  p99 {self.p99_ms:6.1f} ms"
        worked = "" if self.cpu_ms is None else f"  by CPU {self.by_cpu:.2f}, {self.cpu_ms:.1f} ms"
        counted = "" if self.sql is None else f"  {self.sql:2d} SQL"
        return (
            f"{self.row:>2} {self.name:34} {self.ratio:6.2f} ({self.low:.2f} to {self.high:.2f})"
            f"  {self.ours:9.1f} / {self.reference:9.1f} {self.unit}{timed}{worked}{counted}"
            f"  {'met   ' if self.met else 'MISSED'} {self.target}{'  ' + self.note if self.note else ''}"
        )


def of_ratios(ratios: Iterable[float]) -> tuple[float, float, float]:
    """Median, least and most."""
    found = sorted(ratios)
    return median(found), found[0], found[-1]


def keep(results: Iterable[Result], *, into: Path = HISTORY) -> None:
    """Append the run: one line of JSON per row, with the day and the commit, nothing about the machine."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=HISTORY.parent)
    stamp = {"date": time.strftime("%Y-%m-%d"), "commit": commit.stdout.strip() or "unknown"}
    with into.open("a", encoding="utf-8") as file:
        for result in results:
            kept = {key: value for key, value in asdict(result).items() if value not in (None, "")}
            rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in kept.items()}
            file.write(json.dumps(stamp | rounded) + "\n")


def history(path: Path = HISTORY) -> list[dict[str, object]]:
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
