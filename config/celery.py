"""The Celery application: `celery -A config.celery worker -B`."""

import warnings

import structlog
from celery import Celery, signals
from celery.platforms import SecurityWarning
from django.conf import settings
from django.dispatch import receiver
from django_structlog.celery.signals import bind_extra_task_metadata
from django_structlog.celery.steps import DjangoStructLogInitStep
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
app.steps["worker"].add(DjangoStructLogInitStep)  # the request's id goes on into the worker's lines


@signals.setup_logging.connect
def keep_our_logging(**_):
    """Celery sets up no handlers of its own: LOGGING holds for workers, too."""


@receiver(bind_extra_task_metadata)
def name_the_task(task=None, **_):
    structlog.contextvars.bind_contextvars(task=task.name)


@signals.worker_ready.connect
def answer_metrics(**_):
    if settings.WORKER_METRICS_PORT:
        from core.metrics import serve

        serve(settings.WORKER_METRICS_PORT)


@signals.worker_process_shutdown.connect
def leave_the_numbers(pid=None, **_):
    from core.counting import gone

    gone(pid)
