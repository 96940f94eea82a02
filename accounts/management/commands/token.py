"""manage.py token EMAIL: print a personal API token, once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import actions
from accounts.models import User


class Command(BaseCommand):
    help = "Print a personal API token for a member. It is shown once and kept only as a hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="command line")

    def handle(self, *, email: str, name: str, **options: Any) -> None:
        user = User.objects.with_address(email).filter(is_active=True).first()
        if user is None:
            raise CommandError(f"No active member has the address {email}.")
        self.stdout.write(actions.issue_token(by=user, name=name))
