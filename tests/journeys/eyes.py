"""What a journey watches on every page: accessibility, the console, requests to other hosts; pictures on demand.

`SHOTS=folder` saves each page looked at, at 390 and 1440 pixels, light and dark.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Page, Request, Response

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]
SHOTS = os.environ.get("SHOTS", "")
SIZES = {"390": (390, 844), "1440": (1440, 900)}
# Half-way through a change of colours nothing has the contrast it is meant to have.
_SETTLED = "Promise.allSettled(document.getAnimations().filter(a => a instanceof CSSTransition).map(a => a.finished))"
_axe = Axe()
# Chromium reports a document answered with 4xx as an error of its console; journeys that expect a refusal say so.
_STATUS = re.compile(r"the server responded with a status of (\d+)")


class Eyes:
    """The watcher of one browser page. What it saw is kept in `complaints` until `look` or `close` asks."""

    def __init__(self, page: Page, home: str, *, scripted: bool = True) -> None:
        self.page, self.host, self.scripted = page, urlsplit(home).netloc, scripted
        self.complaints: list[str] = []
        self.expected: set[int] = set()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script error: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)

    def expect(self, *statuses: int) -> None:
        """These answers are part of the journey."""
        self.expected |= set(statuses)

    def look(self, name: str = "") -> None:
        """Everything that can be wrong with the page as it stands, said at once."""
        if self.scripted:
            self.complaints += violations(self.page)
        if SHOTS and name:
            photograph(self.page, name)
        self.close(name)

    def close(self, name: str = "") -> None:
        """Nothing was complained of since the last look."""
        told, self.complaints = self.complaints, []
        assert not told, f"{name or 'page'} ({self.page.url}):\n" + "\n".join(told)

    def _console(self, message: ConsoleMessage) -> None:
        status = _STATUS.search(message.text)
        if message.type == "error" and not (status and int(status.group(1)) in self.expected):
            self.complaints.append(f"console: {message.text} at {message.location.get('url', '')}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob", "about") and parts.netloc != self.host:
            self.complaints.append(f"a request to another host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.complaints.append(f"{response.status} for {response.request.method} {response.url}")


def violations(page: Page) -> list[str]:
    """What axe finds on the page, one line for every element."""
    page.evaluate(f"{_SETTLED}.then(() => null)")
    options = {"resultTypes": ["violations"], "runOnly": {"type": "tag", "values": TAGS}}
    found: list[dict[str, Any]] = _axe.run(page, options=options).response["violations"]
    return [
        f"axe {rule['id']} ({rule['impact']}): {rule['help']}\n    {' '.join(map(str, node['target']))}\n    {node['html'][:160]}"
        + "".join(f"\n    - {check['message']}" for check in node["any"] + node["all"] + node["none"])
        for rule in found
        for node in rule["nodes"]
    ]


def photograph(page: Page, name: str) -> None:
    """Save the page at every size in both colour schemes, then leave it as it was."""
    before = page.viewport_size
    folder = Path(SHOTS)
    folder.mkdir(parents=True, exist_ok=True)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for size, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=folder / f"{name}-{size}-{scheme}.png", full_page=True, animations="disabled")
    page.emulate_media(color_scheme="light")
    # The camera hides the caret and leaves an empty attribute behind, which htmx would copy and the policy refuse.
    page.evaluate("document.querySelectorAll('[style=\"\"]').forEach(node => node.removeAttribute('style'))")
    if before:
        page.set_viewport_size(before)
