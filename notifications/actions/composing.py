"""One template makes all of a message: subject, plain text and HTML.

A template starts with `Subject:` and, if there is something to do, `Button:`; after an empty line come
paragraphs, `- ` lists and `> ` quotes. What people wrote only ever stands on one line or in a quote, so nobody
can write a button into our mails.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils.translation import gettext as _

from contests.models import Contest
from core.html import clean_line, to_text
from core.templatetags._time import as_zone, clock_words, zone_words
from notifications.actions.letters import Letter, Quote
from notifications.actions.table import Notice

_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]+")


@dataclass(frozen=True)
class Message:
    subject: str
    body: str
    text: str
    html: str


def compose(notice: Notice, letter: Letter, *, zone: str, at: datetime) -> Message:
    """The message for readers in this time zone ("" when they named none), as of this time."""
    words = {key: _say(value, letter.contest, zone) for key, value in letter.words.items()}
    words["dates"] = _say(letter.dates, letter.contest, zone)
    words |= {"contest": letter.contest, "site_name": settings.SITE_NAME}
    template: Any = get_template(f"emails/{notice.name}.txt")
    rendered = template.template.render(Context(words, autoescape=False))
    head, body = re.sub(r"\n{3,}", "\n\n", rendered).strip().split("\n\n", 1)
    headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    subject = clean_subject(headers["Subject"])
    context = {
        "subject": subject,
        "blocks": _blocks(body),
        "button": headers.get("Button", ""),
        "url": f"{settings.SITE_URL}{letter.url}",
        "why": notice.why,
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "stations": _stations(letter.contest, at),
        "contest": letter.contest,
    }
    return Message(subject, body, _plain(body, context), render_to_string("emails/base.html", context))


def clean_subject(value: str) -> str:
    """One line without control characters, at most 200: no title can add a header (threat W18)."""
    line = clean_line(_CONTROL.sub(" ", value))
    return line if len(line) <= 200 else f"{line[:199]}…"


def _say(value: Any, contest: Contest | None, zone: str) -> Any:
    """A date in words, in the reader's zone and in the contest's; user texts as one line or as a quote."""
    if isinstance(value, datetime):
        here = as_zone(contest.time_zone if contest else "") or UTC
        said = f"{clock_words(value, here)} {zone_words(value, here)}"
        viewer = as_zone(zone)
        if viewer is None or value.astimezone(viewer).utcoffset() == value.astimezone(here).utcoffset():
            return said
        return _("%(mine)s your time, %(theirs)s") % {"mine": clock_words(value, viewer), "theirs": said}
    if isinstance(value, (list, tuple)):
        return [_say(part, contest, zone) for part in value]
    if isinstance(value, Quote):
        return _quoted(value)
    return clean_line(value) if isinstance(value, str) else value


def _quoted(value: str) -> str:
    """What a person wrote, as a quote of plain lines."""
    lines = to_text(value).splitlines() if "<" in value else value.splitlines()
    return "\n".join(f"> {line}".rstrip() for line in lines)


def _blocks(body: str) -> list[dict[str, Any]]:
    """Paragraphs, lists and quotes for the HTML layout, which escapes them."""
    blocks: list[dict[str, Any]] = []
    for part in body.split("\n\n"):
        lines = [line for line in part.splitlines() if line.strip()]
        for mark, kind in (("- ", "list"), (">", "quote")):
            if lines and all(line.startswith(mark) for line in lines):
                blocks.append({"kind": kind, "lines": [line.removeprefix(mark).strip() for line in lines]})
                break
        else:
            blocks.append({"kind": "text", "lines": [" ".join(lines)]})
    return [block for block in blocks if any(block["lines"])]


def _plain(body: str, context: dict[str, Any]) -> str:
    button = f"{context['button']}:\n{context['url']}\n\n" if context["button"] else ""
    reason = _("You get this %(why)s.") % {"why": context["why"]}
    where = _("All your notices: %(url)s") % {"url": f"{settings.SITE_URL}/me/notifications/"}
    return f"{body.strip()}\n\n{button}-- \n{settings.SITE_NAME}\n{reason}\n{where}\n"


def _stations(contest: Contest | None, at: datetime) -> list[dict[str, Any]]:
    """The phase line of the mail's head."""
    spans = contest.timeline.spans if contest else ()
    return [{"name": span.name, "state": contest.timeline.state(span, at).value} for span in spans]  # type: ignore[union-attr]

