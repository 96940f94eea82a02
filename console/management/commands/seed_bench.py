"""manage.py seed_bench [--scale 1.0] [--seed 1]: a site of Climate CoLab's size, to measure on."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from console.management.bench.making import Size, analyze, make
from contests.models import Contest
from core import clock
from core.database import write


class Command(BaseCommand):
    help = "Make 80,000 members, 2,000 proposals in 15 contests and 500,000 events in bulk, for measuring."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1.0, help="1 is Climate CoLab's size, 0.1 a tenth of it")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same data")
        parser.add_argument("--proposals", type=int, help="so many proposals in the first contest, whatever the scale")
        parser.add_argument("--yes", action="store_true", help="also where there are contests or people already")

    def handle(self, *, scale: float, seed: int, proposals: int | None, yes: bool, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A production site keeps its own data: nobody could take this out again.")
        if not 0 < scale <= 10 or not 0 <= (proposals or 0) <= 100_000:
            raise CommandError("The scale is above 0 and at most 10, and one contest holds at most 100,000 proposals.")
        if not yes and (Contest.objects.exists() or User.objects.exists()):
            raise CommandError("This site is not empty. Add --yes to put the bench's data beside what is here.")
        started = time.monotonic()
        with write():
            size, today = Size.of(scale, in_one=proposals), clock.now().replace(microsecond=0)
            made = make(size, seed=seed, today=today, say=self._say(options))
        analyze()
        numbers = ", ".join(f"{number:,} {name}" for name, number in made.items())
        self.stdout.write(f"{numbers} in {time.monotonic() - started:.0f} s.")

    def _say(self, options: dict[str, Any]) -> Any:
        return self.stdout.write if options["verbosity"] > 1 else lambda text: None
