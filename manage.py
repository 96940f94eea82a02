#!/usr/bin/env python3
"""Every command of Groundswell. The two to know: `python3 manage.py up` and `python3 manage.py test`.

Works with a bare python3 and pip: what is missing is installed into `.venv` first (config/bootstrap.py).
"""

import sys

from config import bootstrap


def main(argv):
    """Run one command; what the person at the terminal can mend is one line and exit status 1."""
    try:
        bootstrap.enter(argv)
    except bootstrap.BootstrapError as error:
        return str(error)
    except KeyboardInterrupt:
        return "Stopped. Run the command again to go on."
    if argv[1:2] == ["test"]:
        from tests.run import main as run_tests

        return run_tests(argv[2:])
    return run_django(argv)


def run_django(argv):
    from config import start

    why_not = start.refusal()
    if why_not is not None:
        return why_not
    from django.core.management import execute_from_command_line
    from django.db import DatabaseError

    import config.celery  # noqa: F401  whatever a command does can ring the worker's bell

    try:
        execute_from_command_line(argv)
    except KeyboardInterrupt:
        return "Stopped."
    except DatabaseError as error:
        why_not = start.database_refusal(error)
        if why_not is None:
            raise
        return why_not
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
