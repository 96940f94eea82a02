"""What the environment says: where state lives, which form runs, and a refusal to start half-set."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE = Path(__file__).resolve().parent.parent.parent
VAR = Path(os.environ.get("GROUNDSWELL_VAR") or BASE / "var")

env = environ.Env()
# An empty variable means "not set": compose files and CI pass empty strings.
for _name in ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL", "TRUSTED_PROXIES"):
    if os.environ.get(_name) == "":
        del os.environ[_name]

TESTING = bool(os.environ.get("GROUNDSWELL_TESTING"))
EMBEDDED = "DATABASE_URL" not in os.environ
PRODUCTION = not EMBEDDED and not TESTING
DEBUG = env.bool("DEBUG", default=False)


def _missing() -> list[str]:
    wanted = ("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL")
    return [name for name in wanted if name not in os.environ]


# SITE_URL alone is a choice that the embedded default honours; any other one means production is meant.
_half_set = any(name in os.environ for name in ("REDIS_URL", "SECRET_KEY", "EMAIL_URL"))
if not TESTING and (PRODUCTION or _half_set) and _missing():
    raise ImproperlyConfigured(
        "This environment is half set: " + ", ".join(_missing()) + " missing. "
        "Set all of DATABASE_URL, REDIS_URL, SECRET_KEY, SITE_URL and EMAIL_URL, or none for the embedded default."
    )
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DEBUG is on in a production environment. Unset DEBUG.")


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
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY is too short: use at least 50 random characters.")

SITE_URL = env.str("SITE_URL", default="http://localhost:8000").rstrip("/")
SITE_HOST = SITE_URL.split("://", 1)[-1].split("/", 1)[0].rsplit(":", 1)[0]
ALLOWED_HOSTS = [SITE_HOST] if PRODUCTION else ["*"]
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL.startswith("https://") else []
SITE_NAME = "Groundswell"
