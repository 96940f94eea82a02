"""Reads worth a name."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.base_user import BaseUserManager
from django.db import models

from core.addresses import normalise
from core.compiled import Compiled

if TYPE_CHECKING:
    from accounts.models import User


class UserQuerySet(models.QuerySet["User"]):
    def with_address(self, address: str) -> UserQuerySet:
        """The account of this address, however it is spelt."""
        return self.filter(address_key=normalise(address))

    def public(self) -> UserQuerySet:
        """People whose profile anybody may see."""
        return self.filter(is_active=True, handle__isnull=False)

    def never_confirmed(self, *, before: datetime) -> UserQuerySet:
        """Accounts begun before that time whose address nobody ever confirmed, and that never signed in."""
        addresses = apps.get_model("account", "EmailAddress").objects
        confirmed = models.Exists(addresses.filter(user=models.OuterRef("pk"), verified=True))
        return self.filter(~confirmed, last_login=None, is_staff=False, date_joined__lt=before - timedelta(days=1))


def sessions_of(users: Collection[int]) -> Iterator[Any]:
    """The sessions of these people. Whose a session is stands only inside it, so all are read."""
    wanted = {str(user) for user in users}
    for session in apps.get_model("sessions", "Session").objects.iterator(chunk_size=2000):
        if session.get_decoded().get(SESSION_KEY) in wanted:
            yield session


_read_user = Compiled(lambda pk: apps.get_model("accounts", "User")._default_manager.filter(pk=pk))


class UserManager(BaseUserManager["User"].from_queryset(UserQuerySet)):  # type: ignore[misc]
    """What Django's own commands and allauth call; both end in one place."""

    def get(self, *args: Any, **fields: Any) -> User:
        """One user. By `pk` alone, as a session asks for its person in every request, by a statement compiled once."""
        pk = fields.get("pk")
        if args or len(fields) != 1 or type(pk) is not int:
            found: User = self.get_queryset().get(*args, **fields)
            return found
        rows = _read_user(pk=pk)
        if not rows:
            raise self.model.DoesNotExist("User matching query does not exist.")
        user: User = rows[0]
        return user

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user: User = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
