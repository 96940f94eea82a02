"""manage.py release_restored --send-waiting | --drop-waiting: let a restored copy send mail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from core import keeping
from notifications import actions


class Command(BaseCommand):
    help = "Release a restored copy: from now on it sends mail. Say what becomes of the mails that waited."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        choice = parser.add_mutually_exclusive_group()
        choice.add_argument("--send-waiting", action="store_true", help="send the mails that waited: the site that sent is gone")
        choice.add_argument("--drop-waiting", action="store_true", help="never send them: the other site still does")

    def handle(self, *, send_waiting: bool = False, drop_waiting: bool = False, **_: Any) -> None:
        since = keeping.frozen()
        if since is None:
            raise CommandError("This is no restored copy that waits to be released.")
        waiting = actions.waiting_mail()
        if waiting and not (send_waiting or drop_waiting):
            raise CommandError(
                f"{waiting} mails wait here. Add --send-waiting when the site that would have sent them is gone, "
                "or --drop-waiting when they have been sent, or may not be."
            )
        number = actions.release_copy(drop=drop_waiting)
        self.stdout.write(f"Released: this copy of {since:%Y-%m-%d %H:%M} UTC sends mail from now on.")
        if number:
            self.stdout.write(f"{number} mails that waited are {'dropped' if drop_waiting else 'sent now'}.")
