"""manage.py demo [--reset]: a contest in every phase, to look at and to try."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from console.management.demo import jury, poll, removing, script, talk
from console.management.demo.agenda import Agenda
from console.management.demo.hurry import in_one_go
from console.management.demo.people import HOST, NAMED, gather, password
from console.management.demo.stage import Stage
from contests.models import Contest
from core import clock
from notifications import actions as notifications
from notifications.models import Delivery

LEFT_UNREAD = {"organiser": 1, "judge": 2, "author": 3, "member": 2}


class Command(BaseCommand):
    help = "Load the demo: a contest in every phase, made through the same acts as real ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reset", action="store_true", help="remove the demo and load it anew")

    def handle(self, *, reset: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo lives on a simulated clock, which a production process refuses.")
        today = clock.now()
        with in_one_go():
            if reset:
                removing.remove()
            if Contest.objects.exists() or User.objects.filter(email__endswith=f"@{HOST}").exists():
                raise CommandError("There are contests here already. Add --reset to replace those of the demo.")
            pages = script.pages()
            troupe = gather(pages, since=today - timedelta(days=230))
            agenda = Agenda(today, list(troupe.named.values()))
            for page in pages:
                _plan(Stage(page, troupe, agenda))
            agenda.play()
            _read_notices(troupe)
        self.stdout.write(f"{len(pages)} demo contests. Sign in as {', '.join(f'{name}@{HOST}' for name in NAMED)}")
        self.stdout.write(f"with the password {password()}")


def _plan(stage: Stage) -> None:
    stage.announce()
    talk.plan(stage)
    if stage.words["template"] == "climate-colab":
        jury.plan(stage)
        poll.plan(stage)


def _read_notices(troupe: Any) -> None:
    """The people who can sign in have read all but their newest notices."""
    for box, user in troupe.named.items():
        ids = list(Delivery.objects.unread_by(user).order_by("-created_at", "-pk").values_list("pk", flat=True))
        notifications.mark_read(by=user, ids=ids[LEFT_UNREAD.get(box, 0) :])
