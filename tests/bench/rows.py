"""The rows of the performance table, each beside its reference in the same run."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from statistics import median
from typing import Any

from tests.bench import requests
from tests.bench.house import BASE, House, Server
from tests.bench.load import Request, Supply, drive
from tests.bench.pairs import Plan, Side, compare, once, statements
from tests.bench.report import Result, of_ratios

SMALL = ("--scale", "0.1", "--proposals", "200")
ROWS = Request("GET", "/bench/rows/")


class Rooms:
    """Databases are filled once and used by several rows."""

    def __init__(self, house: House, plan: Plan, *, quick: bool) -> None:
        self.house, self.plan, self.quick = house, plan, quick
        self._planted: dict[str, dict[str, Any]] = {}

    def planted(self, name: str, *seed_bench: str) -> dict[str, Any]:
        if name not in self._planted:
            print(f"   (filling {name}: seed_bench {' '.join(seed_bench)})", flush=True)
            self._planted[name] = self.house.fill(name, *seed_bench)
        return self._planted[name]


def cached_pages(rooms: Rooms) -> Iterator[Result]:
    """Row 1: anonymous pages, drawn once for everybody, beside 16 KB from Redis through a bare Django view."""
    planted, house = rooms.planted("small", *SMALL), rooms.house
    with house.serve("small", BENCH_PAGE_CACHE="1") as site, house.serve("small", app="tests.bench.bare") as bare:
        for name, path in requests.public(planted).items():
            request = Request("GET", path)
            sql = statements(site, request)
            yield compare(
                1, f"{name}, cached", Side(site, [request]), Side(bare, [Request("GET", "/")]), rooms.plan, sql=sql,
                target=">= 0.75, p99 <= 10 ms, 0 SQL",
                met=lambda r: r.ratio >= 0.75 and (r.p99_ms or 0) <= 10 and r.sql == 0,
            )  # fmt: skip


def drawn_pages(rooms: Rooms) -> Iterator[Result]:
    """Row 2: the same drawn anew, for strangers and for members, beside one query and a template of 25 rows."""
    planted = rooms.planted("small", *SMALL)
    with rooms.house.serve("small") as site:
        for who, headers in (("", {}), (", signed in", requests.signed_in(planted["sessions"][0]))):
            for name, path in requests.public(planted).items():
                request = Request("GET", path, headers)
                most = 8 if name != "home" else 15
                yield compare(
                    2, f"{name}{who}", Side(site, [request]), Side(site, [ROWS]), rooms.plan, sql=statements(site, request),
                    target=f">= 0.50, <= {most} SQL", met=lambda r, most=most: r.ratio >= 0.5 and (r.sql or 0) <= most,  # type: ignore[misc]
                )  # fmt: skip


def growth(rooms: Rooms) -> Iterator[Result]:
    """Row 3: processor time of a page with 200, 2,000 and 20,000 proposals in the contest."""
    sizes = (200, 2_000) if rooms.quick else (200, 2_000, 20_000)
    found = {size: rooms.planted(f"of-{size}", "--scale", "0.02", "--proposals", str(size)) for size in sizes}
    costs: dict[tuple[str, int], list[float]] = {}
    with contextlib.ExitStack() as stack:  # all at once, so that what disturbs the machine disturbs every size
        sites = {size: stack.enter_context(rooms.house.serve(f"of-{size}")) for size in sizes}
        for _ in range(rooms.plan.rounds):
            for name in requests.public(found[200]):
                for size, site in sites.items():
                    cost = _cpu_ms(site, requests.public(found[size])[name], rooms.plan.seconds)
                    costs.setdefault((name, size), []).append(cost)
    for name in requests.public(found[200]):
        for size, most in ((2_000, 1.10), (20_000, 1.20)):
            if size in sizes:
                pairs = zip(costs[name, size], costs[name, 200], strict=True)
                ratio, low, high = of_ratios(large / small for large, small in pairs)
                yield Result(3, f"{name}, {size:,} beside 200", ratio, low, high, median(costs[name, size]),
                             median(costs[name, 200]), "ms CPU", rooms.plan.rounds, f"<= {most:.2f}", ratio <= most)  # fmt: skip


def _cpu_ms(site: Server, path: str, seconds: float) -> float:
    """Milliseconds of the workers' processor time for one answer, warm."""
    side = Side(site, [Request("GET", path)])
    drive(site.port, side.supply, seconds=0.5)
    side.turn(seconds)
    return side.cpu_ms[0]


