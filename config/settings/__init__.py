"""Settings, from the environment only (12-factor).

With no variable set the embedded default runs: SQLite, a folder as queue, mail into a folder, all under
`var/`. Setting DATABASE_URL makes it a production process, which then wants the rest as well and refuses
to start half-set. This page says what the site is made of; each other page of the folder settles one matter.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from config.settings.environment import *  # noqa: F403
from config.settings.environment import BASE
from config.settings.mail import *  # noqa: F403
from config.settings.observing import *  # noqa: F403
from config.settings.people import *  # noqa: F403
from config.settings.queue import *  # noqa: F403
from config.settings.rest import *  # noqa: F403
from config.settings.security import *  # noqa: F403
from config.settings.storage import *  # noqa: F403

INSTALLED_APPS = [
    "console",
    "pages",
    "notifications",
    "results",
    "judging",
    "voting",
    "community",
    "proposals",
    "contests",
    "accounts",
    "core",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "csp",
    "django_htmx",
    "template_partials",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "rules.apps.AutodiscoverRulesConfig",
    "django_structlog",
]

MIDDLEWARE = [
    "core.observing.Observed",  # measures all the others
    "core.edge.Headers",  # outermost, so that files and failures have them, too
    "csp.middleware.CSPMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "core.observing.Probes",
    "core.middleware.Maintenance",
    "core.edge.OwnPagesOnly",
    "pages.middleware.SharedPages",  # answers strangers before a session is thought of
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.StaffSessions",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.RefusalMiddleware",
    "core.middleware.PrivateAnswers",
    "notifications.middleware.Nav",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context.site",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Language, time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
LOCALE_PATHS = [BASE / "locale"]

SILENCED_SYSTEM_CHECKS: list[str] = []
