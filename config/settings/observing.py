"""What the processes say about themselves: logs, numbers, errors."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import EMBEDDED, PRODUCTION, SECRET_KEY, TESTING, env
from config.settings.queue import CELERY_BEAT_SCHEDULE
from config.variables import TABLE
from core import logs, scrubbing

VARIABLES = TABLE  # doctor shows which of them are set

# --- Logs ----------------------------------------------------------------------------------------------------------

# The secrets of this installation never stand in a log, wherever a library may put them.
scrubbing.never_say([SECRET_KEY, *(os.environ.get(variable.name, "") for variable in TABLE if variable.secret)])
scrubbing.never_say(unquote(urlsplit(env.str(name, default="")).password or "") for name in ("DATABASE_URL", "EMAIL_URL"))

LOG_LEVEL = env.str("LOG_LEVEL", default="INFO" if PRODUCTION else "WARNING").upper()
LOGGING = logs.logging_config(json=PRODUCTION, level=LOG_LEVEL, django="ERROR" if TESTING else "WARNING")
logs.configure(routine={entry["task"] for entry in CELERY_BEAT_SCHEDULE.values()})
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_CELERY_TASK_START_LOG_LEVEL = 10  # its end says it all
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

# --- Numbers -------------------------------------------------------------------------------------------------------

METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
METRICS_ON_THIS_MACHINE = EMBEDDED and not TESTING  # whoever sits at the one box may read them without a token
WORKER_METRICS_PORT = env.int("WORKER_METRICS_PORT", default=0)
if _folder := env.str("PROMETHEUS_MULTIPROC_DIR", default=""):
    try:
        Path(_folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"PROMETHEUS_MULTIPROC_DIR: cannot make {_folder}: {error.strerror}.") from None

# --- Errors --------------------------------------------------------------------------------------------------------

if SENTRY_DSN := env.str("SENTRY_DSN", default=""):  # without it nothing is loaded
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        environment=env.str("SENTRY_ENVIRONMENT", default="production"),
        traces_sample_rate=env.float("SENTRY_TRACES_RATE", default=0.0),
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,  # a password is a variable for a moment
        include_source_context=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,  # only errors leave this site
        before_send=scrubbing.clean_report,
        before_send_transaction=scrubbing.clean_report,
    )
