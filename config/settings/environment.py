"""What the environment says: where state lives, which form runs, and a refusal to start half-set."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config.refusals import problems
from config.variables import NAMES

BASE = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("GROUNDSWELL_VAR") or BASE / "var")

env = environ.Env()
# An empty variable means "not set": compose files and CI pass empty strings.
for _name in NAMES:
    if os.environ.get(_name) == "":
        del os.environ[_name]

TESTING = bool(os.environ.get("GROUNDSWELL_TESTING"))
EMBEDDED = "DATABASE_URL" not in os.environ
PRODUCTION = not EMBEDDED and not TESTING
if not TESTING and (_wrong := problems(os.environ)):
    raise ImproperlyConfigured(" ".join(_wrong))
DEBUG = env.bool("DEBUG", default=False)


def _embedded_secret() -> str:
    """One random key per installation, kept in var/, so that sessions outlive a restart."""
    path = VAR / "secret_key"
    try:
        VAR.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            part = path.with_name(f".secret_key.{os.getpid()}")
            part.touch(mode=0o600)
            part.write_text(secrets.token_urlsafe(50))
            try:
                os.link(part, path)  # the first of two starting processes wins; both then read one key
            except FileExistsError:
                pass
            part.unlink()
        return path.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"Cannot use the state folder {VAR}: {error.strerror}. "
            "Make it readable and writable, or set GROUNDSWELL_VAR to another folder."
        ) from None


SECRET_KEY = env.str("SECRET_KEY", default="") or _embedded_secret()
SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_HOST = urlsplit(SITE_URL).hostname or "localhost"
ALLOWED_HOSTS = [SITE_HOST] if PRODUCTION else ["*"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
SITE_NAME = "Groundswell"
