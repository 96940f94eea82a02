"""Reading the mails that the embedded form writes into a folder instead of sending. Plain Python."""

from __future__ import annotations

import email
import email.policy
import re
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

_NAME = re.compile(r"[0-9A-Za-z._-]{1,80}\.log")
_BETWEEN = re.compile(rb"^-{79}\n", re.MULTILINE)  # what Django's file backend writes after every mail


@dataclass(frozen=True)
class Mail:
    """One mail as it went out."""

    name: str
    number: int
    """Its place in its file, from 0: one connection may carry several."""
    subject: str
    to: str
    date: str
    text: str
    html: str


def newest(folder: Path, *, most: int = 100) -> list[Mail]:
    """The mails of the folder, newest first; only the newest files are opened."""
    names = sorted((path.name for path in folder.glob("*.log") if path.is_file()), reverse=True)
    found: list[Mail] = []
    for name in names:
        found += reversed(mails(folder, name))
        if len(found) >= most:
            break
    return found[:most]


def mails(folder: Path, name: str) -> list[Mail]:
    """The mails of one file in the order sent; none for a name that is no mail file of the folder."""
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return []
    parts = [part for part in _BETWEEN.split(path.read_bytes()) if part.strip()]
    return [_read(name, number, part) for number, part in enumerate(parts)]


def _read(name: str, number: int, raw: bytes) -> Mail:
    message = email.message_from_bytes(raw, policy=email.policy.default)
    assert isinstance(message, EmailMessage)  # the default policy makes no other
    return Mail(
        name=name,
        number=number,
        subject=str(message["Subject"] or ""),
        to=str(message["To"] or ""),
        date=str(message["Date"] or ""),
        text=_part(message, "plain"),
        html=_part(message, "html"),
    )


def _part(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    return str(part.get_content()) if part is not None else ""
