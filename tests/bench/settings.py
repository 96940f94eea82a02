"""The site as it runs, with the reference views beside it. The whole-page cache is on where BENCH_PAGE_CACHE says so."""

import os
import sys

# What only the tests' tools bring is not there in production, where others would import it if they could.
sys.modules |= dict.fromkeys(("rich", "pygments", "requests", "jinja2"))  # type: ignore[arg-type]

from config.settings import *  # noqa: E402, F403

ROOT_URLCONF = "tests.bench.urls"
DEBUG = False
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
PAGE_CACHE = bool(os.environ.get("BENCH_PAGE_CACHE"))
MAINTENANCE_SECONDS = 5.0
STORAGES = {  # names with a digest, as in production
    **STORAGES,  # noqa: F405
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
MIDDLEWARE = ["tests.bench.counting.Statements", *MIDDLEWARE]  # noqa: F405
