"""What gunicorn reads by itself when it is started in this folder, and `manage.py up` by name."""

import logging.config
import sys
from pathlib import Path

from gunicorn.glogging import Logger

sys.path.insert(0, str(Path(__file__).resolve().parent))  # gunicorn's own program looks in its own folder only

from config.start import settings_or_exit

settings_or_exit()  # here, in the master: a worker that ends at once would be started again


class logger_class(Logger):  # gunicorn's name for it
    """gunicorn's own lines in the form of all others. No access log: it would hold whole addresses."""

    def setup(self, cfg):
        from django.conf import settings

        super().setup(cfg)
        logging.config.dictConfig(settings.LOGGING)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


# No request says under which prefix the site lies: a forged one would open doors that go by the address (maintenance).
forwarder_headers = ""

# The site is loaded once, before the workers are forked: they share its memory, and one that is replaced answers at once.
preload_app = True


def pre_fork(server, worker):
    import gc

    gc.freeze()  # what is loaded stays: the collector of a worker would only copy the pages it looks at


def on_starting(server):
    from core.counting import forget_dead_processes

    forget_dead_processes()


def child_exit(server, worker):
    from core.counting import gone

    gone(worker.pid)
