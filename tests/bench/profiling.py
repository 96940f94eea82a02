"""Where the time of a page goes: cProfile around the whole WSGI application, in one process."""

from __future__ import annotations

import cProfile
import io
import json
import pstats
import subprocess
import sys
import time
from typing import Any

from tests.bench import requests
from tests.bench.house import BASE, Refusal
from tests.bench.rows import SMALL, Rooms

TIMES = 200


def profile(rooms: Rooms, page: str) -> str:
    """The profile of one of row 2's pages, ", signed in" included, as text."""
    name, _, who = page.partition(", ")
    planted = rooms.planted("small", *SMALL)
    if name not in requests.public(planted) or who not in ("", "signed in"):
        raise Refusal(f"There is no page {page!r}; there are {', '.join(requests.public(planted))}, each also “, signed in”.")
    cookie = requests.signed_in(planted["sessions"][0])["Cookie"] if who else ""
    command = [sys.executable, "-m", "tests.bench.profiling", requests.public(planted)[name], cookie]
    run = subprocess.run(command, cwd=BASE, env=rooms.house.environment("small"), check=True, stdout=subprocess.PIPE, text=True)
    return run.stdout


def environ(address: str, cookie: str) -> dict[str, Any]:
    path, _, query = address.partition("?")
    return {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        "REMOTE_ADDR": "127.0.0.1", **({"HTTP_COOKIE": cookie} if cookie else {}),
    }  # fmt: skip


def run(address: str, cookie: str) -> str:
    from config.wsgi import application

    def once() -> None:
        answer = application(environ(address, cookie), lambda status, headers, *_: None)
        list(answer)
        answer.close()

    for _ in range(20):
        once()
    started = time.process_time()
    for _ in range(TIMES):
        once()
    plain = (time.process_time() - started) * 1000 / TIMES
    watch = cProfile.Profile()
    watch.enable()
    for _ in range(TIMES):
        once()
    watch.disable()
    out = io.StringIO()
    stats = pstats.Stats(watch, stream=out).strip_dirs()
    stats.sort_stats("tottime").print_stats(45)
    stats.sort_stats("cumulative").print_stats(110)
    return json.dumps({"ms of CPU per page without the profiler": round(plain, 2)}) + "\n" + out.getvalue()


if __name__ == "__main__":
    print(run(sys.argv[1], sys.argv[2]))
