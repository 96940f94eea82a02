"""Who you are."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.querysets import UserManager
from core.addresses import normalise


class User(AbstractBaseUser, PermissionsMixin):
    """A person. E-mail to sign in; handle and display name for others; the rest is optional."""

    email = models.EmailField(_("e-mail address"), unique=True)
    address_key = models.CharField(max_length=254, unique=True, editable=False)
    handle = models.SlugField(_("handle"), max_length=40, unique=True, null=True, blank=True)
    display_name = models.CharField(_("name others see"), max_length=80, blank=True)
    bio = models.TextField(_("about you"), max_length=2000, blank=True)
    affiliation = models.CharField(_("organisation"), max_length=120, blank=True)
    country = models.CharField(_("country"), max_length=60, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    language = models.CharField(_("language"), max_length=12, default="en")
    can_create_contests = models.BooleanField(_("may create contests"), default=False)
    can_moderate = models.BooleanField(_("may moderate"), default=False)
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[valid-type]

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return str(self.display_name or _("New member"))

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.address_key = normalise(self.email)
        super().save(*args, **kwargs)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)


class ApiToken(models.Model):
    """A personal key for client programs. Only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=80)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name