def voting(rooms: Rooms) -> Iterator[Result]:
    """Rows 4 and 5: a vote beside an ORM upsert, and votes that all name one proposal beside votes that do not."""
    planted = rooms.planted("small", *SMALL)
    votes, upsert = requests.votes(planted), [Request("POST", f"/bench/upsert/?phase={planted['phase']}")]
    with rooms.house.serve("small") as site:
        sql = max(once(site, vote) for vote in votes[-5:])
        yield compare(
            4, "cast a vote", Side(site, votes), Side(site, upsert), rooms.plan, sql=sql,
            target=">= 0.20 (0.45), <= 12 SQL, p99 <= 30 ms",
            met=lambda r: r.ratio >= 0.2 and (r.p99_ms or 0) <= 30 and (r.sql or 0) <= 12,
        )  # fmt: skip
        one = requests.votes(planted, always=planted["finalists"][0])
        yield compare(
            5, "all on one proposal", Side(site, one), Side(site, votes), rooms.plan,
            target=">= 0.90 of row 4", met=lambda r: r.ratio >= 0.9,
        )  # fmt: skip


def submitting(rooms: Rooms) -> Iterator[Result]:
    """Row 6: beginning and submitting a proposal of 3 KB, beside an ORM upsert."""
    planted = rooms.planted("small", *SMALL)
    upsert = [Request("POST", f"/bench/upsert/?phase={planted['phase']}")]
    with rooms.house.serve("small") as site:
        for name, made in requests.submissions(planted).items():
            sql = once(site, made[-1])
            yield compare(
                6, name, Side(site, made), Side(site, upsert), rooms.plan, sql=sql,
                target=">= 0.19, <= 12 SQL", met=lambda r: r.ratio >= 250 / 1350 and (r.sql or 0) <= 12,
            )  # fmt: skip


def tally(rooms: Rooms) -> Iterator[Result]:
    """Row 8: a count of 1,000,000 ballots beside the raw GROUP BY and write; 100,000 beside none."""
    rooms.planted("tally", "--scale", "0.05", "--proposals", "2000")
    seconds = {}
    for ballots in (0, 100_000) if rooms.quick else (0, 100_000, 1_000_000):
        command = [sys.executable, "-m", "tests.bench.counting_ballots", str(ballots), str(max(3, rooms.plan.rounds))]
        run = subprocess.run(
            command, cwd=BASE, env=rooms.house.environment("tally"), check=True, stdout=subprocess.PIPE, text=True
        )
        seconds[ballots] = json.loads(run.stdout.splitlines()[-1])
    fixed, some = seconds[0]["ours"], seconds[100_000]["ours"]
    more = [a - b for a, b in zip(some, fixed, strict=True)]
    yield Result(8, "100,000 ballots, more than none", *of_ratios(more), median(some), median(fixed), "s", len(more),
                 "<= 0.1 s", median(more) <= 0.1, note="the first number is the difference in seconds")  # fmt: skip
    if 1_000_000 in seconds:
        ours, raw = seconds[1_000_000]["ours"], seconds[1_000_000]["raw"]
        ratio, low, high = of_ratios(a / b for a, b in zip(ours, raw, strict=True))
        yield Result(8, "tally of 1,000,000 ballots", ratio, low, high, median(ours), median(raw), "s", len(ours),
                     "<= 2", ratio <= 2)  # fmt: skip


