"""Django's flush, which append-only tables would refuse."""

from __future__ import annotations

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from core.triggers import unlocked


class Command(Flush):
    def handle(self, **options: Any) -> None:
        with unlocked(connections[options["database"]]):
            super().handle(**options)
