"""Database, cache, files: SQLite and folders under `var/`, or what the environment names."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from config.settings.environment import BASE, DEBUG, EMBEDDED, TESTING, VAR, env

if EMBEDDED:
    DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(VAR / "db.sqlite3")}}
else:
    try:
        DATABASES = {"default": env.db("DATABASE_URL")}
    except Exception as error:
        raise ImproperlyConfigured(f"DATABASE_URL cannot be read: {error}") from None
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False
if "sqlite" in _database["ENGINE"]:
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",  # a write transaction takes its place at the start, so it never dies half way
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
    }
    # In-memory test databases answer "table is locked" as soon as two threads meet.
    _database["TEST"] = {"NAME": str(VAR / "test.sqlite3")}
else:
    _database["CONN_HEALTH_CHECKS"] = True
    _pooler = env.str("DATABASE_POOLER", default="")
    if _pooler not in ("", "session", "transaction"):
        raise ImproperlyConfigured(f"DATABASE_POOLER is {_pooler}: set it to transaction or session, or unset it.")
    if _pooler:
        # PgBouncer keeps the connections and refuses start-up options: the timeouts belong to the database's role then
        # (docs/operating.md). In transaction mode nothing that outlives a transaction may be left on a connection.
        _database["CONN_MAX_AGE"] = 60
        _database["DISABLE_SERVER_SIDE_CURSORS"] = _pooler == "transaction"
        _database["OPTIONS"] = {"connect_timeout": 5}
    else:
        _database["OPTIONS"] = {
            "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE", default=16), "timeout": 5},
            "connect_timeout": 5,
            "options": "-c statement_timeout=15000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=30000",
        }

REDIS_URL = env.str("REDIS_URL", default="")
# The broker's Redis must never evict, a cache should: beyond a small site they are two (threat J3).
_cache_url = env.str("CACHE_URL", default="") or REDIS_URL
if _cache_url:
    _patience = {"socket_connect_timeout": 1, "socket_timeout": 1}  # a page waits no longer for what it can do without
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": _cache_url,
            "KEY_PREFIX": "groundswell",
            "OPTIONS": _patience,
        }
    }
else:
    # One web process in the embedded form; the file cache is shared with the worker.
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
            "LOCATION": VAR / "cache",
            "OPTIONS": {"MAX_ENTRIES": 5000},  # beyond it a third goes at random, with the counts of tries among it
        }
    }

# Strangers get one drawing of a public page (core.pagecache). Tests ask for it by name: they undo what they commit.
PAGE_CACHE = not TESTING

# How long a process believes what it last read of core.maintenance. Tests count statements, so they set it by name.
MAINTENANCE_SECONDS = None if TESTING else 5.0

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default="") or VAR / "static")  # an image brings them collected
STATICFILES_DIRS = [BASE / "static"]
MEDIA_ROOT = VAR / "media"
MEDIA_URL = "/media/"  # nothing is mounted there: every file is served by a view that asks for the right to see it


def _bucket() -> dict[str, object]:
    """The bucket that S3_BUCKET names: private, with names that are never taken twice."""
    from botocore.config import Config  # half a second, for those who use it

    def said(name: str) -> str | None:
        return env.str(name, default="") or None

    client = Config(
        connect_timeout=3,
        read_timeout=10,
        retries={"max_attempts": 2, "mode": "standard"},
        signature_version="s3v4",
        s3={"addressing_style": "path" if said("S3_ENDPOINT_URL") else "auto"},
        request_checksum_calculation="when_required",  # many a server that speaks S3 knows no newer sums
        response_checksum_validation="when_required",
    )
    return {
        "bucket_name": said("S3_BUCKET"),
        "endpoint_url": said("S3_ENDPOINT_URL"),
        "region_name": said("S3_REGION") or "us-east-1",
        "access_key": said("S3_ACCESS_KEY"),  # without keys the machine's own role or environment is asked
        "secret_key": said("S3_SECRET_KEY"),
        "default_acl": None,
        "querystring_auth": True,
        "querystring_expire": 300,  # an address that leaks is dead after five minutes (threat P10)
        "file_overwrite": False,
        "client_config": client,
    }


STORAGES = {
    "default": {"BACKEND": "core.media.Bucket", "OPTIONS": _bucket()}
    if env.str("S3_BUCKET", default="")
    else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "config.statics.Hashed"
        if EMBEDDED
        else "config.statics.HashedAndCompressed"
    },
}
WHITENOISE_USE_FINDERS = TESTING or DEBUG
WHITENOISE_AUTOREFRESH = TESTING or DEBUG
