"""Numbers for Prometheus: what the processes count themselves, and what the database says at the moment of asking.

No label ever holds what a visitor wrote: views by name, methods and statuses by class, verbs and followers of ours.
Nothing here says how a contest's vote goes. `groundswell_facts_total{verb="ballot.cast"}` does say how many ballots
were cast on the whole site, which is turnout where a site has one contest: so /metrics opens with a token only.
"""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, disable_created_metrics, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric

from core import clock
from core.models import Due, Heartbeat

disable_created_metrics()
REGISTRY = CollectorRegistry()
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Histogram(
    "groundswell_request_seconds", "Time to answer", ["view", "method", "status"], buckets=SECONDS, registry=REGISTRY
)
in_flight = Gauge(
    "groundswell_requests_in_flight", "Being answered now", multiprocess_mode="livesum", registry=REGISTRY
)
exceptions = Counter("groundswell_exceptions", "Answers that failed with an error of ours", ["view", "kind"], registry=REGISTRY)
sign_ins_failed = Counter("groundswell_sign_ins_failed", "Wrong passwords and codes", ["by"], registry=REGISTRY)
facts = Counter("groundswell_facts", "Acts committed, by verb", ["verb"], registry=REGISTRY)
followers = Summary("groundswell_follower_seconds", "Time of due work", ["verb", "follower"], registry=REGISTRY)
followers_failed = Counter("groundswell_follower_failures", "Due work that failed", ["verb", "follower"], registry=REGISTRY)
deliveries = Counter("groundswell_deliveries", "Mails handed over, put off, given up", ["channel", "outcome"], registry=REGISTRY)

Source = Callable[[datetime], Iterable[Metric]]
_sources: dict[str, Source] = {}


def source(name: str, function: Source) -> None:
    """Register what an app above reads from its tables when it is asked: one statement at most, `at` the time (UTC)."""
    _sources[name] = function


class Stored:
    """The numbers of the database, read at the moment of asking: three statements, and one of each further source."""

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("groundswell_database_up", "1 when the database answers")
        build = GaugeMetricFamily("groundswell_build_info", "What runs here", labels=["version", "python", "django", "database"])
        build.add_metric([version(), platform.python_version(), django.get_version(), connection.vendor], 1)
        yield build
        found: list[Metric] = []
        try:
            at = clock.now()
            for function in (_due, _tick, *_sources.values()):
                found += function(at)
        except DatabaseError:
            found = []
        up.add_metric([], float(bool(found)))
        yield up
        yield from found


def _due(at: datetime) -> Iterable[Metric]:
    waiting = GaugeMetricFamily("groundswell_due", "Due work that is not done, by state", labels=["state"])
    oldest = GaugeMetricFamily("groundswell_due_oldest_seconds", "How long the oldest ripe due work has been waiting")
    open_states = (Due.State.WAITING, Due.State.CLAIMED, Due.State.PARKED)
    rows = {
        row["state"]: row
        for row in Due.objects.filter(state__in=open_states).values("state").annotate(n=Count("pk"), first=Min("next_at"))
    }
    for state in open_states:
        waiting.add_metric([state.value], rows.get(state.value, {"n": 0})["n"])
    first = rows.get(Due.State.WAITING.value, {"first": at})["first"]
    oldest.add_metric([], max((at - first).total_seconds(), 0.0))
    return waiting, oldest


def _tick(at: datetime) -> Iterable[Metric]:
    last = Heartbeat.objects.order_by("-at").values_list("at", flat=True).first()
    age = GaugeMetricFamily("groundswell_worker_tick_age_seconds", "Since beat, broker and worker last did something together")
    if last is not None:
        age.add_metric([], max((at - last).total_seconds(), 0.0))
    return (age,)


@cache
def version() -> str:
    """The version of this checkout, as pyproject.toml says it."""
    import tomllib

    text = (Path(__file__).resolve().parent.parent / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def folder() -> Path | None:
    """Where the processes of this machine add up their numbers; None when each has its own."""
    name = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(name) if name else None


def exposition(*, stored: bool = True) -> bytes:
    """The whole answer in Prometheus' text form. `stored` says whether the database is asked too."""
    processes = REGISTRY
    if folder() is not None:
        processes = CollectorRegistry()
        multiprocess.MultiProcessCollector(processes)
    text: bytes = generate_latest(processes)
    if stored:
        database = CollectorRegistry()
        database.register(Stored())
        text += generate_latest(database)
    return text


def recorded(verb: str) -> None:
    """A fact has been committed."""
    facts.labels(verb).inc()


def gone(pid: int) -> None:
    """A process has ended: what it had in flight is no more."""
    if folder() is not None:
        multiprocess.mark_process_dead(pid)


def forget_dead_processes() -> None:
    """Clear the folder of what processes of an earlier start have left. A file that is being written stays."""
    place = folder()
    for path in place.glob("*_*.db") if place is not None else ():
        pid: Any = path.stem.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            path.unlink(missing_ok=True)
