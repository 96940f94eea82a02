"""How a mail looks: one layout for every letter of the site, drawn from the same words as its plain text.

Mail programs read no style sheet, so css-inline writes the rules into the elements; only what asks about the reader's
screen (dark colours, a narrow window) stays in the head. No picture is loaded and nothing tells us who reads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from core import branding
from core.branding import Brand

_inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_at_rules=True)
HIGH = ("now", "waiting")


def draw(*, subject: str, body: str, why: str, code: str = "", member: bool = True, **more: Any) -> str:
    """The HTML of a letter. `body` is its plain text: paragraphs, `- ` lists, `> ` quotes, `code` on a line of its own.

    `member`: the reader has notices and settings here. More: `button` and `url`, `about` (title and url of the contest),
    `stations` (name, state and when of each phase).
    """
    brand = branding.current()
    context = {
        **more,
        "subject": subject,
        "blocks": blocks(body, code),
        "why": why,
        "member": member,
        "line": phase_line(more.get("stations", ())),
        "brand": brand,
        "site_url": settings.SITE_URL,
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        **colours(brand),
    }
    return _inliner.inline(render_to_string("emails/base.html", context))


def sign_off(why: str = "") -> str:
    """The end of a plain text: who writes, why, and where to turn. Without a reason: for somebody who may be no member."""
    brand = branding.current()
    notices = _("All your notices: %(url)s") % {"url": f"{settings.SITE_URL}/me/notifications/"}
    lines = [brand.name, *([why, notices] if why else [settings.SITE_URL])]
    if brand.contact:
        lines.append(_("Questions: %(address)s") % {"address": brand.contact})
    return "-- \n" + "\n".join(lines) + "\n"


def colours(brand: Brand) -> dict[str, dict[str, str]]:
    """Every colour of a letter, by what it is for, on light and on dark screens."""
    ramp = brand.colours
    return {
        "light": {
            "page": "#EDF1EF", "card": "#FFFFFF", "ink": "#15201B", "quiet": "#435049", "line": "#D3DBD6",
            "link": ramp[600], "mark": ramp[500], "button": ramp[600], "word": "#FFFFFF", "tint": ramp[50],
        },
        "dark": {
            "page": "#0E1512", "card": "#161F1A", "ink": "#E8F0EB", "quiet": "#B9C6BE", "line": "#2C3832",
            "link": ramp[300], "mark": ramp[400], "button": ramp[400], "word": "#06140D", "tint": "#1F2A24",
        },
    }  # fmt: skip


def blocks(body: str, code: str = "") -> list[dict[str, Any]]:
    """The paragraphs of a plain text by kind: text, list, quote, code, link. The layout escapes them."""
    found: list[dict[str, Any]] = []
    for part in body.split("\n\n"):
        lines = [line for line in part.splitlines() if line.strip()]
        for mark, kind in (("- ", "list"), (">", "quote")):
            if lines and all(line.startswith(mark) for line in lines):
                found.append({"kind": kind, "lines": [line.removeprefix(mark).strip() for line in lines]})
                break
        else:
            words = " ".join(line.strip() for line in lines)
            # Only our own addresses become links: nobody can write one into our mails.
            kind = "code" if code and words == code else "link" if words.startswith(f"{settings.SITE_URL}/") else "text"
            found.append({"kind": kind, "lines": [words]})
    return [block for block in found if any(block["lines"])]


def phase_line(stations: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """The contest's way, small: dots and pieces of line between them, and in words what is over, now and next."""
    if not stations:
        return None
    track: list[dict[str, Any]] = []
    for here, after in zip(stations, [*stations[1:], None], strict=True):
        track.append({"dot": here["state"] if here["state"] != "waiting" else "now"})
        if after is not None:
            shape = "fall" if here["state"] in HIGH else "rise" if after["state"] in HIGH else "flat"
            track.append({"piece": shape, "done": here["state"] == "past" and after["state"] != "next"})
    past = [station for station in stations if station["state"] == "past"]
    ahead = [station for station in stations if station["state"] == "next"]
    now = next((station for station in stations if station["state"] in HIGH), None)
    return {"track": track, "past": past[-1] if past else None, "now": now, "next": ahead[0] if ahead else None}
