"""A slow phone on a slow line (4 x slower processor, 1.6 Mbit/s, 150 ms): what a first visit costs. Budgets: ux.md 4.2."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests import servers

pytestmark = [pytest.mark.browser, pytest.mark.long]
BASE = Path(__file__).resolve().parents[2]
TIMES = 3  # visits, each with an empty cache; the median counts
OBSERVE = """
window.seen = {lcp: 0, cls: 0, inp: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => { seen.lcp = e.startTime; }))
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) seen.cls += e.value; }))
  .observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => { seen.inp = Math.max(seen.inp, e.duration); }))
  .observe({type: 'event', durationThreshold: 16, buffered: true});
"""
KILOBYTE = 1024
BUDGET = {  # milliseconds, layout shift, bytes on the line, numbers
    "lcp": 2500, "cls": 0.05, "inp": 200, "Script": 50 * KILOBYTE, "Stylesheet": 30 * KILOBYTE, "Font": 70 * KILOBYTE,
    "weight": 500 * KILOBYTE, "fonts": 2, "requests": 25, "foreign": 0,
}  # fmt: skip


@dataclass
class Visit:
    """What one visit cost."""

    costs: dict[str, float] = field(default_factory=dict)

    def add(self, name: str, amount: float) -> None:
        self.costs[name] = self.costs.get(name, 0) + amount


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo behind gunicorn, as it would be served."""
    folder = tmp_path_factory.mktemp("vitals")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GROUNDSWELL_", "DATABASE_", "REDIS_"))}
    environment = {**kept, "GROUNDSWELL_VAR": str(folder), "DJANGO_SETTINGS_MODULE": "tests.journeys.production"}
    for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"], ["demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=BASE, env=environment, check=True, capture_output=True)
    port = servers.free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi", "-b", f"127.0.0.1:{port}", "-k", "gthread", "--threads", "8"]
    log = folder / "gunicorn.log"
    with servers.running(command, log, signal.SIGTERM, cwd=BASE, env=environment) as process:
        home = f"http://127.0.0.1:{port}"
        servers.wait_until(lambda: answers(home), process, "gunicorn", log)
        yield home


def answers(home: str) -> bool:
    try:
        with urllib.request.urlopen(f"{home}/health/live/", timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def first_link(home: str, page: str, pattern: str) -> str:
    with urllib.request.urlopen(home + page, timeout=20) as answer:
        found = re.search(pattern, answer.read().decode())
    assert found, f"{page} has no {pattern}"
    return found.group(1)


def visit(browser: Browser, address: str) -> Visit:
    """Open the page as somebody who has never been here, then press a key and click, as people do."""
    told = Visit()
    context = browser.new_context(viewport={"width": 390, "height": 844}, device_scale_factor=2, is_mobile=True, has_touch=True)
    page = context.new_page()
    page.add_init_script(OBSERVE)
    line = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    for domain in ("Network.enable", "Performance.enable"):
        line.send(domain)
    line.send("Network.emulateNetworkConditions", {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8,
                                                   "uploadThroughput": 750e3 / 8})  # fmt: skip
    line.send("Emulation.setCPUThrottlingRate", {"rate": 4})

    def answered(event: dict[str, Any]) -> None:
        kinds[event["requestId"]] = event["type"]
        told.add("foreign", not event["response"]["url"].startswith((address[:20], "data:")))
        told.add("fonts", event["type"] == "Font")
        told.add("requests", 1)

    def finished(event: dict[str, Any]) -> None:
        told.add(kinds.get(event["requestId"], "Other"), event["encodedDataLength"])
        told.add("weight", event["encodedDataLength"])

    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", finished)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(300)
    for name in ("lcp", "cls"):
        told.costs[name] = page.evaluate(f"seen.{name}")  # what happens after a touch counts for neither
    page.keyboard.press("Tab")
    page.locator("main").click(position={"x": 3, "y": 3})
    page.wait_for_timeout(300)
    told.costs["inp"] = page.evaluate("seen.inp")
    context.close()
    return told


def test_a_first_visit_on_a_slow_phone_stays_within_every_budget(browser: Browser, site: str) -> None:
    contest = first_link(site, "/contests/?phase=submission", r'class="card__link" href="(/contests/[\w-]+/)"')
    ballot = first_link(site, "/contests/?phase=voting", r'class="card__link" href="(/contests/[\w-]+/)"') + "vote/"
    proposal = first_link(site, f"{contest}proposals/", r'class="card__link" href="(/proposals/[\w-]+/)"')
    over = []
    for page in ("/", "/contests/", contest, f"{contest}proposals/", proposal, ballot):
        visits = [visit(browser, site + page).costs for _ in range(TIMES)]
        costs = {name: median(one.get(name, 0) for one in visits) for name in BUDGET}
        print(f"{page[:48]:48} " + "  ".join(f"{name} {cost:.4g}" for name, cost in costs.items()))
        over += [f"{page}: {name} is {cost:.4g}, {BUDGET[name]} allowed" for name, cost in costs.items() if cost > BUDGET[name]]
    assert not over, "\n".join(over)
