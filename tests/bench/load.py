"""A small load generator: keep-alive connections in threads of a process of its own, latencies kept."""

from __future__ import annotations

import http.client
import itertools
import threading
import time
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None


@dataclass
class Outcome:
    per_second: float
    p50_ms: float
    p99_ms: float
    bad: dict[int, int]


def drive(port: int, requests: list[Request], *, seconds: float, connections: int = 8) -> Outcome:
    """Send the requests round and round for so many seconds; answers with a status of 400 or more count as bad."""
    supply = itertools.cycle(requests)
    lock, times, bad = threading.Lock(), [], {}
    until = time.perf_counter() + seconds

    def work() -> None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        mine: list[float] = []
        while time.perf_counter() < until:
            with lock:
                request = next(supply)
            started = time.perf_counter()
            line.request(request.method, request.path, body=request.body, headers=request.headers)
            answer = line.getresponse()
            answer.read()
            mine.append(time.perf_counter() - started)
            if answer.status >= 400:
                with lock:
                    bad[answer.status] = bad.get(answer.status, 0) + 1
        with lock:
            times.extend(mine)

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    cuts = quantiles(times, n=100)
    return Outcome(len(times) / (time.perf_counter() - started), cuts[49] * 1000, cuts[98] * 1000, bad)
