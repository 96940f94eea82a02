"""Two sides in turns: ours, the reference, ours, the reference. What disturbs the machine disturbs both."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from tests.bench.house import Refusal, Server
from tests.bench.load import Outcome, Request, Supply, ask, drive
from tests.bench.report import Result, of_ratios


@dataclass(frozen=True)
class Plan:
    rounds: int
    seconds: float


@dataclass
class Side:
    """Requests to a server."""

    server: Server
    requests: list[Request]

    def __post_init__(self) -> None:
        self.supply = Supply(self.requests)
        self.cpu_ms: list[float] = []

    def turn(self, seconds: float) -> Outcome:
        before = self.server.cpu()
        outcome = drive(self.server.port, self.supply, seconds=seconds)
        self.cpu_ms.append((self.server.cpu() - before) * 1000 / outcome.count)
        if outcome.bad:
            raise Refusal(f"{self.requests[0].path} answers with errors ({outcome.bad}): nothing was measured.")
        return outcome


def statements(server: Server, request: Request) -> int:
    """How many SQL statements the request takes once the server is warm. Refuses a debug server."""
    asked = replace(request, headers={**request.headers, "X-Bench": "1"})
    found = []
    for turn in range(10):  # two workers, each with something to learn
        status, headers, body = ask(server.port, asked)
        _refuse(request, status, headers, body)
        if turn >= 6:
            found.append(int(headers.get("x-bench-statements", 0)))
    return min(found)


def once(server: Server, request: Request) -> int:
    """The same for a request that changes something: asked once."""
    status, headers, body = ask(server.port, replace(request, headers={**request.headers, "X-Bench": "1"}))
    _refuse(request, status, headers, body)
    return int(headers.get("x-bench-statements", 0))


def _refuse(request: Request, status: int, headers: dict[str, str], body: bytes) -> None:
    if status >= 400:
        words = re.sub(r"<[^>]+>|\s+", " ", body.decode(errors="replace"))[:300]
        raise Refusal(f"{request.method} {request.path} answers {status}: {words}")
    if headers.get("x-bench-debug", "0") != "0" or headers.get("server", "").startswith("WSGIServer"):
        raise Refusal("This is a debug server: its speed says nothing.")


def compare(
    row: int, name: str, ours: Side, reference: Side, plan: Plan, *, target: str, met: Callable[[Result], bool],
    sql: int | None = None,
) -> Result:  # fmt: skip
    """Drive both in turns. The ratio is of answers per second; `by_cpu` is that of the workers' time per answer."""
    for side in (ours, reference):
        side.turn(min(1.0, plan.seconds))
        side.cpu_ms.clear()
    turns = [(ours.turn(plan.seconds), reference.turn(plan.seconds)) for _ in range(plan.rounds)]
    ratio, low, high = of_ratios(mine.per_second / other.per_second for mine, other in turns)
    by_cpu, *_ = of_ratios(other / mine for mine, other in zip(ours.cpu_ms, reference.cpu_ms, strict=True) if mine)
    result = Result(
        row, name, ratio, low, high,
        ours=median(mine.per_second for mine, _ in turns), reference=median(other.per_second for _, other in turns),
        unit="per s", rounds=plan.rounds, target=target, met=False,
        p50_ms=median(mine.p50_ms for mine, _ in turns), p99_ms=median(mine.p99_ms for mine, _ in turns), sql=sql,
        by_cpu=by_cpu, cpu_ms=median(ours.cpu_ms),
    )  # fmt: skip
    result.met = met(result)
    return result
