"""A contest's dates as iCalendar (RFC 5545): UTC instants, so that every calendar shows them in its owner's zone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True)
class Date:
    """One date to remember. `uid` never changes, so that a moved date replaces the old one in a calendar."""

    uid: str
    at: datetime
    title: str
    url: str


def calendar(dates: Iterable[Date], *, name: str, sequence: int, stamp: datetime) -> str:
    """The file. `sequence` goes up with every change of the schedule; `stamp` is when this was written."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Groundswell//Contest dates//EN", "METHOD:PUBLISH"]
    lines.append(f"X-WR-CALNAME:{_text(name)}")
    for date in dates:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{date.uid}",
            f"SEQUENCE:{sequence}",
            f"DTSTAMP:{_instant(stamp)}",
            f"DTSTART:{_instant(date.at)}",
            f"DTEND:{_instant(date.at)}",
            f"SUMMARY:{_text(date.title)}",
            f"URL:{date.url}",
            "TRANSP:TRANSPARENT",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.splitlines())


def _folded(line: str) -> Iterator[str]:
    """Pieces of at most 75 octets, cut between characters; continuations begin with a space."""
    piece, size = "", 0
    for letter in line:
        width = len(letter.encode())
        if size + width > 75:
            yield piece
            piece, size = " ", 1
        piece, size = piece + letter, size + width
    yield piece
