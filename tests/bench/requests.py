"""The requests of each row."""

from __future__ import annotations

import json
import random
from typing import Any

from tests.bench.load import Request

CSRF = "b" * 32
PASSES = 4  # times that every voter votes, otherwise each time: the same ballot again would write nothing


def signed_in(session: str) -> dict[str, str]:
    return {"Cookie": f"sessionid={session}; csrftoken={CSRF}"}


def api(session: str) -> dict[str, str]:
    return {**signed_in(session), "X-CSRFToken": CSRF, "Content-Type": "application/json"}


def public(planted: dict[str, Any]) -> dict[str, str]:
    """The public pages of rows 1 to 3."""
    contest = f"/contests/{planted['slug']}/"
    return {
        "home": "/",
        "contest index": "/contests/",
        "contest": contest,
        "proposal list": f"{contest}proposals/?seed=3",
        "proposal": planted["proposal"],
    }


def everywhere(planted: dict[str, Any]) -> dict[str, tuple[str, str | None, int]]:
    """Every page of row 12: (address, who asks, the budget of ux.md 4.2 in ms)."""
    member, organiser = planted["sessions"][0], planted["organiser"]
    contest, manage, over = (f"/contests/{planted['slug']}/", f"/manage/{planted['judged']}/", f"/contests/{planted['over']}/")
    anybody = {
        **public(planted),
        "proposal list, last page": f"{contest}proposals/?page=20&order=newest",
        "finalists": f"{contest}proposals/?status=finalist",
        "results": f"{over}results/",
        "search": "/search/?q=cool+roofs",
        "profile": f"/people/{planted['handle']}/",
        "calendar": f"{contest}calendar.ics",
        "API proposals": f"/api/v1/proposals/?contest={planted['slug']}",
    }
    members = {"home": "/", "proposal list": f"{contest}proposals/?seed=3", "vote": f"{contest}vote/", "me": "/me/",
               "notifications": "/me/notifications/"}  # fmt: skip
    console = {"manage": "/manage/", "setup": f"{manage}setup/", "entries": f"{manage}entries/", "people": f"{manage}people/",
               "assignments": f"{manage}assignments/", "shortlist": f"{manage}shortlist/", "log": f"{manage}log/"}  # fmt: skip
    return {
        **{name: (path, None, 500) for name, path in anybody.items()},
        **{f"{name}, signed in": (path, member, 500) for name, path in members.items()},
        **{f"console: {name}": (path, organiser, 600) for name, path in console.items()},
    }


def votes(planted: dict[str, Any], *, always: int | None = None) -> list[Request]:
    """A different voter each time, one to three choices, through the API with a session; `always`: one all choose."""
    chance = random.Random(4)
    path, found = f"/api/v1/contests/{planted['slug']}/ballot/", []
    last: dict[str, set[int]] = {}
    for _ in range(PASSES):
        for session in planted["sessions"]:
            chosen = last.get(session, set())
            while chosen == last.get(session, set()):
                chosen = set(chance.sample(planted["finalists"], chance.randint(1, 3)))
                if always is not None:
                    chosen = {always, *sorted(chosen - {always})[: chance.randint(0, 2)]}
            last[session] = chosen
            body = json.dumps({"choices": [{"proposal": pk} for pk in sorted(chosen)]})
            found.append(Request("PUT", path, api(session), body))
    return found


def submissions(planted: dict[str, Any]) -> dict[str, list[Request]]:
    """Beginning a proposal of 3 KB, and submitting one."""
    share = 2_900 // len(planted["answers"])
    text = "<p>" + ("We measure it with the people who live there. " * 80)[: share - 7] + "</p>"
    answers = dict.fromkeys(planted["answers"], text)
    begun = [
        Request("POST", "/api/v1/proposals/", api(session), json.dumps({
            "contest": planted["open"], "title": f"Shade for the school yard {n}", "pitch": "Trees first.", "answers": answers}))
        for n, session in enumerate(planted["sessions"])
    ]  # fmt: skip
    submitted = [
        Request("POST", f"/api/v1/proposals/{pk}/submit/", api(session), '{"accept_rules": true}')
        for pk, session in planted["drafts"]
    ]
    return {"begin a 3 KB proposal": begun, "submit a 3 KB proposal": submitted}
