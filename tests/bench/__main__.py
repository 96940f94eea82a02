"""Rows 2 and 4 of the performance table: pages and votes beside their references, in turns, one run.

`python -m tests.bench [--rounds 5] [--seconds 4]` starts a PostgreSQL that keeps its promises (fsync on), Redis and
gunicorn with two workers, drives both sides in turns and prints the ratio of every pair.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests import servers
from tests.bench.load import Outcome, Request, drive

BASE = Path(__file__).resolve().parents[2]


@contextlib.contextmanager
def site(folder: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """PostgreSQL, Redis, the seeded database and gunicorn; yields its port and what was planted."""
    with servers.postgres(folder, durable=True) as database, servers.redis(folder) as redis:
        environment = {
            **os.environ,
            "DATABASE_URL": database,
            "REDIS_URL": redis,
            "GROUNDSWELL_TESTING": "1",
            "GROUNDSWELL_VAR": str(folder / "var"),
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        }
        for command in (["manage.py", "migrate", "-v0"], ["manage.py", "collectstatic", "-v0", "--noinput"]):
            subprocess.run([sys.executable, *command], cwd=BASE, env=environment, check=True)
        plant = "import django, json; django.setup(); from tests.bench.seed import plant; print(json.dumps(plant()))"
        planted = subprocess.run(
            [sys.executable, "-c", plant], cwd=BASE, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
        port = servers.free_port()
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-w", "2", "-k", "gthread",
                   "--threads", "4", "--keep-alive", "30", "--log-level", "warning"]  # fmt: skip
        log = folder / "gunicorn.log"
        with servers.running(command, log, signal.SIGTERM, cwd=BASE, env=environment) as process:
            servers.wait_until(lambda: _answers(port), process, "gunicorn", log)
            yield port, json.loads(planted.stdout.splitlines()[-1])


def _answers(port: int) -> bool:
    with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/bench/rows/", timeout=5) as answer:
        return bool(answer.status == 200)
    return False


def pages(planted: dict[str, Any]) -> dict[str, list[Request]]:
    contest = f"/contests/{planted['slug']}/"
    cookies = {"Cookie": f"sessionid={planted['sessions'][0]}"}
    addresses = {
        "contest index": "/contests/",
        "contest": contest,
        "proposal list": f"{contest}proposals/",
        "proposal": planted["proposal"],
    }
    plain = {name: [Request("GET", address)] for name, address in addresses.items()}
    signed_in = {f"{name}, signed in": [Request("GET", address, cookies)] for name, address in addresses.items()}
    return {**plain, **signed_in}


def votes(planted: dict[str, Any]) -> list[Request]:
    """A different voter each time, one to three choices, cast through the API with a session."""
    chance, csrf = random.Random(4), "b" * 32
    found = []
    for session in planted["sessions"]:
        choices = [{"proposal": pk} for pk in chance.sample(planted["finalists"], chance.randint(1, 3))]
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={csrf}",
            "X-CSRFToken": csrf,
            "Content-Type": "application/json",
        }
        found.append(
            Request("PUT", f"/api/v1/contests/{planted['slug']}/ballot/", headers, json.dumps({"choices": choices}))
        )
    return found


def compare(
    port: int, name: str, ours: list[Request], reference: list[Request], *, rounds: int, seconds: float
) -> None:
    drive(port, ours[:50], seconds=0.5)
    drive(port, reference, seconds=0.5)
    pairs: list[tuple[Outcome, Outcome]] = []
    for turn in range(rounds):
        ours_now = ours[turn * 97 :] + ours[: turn * 97]
        mine = drive(port, ours_now, seconds=seconds)
        pairs.append((mine, drive(port, reference, seconds=seconds)))
    ratios = sorted(mine.per_second / other.per_second for mine, other in pairs)
    bad = sum(sum(mine.bad.values()) + sum(other.bad.values()) for mine, other in pairs)
    print(
        f"{name:28} {median(m.per_second for m, _ in pairs):8.0f}/s  reference {median(o.per_second for _, o in pairs):8.0f}/s"
        f"  ratio {median(ratios):5.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        f"  p50 {median(m.p50_ms for m, _ in pairs):6.1f} ms  p99 {median(m.p99_ms for m, _ in pairs):6.1f} ms  bad {bad}",
        flush=True,
    )


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    plan = {"rounds": options.rounds, "seconds": options.seconds}
    with servers.throw_away_folder() as folder, site(folder) as (port, planted):
        print(f"{time.strftime('%Y-%m-%d')}  two gunicorn workers, eight connections, load on the same machine")
        print("Row 2: pages that are not cached, beside one query and a template of 25 rows")
        rows = [Request("GET", "/bench/rows/")]
        for name, requests in pages(planted).items():
            compare(port, name, requests, rows, **plan)
        print("Row 4: a vote with ledger, fact and due row, beside an ORM upsert")
        upsert = [Request("POST", f"/bench/upsert/?phase={planted['phase']}")]
        compare(port, "cast a vote", votes(planted), upsert, **plan)


if __name__ == "__main__":
    main()
