"""python -m tests.bench: rows of the performance table, each beside its reference in the same run, in turns.

It starts a PostgreSQL that keeps its promises (fsync on), Redis and gunicorn with two workers, prints ratios, and appends
the run to tests/bench/history.jsonl. Other numbers than ratios say what this computer did today.
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from tests import servers
from tests.bench.house import Refusal, house
from tests.bench.pairs import Plan
from tests.bench.profiling import profile
from tests.bench.report import Result, keep
from tests.bench.rows import ALL, Rooms


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    made.add_argument("--rows", type=numbers, default=sorted(ALL), help=f"of {', '.join(map(str, sorted(ALL)))}")
    made.add_argument("--rounds", type=int, default=5, help="pairs of turns")
    made.add_argument("--seconds", type=float, default=4, help="of one turn")
    made.add_argument("--quick", action="store_true", help="small data, two short rounds; nothing is kept")
    made.add_argument("--profile", metavar="PAGE", help="no measuring: where the time of this page goes (row 2's names)")
    made.add_argument("--forget", action="store_true", help="do not append to the history")
    return made


def numbers(text: str) -> list[int]:
    """ "1,2" as [1, 2]; rows that nobody measures here are refused."""
    try:
        found = sorted({int(part) for part in text.split(",")})
    except ValueError:
        raise argparse.ArgumentTypeError("rows are numbers with commas between them") from None
    if unknown := [number for number in found if number not in ALL]:
        raise argparse.ArgumentTypeError(f"there is no row {unknown[0]}; there are {', '.join(map(str, sorted(ALL)))}")
    return found


def main(given: list[str] | None = None) -> int:
    options = parser().parse_args(given)
    plan = Plan(2, 1.0) if options.quick else Plan(options.rounds, options.seconds)
    try:
        if os.environ.get("DEBUG", "").lower() not in ("", "0", "false", "no", "off"):
            raise Refusal("DEBUG is set, and a debug server's speed says nothing. Unset it.")
        with house() as place:
            rooms = Rooms(place, plan, quick=options.quick)
            if options.profile:
                print(profile(rooms, options.profile))
                return 0
            found = list(measure(rooms, options.rows))
    except (Refusal, servers.Unavailable, ConnectionError) as refusal:
        print(f"Bench refused: {refusal}", file=sys.stderr)
        return 1
    if not options.quick and not options.forget:
        keep(found)
    missed = [result for result in found if not result.met]
    print(f"{len(found) - len(missed)} of {len(found)} lines met their target.")
    return 0


def measure(rooms: Rooms, wanted: list[int]) -> list[Result]:
    print(f"{time.strftime('%Y-%m-%d')}, gunicorn with two workers, eight connections, load and database on the same machine")
    print("row, what, ratio: median (least to most), ours / reference, target")
    found = []
    for row in dict.fromkeys(ALL[number] for number in wanted):
        print(f"   {row.__doc__}", flush=True)
        for result in row(rooms):
            if result.row in wanted:
                found.append(result)
                print(result.line(), flush=True)
    return found


if __name__ == "__main__":
    sys.exit(main())
