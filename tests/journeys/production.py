"""The embedded form with the static files of production: hashed, compressed, cached for good."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES, VAR

STATIC_ROOT = VAR / "static"
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "config.statics.HashedAndCompressed"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
