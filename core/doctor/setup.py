"""What the environment and the checkout say."""

from __future__ import annotations

import difflib
import os
import stat
import zoneinfo
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from core.health import Finding, doubt, fault, fine

OURS = ("S3_", "SENTRY_", "METRICS_", "EMAIL_", "DATABASE_", "REDIS_", "GROUNDSWELL_")
INNER = {"GROUNDSWELL_RESTARTED"}  # set by the bootstrap for its own child
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def settings_fit() -> Iterator[Finding]:
    known = {variable.name: variable for variable in settings.VARIABLES}
    choices = [name for name, variable in known.items() if not variable.needed and variable.reader == "settings"]
    extra = [name for name in choices if name in os.environ]
    if settings.TESTING:
        yield doubt("settings", "the settings of the tests: hosts, limits and passwords are not checked",
                    "Unset GROUNDSWELL_TESTING.")  # fmt: skip
    elif settings.PRODUCTION:
        yield fine("settings", f"production; also set: {', '.join(extra) or 'nothing'}")
    else:
        yield fine("settings", f"the embedded form, for one machine; state in {settings.VAR}")
    if settings.DEBUG:
        yield doubt("settings", "DEBUG is on: errors show the code to whoever causes them", "Unset DEBUG.")
    for name in sorted(os.environ):
        if name.startswith(OURS) and name not in known and name not in INNER:
            near = difflib.get_close_matches(name, known, n=1)
            meant = f" Is {near[0]} meant?" if near else ""
            yield doubt("settings", f"{name} is set, but nothing reads it.{meant}", f"Rename it or unset {name}.")


def secret_is_strong() -> Iterator[Finding]:
    path = Path(settings.VAR) / "secret_key"
    if "SECRET_KEY" in os.environ:
        yield fine("secret key", f"from the environment, {len(settings.SECRET_KEY)} characters")
    elif path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
        yield fault("secret key", f"others on this machine can read {path}", f"Run: chmod 600 {path}")
    else:
        yield fine("secret key", "drawn by lot at the first start, readable by its owner only")


def address_is_safe() -> Iterator[Finding]:
    site = urlsplit(settings.SITE_URL)
    if not settings.PRODUCTION:
        yield fine("address", f"the site is at {settings.SITE_URL}; any host name is answered, as one machine does")
    elif site.scheme == "https":
        proxies = settings.ALLAUTH_TRUSTED_PROXY_COUNT
        if proxies:
            yield fine("address", f"the site is at {settings.SITE_URL}, other host names are refused; {proxies} trusted proxies")
        else:
            yield doubt("address", "https, but no trusted proxy: every visitor counts as one address, and requests may be "
                        "redirected without end", "Set TRUSTED_PROXIES to the number of proxies before the site.")  # fmt: skip
    elif site.hostname in THIS_MACHINE:
        yield doubt("address", f"the site is at {settings.SITE_URL}, which only this machine can reach", "Set SITE_URL.")
    else:
        yield doubt("address", "http: passwords travel in the clear", "Put a proxy with TLS before it; SITE_URL to https.")


def zones_are_known() -> Iterator[Finding]:
    zones = zoneinfo.available_timezones()
    try:
        zoneinfo.ZoneInfo("Europe/Berlin")
    except zoneinfo.ZoneInfoNotFoundError:
        zones = set()
    if len(zones) < 300:
        yield fault("time zones", "the time zone data is missing: deadlines cannot be shown",
                    "Install the system's tzdata package.")  # fmt: skip
    else:
        yield fine("time zones", f"{len(zones)} known")


def static_files_are_collected() -> Iterator[Finding]:
    from django.contrib.staticfiles.storage import ManifestFilesMixin, staticfiles_storage

    if not isinstance(staticfiles_storage, ManifestFilesMixin):
        yield fine("static files", "served from the checkout, as for development")
    elif not staticfiles_storage.hashed_files:
        yield fault("static files", "they are not collected: no page can be drawn",
                    "Run: python3 manage.py collectstatic --noinput")  # fmt: skip
    else:
        gone = [name for name in staticfiles_storage.hashed_files.values() if not staticfiles_storage.exists(name)]
        if gone:
            yield fault("static files", f"{len(gone)} of them are missing, for example {gone[0]}",
                        "Run: python3 manage.py collectstatic --noinput")  # fmt: skip
        else:
            yield fine("static files", f"{len(staticfiles_storage.hashed_files)} collected in {settings.STATIC_ROOT}")
