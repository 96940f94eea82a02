"""Reading the demo's texts: one JSON page per contest, and beside it its proposals as plain text."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.utils.html import escape

FOLDER = Path(__file__).parent / "contests"
_AUTHOR = re.compile(r"([^(]+) \(([^)]+)\)")
_REMARK = re.compile(r"([-=+!]) (?:\[([^]]+)\] )?(.+)")
_REVIEW = re.compile(r"(\d+) (.+)")
STAGES = ("", "semi", "final")


@dataclass(frozen=True)
class Person:
    name: str
    country: str


@dataclass(frozen=True)
class Remark:
    """A line of a discussion: `-` somebody asks, `=` the author answers, `+` somebody else joins in, `!` after the results.

    `[Japan]` before the words says where that somebody is from, `[Milo Hart]` who it is.
    """

    sign: str
    text: str
    who: str = ""


@dataclass(frozen=True)
class Verdict:
    """What a judge says: points in the order of the rubric, and words to the authors."""

    points: tuple[int, ...]
    words: str


@dataclass
class Text:
    """A proposal as it stands in the file."""

    title: str
    pitch: str
    authors: list[Person] = field(default_factory=list)
    head: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)

    @property
    def is_draft(self) -> bool:
        return "draft" in self.head

    def reaches(self, stage: str) -> bool:
        """Whether it goes on to this stage or further."""
        return STAGES.index(self.head.get("far", "")) >= STAGES.index(stage)


@dataclass(frozen=True)
class Page:
    """A contest: its settings from the JSON file, its proposals from the text file."""

    words: dict[str, Any]
    texts: list[Text]


def pages() -> list[Page]:
    """Every contest of the demo."""
    return [
        Page(json.loads(path.read_text(encoding="utf-8")), read(path.with_suffix(".txt").read_text(encoding="utf-8")))
        for path in sorted(FOLDER.glob("*.json"))
    ]


def read(file: str) -> list[Text]:
    """The proposals of one text file."""
    return [_text(part) for part in re.split(r"^# ", file, flags=re.MULTILINE) if part.strip()]


def _text(part: str) -> Text:
    head, *sections = re.split(r"^\[(\w+)\]\n", part, flags=re.MULTILINE)
    title, pitch, *rest = head.strip().splitlines()
    fields = dict(line.split(": ", 1) for line in rest)
    text = Text(title, pitch, [Person(*found) for found in _AUTHOR.findall(fields.pop("by").replace("; ", ", "))], fields)
    text.authors = [Person(person.name.strip(" ,"), person.country) for person in text.authors]
    for name, body in zip(sections[::2], sections[1::2], strict=True):
        lines = body.strip().splitlines()
        if name == "comments":
            text.remarks = [_remark(line) for line in lines]
        elif name in ("reviews", "finals"):
            text.verdicts[name] = [_verdict(line) for line in lines]
        else:
            text.answers[name] = as_html(body)
    return text


def _remark(line: str) -> Remark:
    found = _REMARK.fullmatch(line)
    if found is None:
        raise ValueError(f"A line of a discussion begins with -, =, + or !: {line}")
    return Remark(found[1], found[3], found[2] or "")


def _verdict(line: str) -> Verdict:
    found = _REVIEW.fullmatch(line)
    if found is None:
        raise ValueError(f"A review begins with its points: {line}")
    return Verdict(tuple(int(point) for point in found[1]), found[2])


def as_html(text: str) -> str:
    """Paragraphs parted by an empty line, `- ` lines as a list."""
    blocks = []
    for block in text.strip().split("\n\n"):
        lines = block.splitlines()
        if all(line.startswith("- ") for line in lines):
            items = "".join(f"<li>{escape(line[2:])}</li>" for line in lines)
            blocks.append(f"<ul>{items}</ul>")
        else:
            blocks.append(f"<p>{escape(' '.join(lines))}</p>")
    return "\n\n".join(blocks)
