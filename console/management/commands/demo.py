"""manage.py demo [--reset]: contests in several phases, to look at and to try."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from console.management.demo.people import HOST, gather, password
from console.management.demo.stage import CONTESTS, Stage
from contests.models import Contest
from core import clock
from core.database import write
from notifications import actions as notifications

NAMED = ("admin", "organiser", "judge", "author", "member")


class Command(BaseCommand):
    help = "Load the demo: contests in several phases, made through the same acts as real ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove everything and load the demo anew")

    def handle(self, *, reset: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo lives on a simulated clock, which a production process refuses.")
        if reset:
            self._remove()
        if Contest.objects.exists() or User.objects.filter(email=f"organiser@{HOST}").exists():
            raise CommandError("There are contests here already. Add --reset to replace the demo.")
        today = clock.now()
        with write():  # all of it or nothing; and one transaction is many times faster than thousands
            troupe = gather(password(), since=today - timedelta(days=200))
            for spec in CONTESTS:
                Stage(spec, troupe, today).play()
            notifications.forget_waiting_mail()
        self.stdout.write(f"{len(CONTESTS)} demo contests. Sign in as {', '.join(f'{name}@{HOST}' for name in NAMED)}")
        self.stdout.write(f"with the password {password()}")

    def _remove(self) -> None:
        foreign = Contest.objects.exclude(created_by__email=f"organiser@{HOST}")
        if foreign.exists():
            raise CommandError(f"{foreign.count()} contest(s) here are not the demo's. Nothing was removed.")
        call_command("flush", interactive=False, verbosity=0)
