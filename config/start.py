"""Starting a process: its settings, or one line that says why not.

The same for manage.py, for gunicorn and for Celery.
"""

from __future__ import annotations

import os
import sys


def refusal() -> str | None:
    """Load the settings; one line when this environment cannot run, None when it can."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        settings.INSTALLED_APPS  # noqa: B018  loads the settings now, while we can still explain
    except ImproperlyConfigured as error:
        return " ".join(str(error).split())
    except OSError as error:
        return f"Cannot use {error.filename}: {error.strerror}. Give yourself the right to read and write it."
    return None


def database_refusal(error: Exception) -> str | None:
    """One line when an error of the database comes of its absence or of its age; None when it is a fault of ours."""
    from django.db import OperationalError, ProgrammingError

    if not isinstance(error, OperationalError | ProgrammingError):
        return None
    from core.health import database_problem, pending_migrations

    problem = database_problem()
    if problem:
        return problem
    pending = pending_migrations()
    if pending:
        return f"The database lacks {len(pending)} migrations, {pending[0]} first. Run: python3 manage.py migrate"
    return None


def settings_or_exit(status: int = 1) -> None:
    """Load the settings, or say in one line on stderr why not and end the process."""
    why = refusal()
    if why is not None:
        print(why, file=sys.stderr, flush=True)  # noqa: T201  no log exists yet
        sys.exit(status)
