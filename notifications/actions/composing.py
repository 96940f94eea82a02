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
from django.template.loader import get_template
from django.utils.translation import gettext as _

from contests.models import Contest
from core import branding, letters
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
    words |= {"contest": letter.contest, "site_name": branding.current().name}
    template: Any = get_template(f"emails/{notice.name}.txt")
    rendered = template.template.render(Context(words, autoescape=False))
    head, body = re.sub(r"\n{3,}", "\n\n", rendered).strip().split("\n\n", 1)
    headers = dict(line.split(": ", 1) for line in head.splitlines() if ": " in line)
    subject = clean_subject(headers["Subject"])
    button, url = headers.get("Button", ""), f"{settings.SITE_URL}{letter.url}"
    why = _("You get this %(why)s.") % {"why": notice.why}
    doing = f"{button}:\n{url}\n\n" if button else ""
    text = f"{body.strip()}\n\n{doing}{letters.sign_off(why)}"
    drawn: dict[str, Any] = {"button": button, "url": url, "stations": _stations(letter.contest, at, zone)}
    if letter.contest:
        drawn["about"] = {"title": letter.contest.title, "url": f"{settings.SITE_URL}{letter.contest.get_absolute_url()}"}
    return Message(subject, body, text, letters.draw(subject=subject, body=body, why=why, **drawn))


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


def _stations(contest: Contest | None, at: datetime, zone: str) -> list[dict[str, Any]]:
    """The phase line of the mail's head."""
    if contest is None:
        return []
    timeline = contest.timeline
    return [
        {
            "name": span.name,
            "state": timeline.state(span, at).value,
            "when": _moment(span.closes_at, contest, zone) if span.closes_at else "",
        }
        for span in timeline.spans
    ]


def _moment(when: datetime, contest: Contest, zone: str) -> str:
    """A date and time on one clock: the reader's, or the contest's for who named none."""
    viewer, here = as_zone(zone), as_zone(contest.time_zone) or UTC
    if viewer is not None:
        return _("%(mine)s your time") % {"mine": clock_words(when, viewer)}
    return f"{clock_words(when, here)} {zone_words(when, here)}"