def memory(rooms: Rooms) -> Iterator[Result]:
    """Row 11: two workers after load, and the first answer after the start, beside a bare Django."""
    planted = rooms.planted("small", *SMALL)
    ours: list[tuple[float, float, float]] = []
    bare: list[tuple[float, float, float]] = []
    for _ in range(max(2, min(rooms.plan.rounds, 3))):
        for app, kept, paths in (
            ("config.wsgi", ours, [*requests.public(planted).values(), "/contests/"]),
            ("tests.bench.bare", bare, ["/"]),
        ):
            with rooms.house.serve("small", app=app, BENCH_PAGE_CACHE="1") as site:
                supply = Supply([Request("GET", path) for path in paths] + _signed_in(planted, app))
                drive(site.port, supply, seconds=rooms.plan.seconds)
                kept.append((*site.memory(), site.first_answer))
    for place, (name, unit, target, most) in enumerate((
        ("memory, shared pages once", "MiB", "<= 170", 170.0), ("memory, workers added up", "MiB", "<= 170", 170.0),
        ("first answer after the start", "s", "<= 1.0", 1.0),
    )):  # fmt: skip
        mine, other = [row[place] for row in ours], [row[place] for row in bare]
        ratio, low, high = of_ratios(a / b for a, b in zip(mine, other, strict=True))
        yield Result(11, name, ratio, low, high, median(mine), median(other), unit, len(mine), target, median(mine) <= most)


def _signed_in(planted: dict[str, Any], app: str) -> list[Request]:
    if app != "config.wsgi":
        return []
    pages = [Request("GET", path, requests.signed_in(planted["sessions"][1])) for path in requests.public(planted).values()]
    return [*pages, *requests.votes(planted)[:50], Request("GET", "/manage/", requests.signed_in(planted["organiser"]))]


def climate_colab(rooms: Rooms) -> Iterator[Result]:
    """Row 12: every page at Climate CoLab's size, within its budget and beside a tenth of it."""
    whole, tenth = ("0.1", "0.01") if rooms.quick else ("1", "0.1")
    large, small = rooms.planted("whole", "--scale", whole), rooms.planted("tenth", "--scale", tenth)
    with rooms.house.serve("whole") as site, rooms.house.serve("tenth") as other:
        pages = requests.everywhere(large)
        for name, (path, session, budget) in pages.items():
            ours, beside = _ask(path, session), _ask(*requests.everywhere(small)[name][:2])
            most = 25 if name.startswith("console") else 15
            sql, there = statements(site, ours), statements(other, beside)
            times = []
            for _ in range(rooms.plan.rounds):
                mine = drive(site.port, Supply([ours]), seconds=max(1.0, rooms.plan.seconds / 4), connections=1)
                times.append((mine, drive(other.port, Supply([beside]), seconds=max(1.0, rooms.plan.seconds / 4), connections=1)))
            ratio, low, high = of_ratios(a.p50_ms / b.p50_ms for a, b in times)
            p50, p99 = median(a.p50_ms for a, _ in times), median(a.p99_ms for a, _ in times)
            yield Result(12, name, ratio, low, high, p50, median(b.p50_ms for _, b in times), "ms", rooms.plan.rounds,
                         f"<= {budget} ms, <= {most} SQL", p99 <= budget and sql <= most, p50, p99, sql,
                         note="" if sql == there else f"{there} SQL at a tenth")  # fmt: skip


def _ask(path: str, session: str | None) -> Request:
    return Request("GET", path, requests.signed_in(session) if session else {})


Measure = Callable[[Rooms], Iterator[Result]]
ALL: dict[int, Measure] = {
    1: cached_pages, 2: drawn_pages, 3: growth, 4: voting, 5: voting, 6: submitting, 8: tally, 11: memory, 12: climate_colab,
}  # fmt: skip
