"""`python3 manage.py maintenance on|off|status`: shut the site while you work on it, and open it again."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.core.management.base import BaseCommand, CommandError

from core import clock, maintenance
from core.html import clean_line

MOST_WORDS = 300


class Command(BaseCommand):
    help = "Shut the site (pages say so and answer 503), open it again, or say how it stands."
    requires_system_checks: list[str] = []  # it has to work while the rest does not

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["on", "off", "status"])
        parser.add_argument(
            "--until", default="", help='when you expect to be back, in UTC or with a zone: "2026-11-22 18:00 Europe/Zurich"'
        )
        parser.add_argument("--message", default="", help="a sentence for visitors")

    def handle(self, *, what: str, until: str, message: str, **_: Any) -> None:
        if what != "on" and (until or message):
            raise CommandError("--until and --message go with `maintenance on`.")
        if what == "status":
            self.stdout.write(status())
        elif what == "off":
            self.stdout.write(said("The site is open again", maintenance.open_again()))
        else:
            words = clean_line(message)
            if len(words) > MOST_WORDS:
                raise CommandError(f"The message has {len(words)} characters; at most {MOST_WORDS} are shown.")
            back = moment(until)
            self.stdout.write(said(f"The site is shut{told(back)}", maintenance.close(until=back, message=words)))


def moment(words: str) -> datetime | None:
    """The time meant, in UTC; None for no words. Raises CommandError for what is no time, or over."""
    if not words:
        return None
    text, zone = words.strip(), UTC
    try:
        if "/" in text:
            text, _, name = text.rpartition(" ")
            zone = ZoneInfo(name)  # type: ignore[assignment]
        found = datetime.fromisoformat(text)
    except (ValueError, ZoneInfoNotFoundError):
        example = "2026-11-22 18:00 Europe/Zurich"
        raise CommandError(f'"{words}" is no time. Write it like "{example}"; without a zone it is UTC.') from None
    found = (found if found.tzinfo else found.replace(tzinfo=zone)).astimezone(UTC)
    if found <= clock.shown():
        raise CommandError(f"{found:%Y-%m-%d %H:%M} UTC is over already. Say when you expect to be back.")
    return found


def told(back: datetime | None) -> str:
    return f" until {back:%Y-%m-%d %H:%M} UTC" if back else ""


def said(words: str, everywhere: bool) -> str:
    where = "." if everywhere else " on this machine only: the database did not answer. Run it again when it does."
    return f"{words}{where} Running processes notice within 5 seconds." if everywhere else f"{words}{where}"


def status() -> str:
    shut = maintenance.in_file() or maintenance.in_row()
    if shut is None:
        return "open"
    where = [name for name, found in (("this machine", maintenance.in_file()), ("every machine", maintenance.in_row())) if found]
    words = f": {shut.message}" if shut.message else ""
    return f"shut{told(shut.until)} ({' and '.join(where)}){words}"
