"""The Celery application: `celery -A config.celery worker -B`."""

import warnings

from celery import Celery
from celery.platforms import SecurityWarning
from kombu.transport import TRANSPORT_ALIASES

from config.start import settings_or_exit

settings_or_exit()
# It warns of root because a pickled message can run any code; our messages are JSON.
warnings.filterwarnings("ignore", category=SecurityWarning)
TRANSPORT_ALIASES["filesystem"] = "config.broker:Transport"

app = Celery("groundswell")
# Celery's current application is kept per thread: without this, a web server's thread gets a blank one that
# looks for a broker on localhost.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
