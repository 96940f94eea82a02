"""What the processes count themselves, for Prometheus. The numbers of the database stand in core.metrics.

No label ever holds what a visitor wrote: views by name, methods and statuses by class, verbs and followers of ours.
It imports no model, so that a server can use it before Django is set up.
"""

from __future__ import annotations

import os
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Summary, disable_created_metrics, multiprocess

disable_created_metrics()
REGISTRY = CollectorRegistry()
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

requests = Histogram(
    "groundswell_request_seconds", "Time to answer", ["view", "method", "status"], buckets=SECONDS, registry=REGISTRY
)
in_flight = Gauge("groundswell_requests_in_flight", "Being answered now", multiprocess_mode="livesum", registry=REGISTRY)
exceptions = Counter("groundswell_exceptions", "Answers that failed with an error of ours", ["view", "kind"], registry=REGISTRY)
sign_ins_failed = Counter("groundswell_sign_ins_failed", "Wrong passwords and codes", ["by"], registry=REGISTRY)
facts = Counter("groundswell_facts", "Acts committed, by verb", ["verb"], registry=REGISTRY)
followers = Summary("groundswell_follower_seconds", "Time of due work", ["verb", "follower"], registry=REGISTRY)
followers_failed = Counter("groundswell_follower_failures", "Due work that failed", ["verb", "follower"], registry=REGISTRY)
deliveries = Counter("groundswell_deliveries", "Mails handed over, put off, given up", ["channel", "outcome"], registry=REGISTRY)


def folder() -> Path | None:
    """Where the processes of this machine add up their numbers; None when each has its own."""
    name = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(name) if name else None


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
        pid = path.stem.rpartition("_")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            path.unlink(missing_ok=True)
