"""Every variable of the environment that Groundswell reads: the one list that settings, doctor, docs and tests share.

Plain Python: it is read before Django is.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Variable:
    """`needed`: without it a production process refuses to start. `secret`: never shown nor logged.

    `reader` is who reads it: the settings of every process, or the roles of docker/entrypoint.py.
    """

    name: str
    meaning: str
    default: str = ""
    needed: bool = False
    secret: bool = False
    reader: str = "settings"


TABLE = (
    Variable("DATABASE_URL", "PostgreSQL: postgres://user:password@host:5432/name. Set, it makes a production process",
             needed=True, secret=True),
    Variable("DATABASE_POOLER", "transaction or session, where PgBouncer stands before the database"),
    Variable("DATABASE_POOL_SIZE", "most connections of one process, where no PgBouncer does it", "16"),
    Variable("REDIS_URL", "broker and cache: redis://host:6379/0", needed=True, secret=True),
    Variable("CACHE_URL", "a second Redis for the cache, which may evict; the broker's must not", "REDIS_URL", secret=True),
    Variable("SECRET_KEY", "at least 50 random characters; signs sessions", needed=True, secret=True),
    Variable("SITE_URL", "where people reach the site: https://contests.example.org", "http://localhost:8000", needed=True),
    Variable("EMAIL_URL", "mail server: smtp+tls://user:password@host:587", needed=True, secret=True),
    Variable("DEFAULT_FROM_EMAIL", "sender of all mail", "Groundswell <hello@the site's host>"),
    Variable("ALLOW_HTTP", "1 lets a production site live without TLS, inside a closed network", "0"),
    Variable("TRUSTED_PROXIES", "how many proxies stand before the site and add to X-Forwarded-For", "0"),
    Variable("S3_BUCKET", "media live in this bucket instead of a folder"),
    Variable("S3_ENDPOINT_URL", "address of the S3 service, where it is not Amazon's"),
    Variable("S3_REGION", "region of the bucket"),
    Variable("S3_ACCESS_KEY", "key for the bucket; with S3_SECRET_KEY or not at all", secret=True),
    Variable("S3_SECRET_KEY", "its secret half", secret=True),
    Variable("SENTRY_DSN", "errors are sent there; empty: nothing is sent or loaded", secret=True),
    Variable("SENTRY_ENVIRONMENT", "name of this installation in Sentry", "production"),
    Variable("SENTRY_TRACES_RATE", "share of requests that are traced, 0 to 1", "0"),
    Variable("METRICS_TOKEN", "at least 20 characters; opens /metrics as a bearer token", secret=True),
    Variable("WORKER_METRICS_PORT", "a worker answers /metrics on this port, with the same token"),
    Variable("PROMETHEUS_MULTIPROC_DIR", "folder in which the processes of one machine add up their numbers"),
    Variable("LOG_LEVEL", "DEBUG, INFO, WARNING or ERROR", "INFO in production, else WARNING"),
    Variable("STATIC_ROOT", "folder of the collected static files", "static/ in the state folder"),
    Variable("ADMIN_PATH", "address of the engineers' admin", "admin"),
    Variable("SECURITY_CONTACT", "whom to tell about a weakness, for security.txt", "the site's contact"),
    Variable("DEBUG", "1 shows errors to whoever causes them: never in production", "0"),
    Variable("DUE_LEASE_SECONDS", "how long a piece of due work belongs to the worker that took it", "90"),
    Variable("GROUNDSWELL_VAR", "state folder: database, media, queue, mail and keys of the embedded form", "var/"),
    Variable("GROUNDSWELL_TESTING", "1 only in the project's own tests"),
    Variable("PORT", "the web role answers on this port", "8000", reader="roles"),
    Variable("WEB_WORKERS", "processes of the web role", "2", reader="roles"),
    Variable("WEB_THREADS", "threads of each of them", "8", reader="roles"),
    Variable("WEB_MAX_REQUESTS", "a web process starts anew after so many requests; 0: never", "0", reader="roles"),
    Variable("WORKER_PROCESSES", "processes of the worker role", "2", reader="roles"),
    Variable("WORKER_QUEUES", "queues that the worker role serves", "celery,mail", reader="roles"),
    Variable("DATABASE_WAIT", "seconds for which a role waits for the database at its start", "60", reader="roles"),
    Variable("DATABASE_DIRECT_URL", "PostgreSQL past PgBouncer, for migrate and backup", secret=True, reader="roles"),
    Variable("MIGRATE_WAIT", "seconds for which migrate waits for another one", "300", reader="roles"),
    Variable("BACKUP_AT", "when the backup role makes its daily backup (UTC)", "02:30", reader="roles"),
    Variable("BACKUP_KEEP", "how many backups stay", "14", reader="roles"),
    Variable("BACKUP_TARGET", "where it puts them", "/backups", reader="roles"),
)  # fmt: skip

NAMES = tuple(variable.name for variable in TABLE)
NEEDED = tuple(variable.name for variable in TABLE if variable.needed)
