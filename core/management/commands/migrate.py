"""Django's migrate, which says in one line that there is no database to migrate."""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate

from core.health import database_problem


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        problem = database_problem()
        if problem:
            raise CommandError(problem)
        super().handle(*args, **options)
