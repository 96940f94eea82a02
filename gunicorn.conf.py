"""What gunicorn reads by itself when it is started in this folder, and `manage.py up` by name."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # gunicorn's own program looks in its own folder only

from config.start import settings_or_exit

settings_or_exit()  # here, in the master: a worker that ends at once would be started again

from django.conf import settings  # noqa: E402

_own = {"handlers": [], "propagate": True}
logconfig_dict = {  # one form for all lines, gunicorn's too
    **settings.LOGGING,
    "loggers": {**settings.LOGGING["loggers"], "gunicorn.error": {**_own, "level": settings.LOG_LEVEL}, "gunicorn.access": _own},
}


def on_starting(server):
    from core.counting import forget_dead_processes

    forget_dead_processes()


def child_exit(server, worker):
    from core.counting import gone

    gone(worker.pid)
