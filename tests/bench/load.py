"""A small load generator: keep-alive connections, requests written beforehand, latencies kept.

It speaks just enough HTTP to read our own servers' answers, because it shares two cores with them.
"""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import quantiles


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None

    def wire(self) -> bytes:
        body = (self.body or "").encode()
        headers = {
            "Host": "127.0.0.1",
            **self.headers,
            **({"Content-Length": str(len(body))} if body or self.method != "GET" else {}),
        }
        lines = [f"{self.method} {self.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass
class Outcome:
    per_second: float
    p50_ms: float
    p99_ms: float
    bad: dict[int, int]
    count: int


class Line:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), 30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._left = b""

    def send(self, wire: bytes) -> tuple[int, dict[str, str], bytes]:
        """Send a request and read the whole answer: status, headers in lower case, body."""
        self._socket.sendall(wire)
        while (end := self._left.find(b"\r\n\r\n")) < 0:
            self._more()
        head, self._left = self._left[:end].decode("latin-1"), self._left[end + 4 :]
        status, *lines = head.split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        if headers.get("transfer-encoding") == "chunked":
            body = self._chunks()
        else:
            body = self._take(int(headers.get("content-length", 0)))
        return int(status.split(" ", 2)[1]), headers, body

    def _more(self) -> None:
        found = self._socket.recv(262_144)
        if not found:
            raise ConnectionError("the server closed the connection")
        self._left += found

    def _take(self, number: int) -> bytes:
        while len(self._left) < number:
            self._more()
        taken, self._left = self._left[:number], self._left[number:]
        return taken

    def _chunks(self) -> bytes:
        body = b""
        while True:
            while (end := self._left.find(b"\r\n")) < 0:
                self._more()
            size, self._left = int(self._left[:end], 16), self._left[end + 2 :]
            body += self._take(size + 2)[:-2]
            if not size:
                return body


class Supply:
    """Requests without end, round and round; it goes on where it stopped, so that no round repeats the one before."""

    def __init__(self, requests: list[Request]) -> None:
        self._wires: Iterator[bytes] = itertools.cycle([request.wire() for request in requests])
        self._lock = threading.Lock()

    def next(self) -> bytes:
        with self._lock:
            return next(self._wires)


def drive(port: int, supply: Supply, *, seconds: float, connections: int = 8) -> Outcome:
    """Send for so many seconds over so many connections; answers with a status of 400 or more count as bad."""
    lock, times, bad = threading.Lock(), [], {}
    until = time.perf_counter() + seconds

    def work() -> None:
        line, mine, refused = Line(port), [], []
        while (started := time.perf_counter()) < until:
            status, _headers, _body = line.send(supply.next())
            mine.append(time.perf_counter() - started)
            if status >= 400:
                refused.append(status)
        with lock:
            times.extend(mine)
            for status in refused:
                bad[status] = bad.get(status, 0) + 1

    threads = [threading.Thread(target=work) for _ in range(connections)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(times) < 2:
        raise ConnectionError(f"only {len(times)} answers in {seconds} s")
    cuts = quantiles(times, n=100)
    return Outcome(len(times) / (time.perf_counter() - started), cuts[49] * 1000, cuts[98] * 1000, bad, len(times))


def ask(port: int, request: Request) -> tuple[int, dict[str, str], bytes]:
    """One request on a connection of its own."""
    return Line(port).send(request.wire())
