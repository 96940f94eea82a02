"""Numbers for Prometheus: what the processes count themselves, and what the database says at the moment of asking.

No label ever holds what a visitor wrote: views by name, methods and statuses by class, verbs and followers of ours.
Nothing here says how a contest's vote goes. `groundswell_facts_total{verb="ballot.cast"}` does say how many ballots
were cast on the whole site, which is turnout where a site has one contest: so /metrics opens with a token only.
"""

from __future__ import annotations

import hmac
import platform
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from prometheus_client import CollectorRegistry, generate_latest, multiprocess
from prometheus_client.core import GaugeMetricFamily, Metric

from core import clock, counting
from core.models import Due, Heartbeat

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
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


def exposition(*, stored: bool = True) -> bytes:
    """The whole answer in Prometheus' text form. `stored` says whether the database is asked too."""
    processes = counting.REGISTRY
    if counting.folder() is not None:
        processes = CollectorRegistry()
        multiprocess.MultiProcessCollector(processes)
    text: bytes = generate_latest(processes)
    if stored:
        database = CollectorRegistry()
        database.register(Stored())
        text += generate_latest(database)
    return text


def opens(authorization: str) -> bool:
    """Whether this header holds METRICS_TOKEN. A near miss takes as long as a far one."""
    wanted = f"Bearer {settings.METRICS_TOKEN}"
    return bool(settings.METRICS_TOKEN) and hmac.compare_digest(authorization.encode(), wanted.encode())


def serve(port: int) -> None:
    """Answer GET /metrics in a thread of this worker: what its processes counted, for whoever holds the token."""

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        if environ["PATH_INFO"] != "/metrics" or not opens(environ.get("HTTP_AUTHORIZATION", "")):
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"Not found\n"]
        start("200 OK", [("Content-Type", CONTENT_TYPE)])
        return [exposition(stored=False)]

    server = make_server("", port, answer, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


class _Silent(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass
