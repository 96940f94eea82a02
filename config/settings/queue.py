"""Celery: the bell, never the memory."""

from __future__ import annotations

from datetime import timedelta

from celery.schedules import crontab
from kombu import Exchange, Queue

from config.settings.environment import VAR, env
from config.settings.storage import REDIS_URL

# A claimed due row belongs to its worker this long; what a killed worker held is done by another after it.
DUE_LEASE = timedelta(seconds=env.int("DUE_LEASE_SECONDS", default=90))
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost"
if REDIS_URL:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "visibility_timeout": 300,
        "global_keyprefix": "groundswell:",
        "socket_connect_timeout": 2,  # a request that rings the bell waits no longer than this
        "socket_timeout": 3,  # the same for one that takes the call and never answers
    }
else:
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(VAR / "queue" / "messages"),
        "data_folder_out": str(VAR / "queue" / "messages"),
        "control_folder": str(VAR / "queue" / "control"),
        "processed_folder": str(VAR / "queue" / "processed"),
        "polling_interval": 0.1,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_TIME_LIMIT = 240
# SIGQUIT lets running tasks end for so long; what is cut off is taken up again when its lease has run out.
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 10.0
# Letters have a queue of their own: a mail server that hangs keeps nobody's decision or count waiting (threat J4).
CELERY_TASK_QUEUES = [Queue(name, Exchange("celery"), routing_key=name) for name in ("celery", "mail")]
CELERY_TASK_ROUTES = {"notifications.send_waiting": {"queue": "mail"}}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "sweep-due-work": {"task": "core.sweep", "schedule": 5.0, "options": {"expires": 30}},
    "record-phase-boundaries": {"task": "contests.record_boundaries", "schedule": 5.0, "options": {"expires": 30}},
    "send-deliveries": {"task": "notifications.send_waiting", "schedule": 5.0, "options": {"expires": 30}},
    **{
        f"tick-{queue.name}": {
            "task": "core.tick",
            "schedule": 30.0,
            "kwargs": {"queue": queue.name},
            "options": {"queue": queue.name, "expires": 60},
        }
        for queue in CELERY_TASK_QUEUES
    },
    "check-invariants": {"task": "core.check_invariants", "schedule": crontab(hour=3, minute=17), "options": {"expires": 3600}},
    "forget-files": {"task": "core.forget_files", "schedule": crontab(hour=4, minute=17), "options": {"expires": 3600}},
    "forget-sessions": {"task": "accounts.forget_sessions", "schedule": crontab(hour=4, minute=37), "options": {"expires": 3600}},
    "forget-unverified": {"task": "accounts.forget_unverified", "schedule": 3600.0, "options": {"expires": 600}},
}
