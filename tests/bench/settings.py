"""The site as it runs, with the reference views beside it."""

from config.settings import *  # noqa: F403

ROOT_URLCONF = "tests.bench.urls"
DEBUG = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
