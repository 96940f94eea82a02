"""Set the environment of a test process before Django reads its settings (`-p tests.environment`).

Every process gets its own empty state folder, so that no test ever touches the real `var/`, and its own
Redis database, so that two workers do not take each other's messages.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
PRODUCTION_NAMES = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL")


def isolate() -> None:
    for name in PRODUCTION_NAMES:
        if not os.environ.get(name):
            os.environ.pop(name, None)
    folder = tempfile.mkdtemp(prefix=f"groundswell-test-{WORKER}")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["GROUNDSWELL_VAR"] = folder
    os.environ["GROUNDSWELL_TESTING"] = "1"
    # Playwright's synchronous interface keeps an event loop in the test's thread.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    for name in ("queue/messages", "queue/control", "queue/processed", "media", "mail"):
        Path(folder, name).mkdir(parents=True)
    if "REDIS_URL" in os.environ and WORKER.startswith("gw"):
        server = os.environ["REDIS_URL"].rstrip("/").rsplit("/", 1)
        base = "/".join(server) if server[1].count(":") else server[0]
        os.environ["REDIS_URL"] = f"{base}/{int(WORKER[2:]) % 15 + 1}"


isolate()
