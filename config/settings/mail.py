"""Where letters go: a folder one can read, or the server that EMAIL_URL names."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import SITE_HOST, SITE_NAME, VAR, env

DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <hello@{SITE_HOST}>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
EMAIL_TIMEOUT = 30
if "EMAIL_URL" in os.environ:
    try:
        globals().update(env.email_url("EMAIL_URL"))
    except Exception as error:
        raise ImproperlyConfigured(f"EMAIL_URL cannot be read: {error}") from None
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR / "mail"
