"""The services that the site stands on: database, broker, cache, mail."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.mail import get_connection
from django.db import connection
from django.utils import timezone

from core import clock, health, invariants
from core.health import Finding, doubt, fault, fine

MOST_SKEW = 5.0  # seconds: a countdown that is wrong by more makes people late
FULL = 0.8  # share of connections or memory from which on we warn
MIGRATE = "Run: python3 manage.py migrate"
OLDEST_POSTGRES = 130000


def _value(statement: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()[0]


def database_answers() -> Iterator[Finding]:
    problem = health.database_problem()
    if problem:
        says, _, mend = problem.partition(". ")
        yield fault("database", says, mend)
    elif connection.vendor == "postgresql":
        number = int(_value("SHOW server_version_num"))
        size = _value("SELECT pg_size_pretty(pg_database_size(current_database()))")
        says = f"PostgreSQL {_value('SHOW server_version')}, {size}"
        old = number < OLDEST_POSTGRES
        yield doubt("database", f"{says}: too old", "Upgrade to 13 or newer.") if old else fine("database", says)
    else:
        path = Path(settings.DATABASES["default"]["NAME"])
        yield fine("database", f"SQLite {_value('SELECT sqlite_version()')}, {path.stat().st_size / 1e6:.1f} MB in {path}")


def migrations_are_applied() -> Iterator[Finding]:
    pending = health.pending_migrations()
    if pending:
        yield fault("migrations", f"{len(pending)} to apply, first {pending[0]}: pages can fail", MIGRATE)
    else:
        yield fine("migrations", "all applied")


def triggers_are_there() -> Iterator[Finding]:
    missing = next(rule for rule in invariants.rules() if rule.name == "append-only").find(clock.now())
    if missing.number:
        yield fault("append-only", f"{missing.number} triggers are missing, first: {missing.examples[0]}; history can be changed",
                    "Restore from a backup that has them: python3 manage.py restore.")  # fmt: skip
    else:
        yield fine("append-only", f"{len(invariants.append_only_tables())} tables refuse change")


def clocks_agree() -> Iterator[Finding]:
    before = timezone.now()
    there = clock.now()
    here = before + (timezone.now() - before) / 2
    skew = (here - there).total_seconds()
    if clock.is_simulated():
        yield doubt("clock", "this process lives in simulated time", "Start it anew.")
    elif abs(skew) > MOST_SKEW:
        yield doubt("clock", f"this machine is {abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the database, "
                    "whose clock decides", "Let both machines set their clocks by the network (chrony).")  # fmt: skip
    else:
        yield fine("clock", f"agrees with the database's within {max(abs(skew), 0.001):.3f} s")


def connections_suffice() -> Iterator[Finding]:
    if connection.vendor != "postgresql":
        return
    used = int(_value("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"))
    most = int(_value("SHOW max_connections"))
    if used >= most * FULL:
        yield doubt("connections", f"{used} of {most} in use", "Raise max_connections, lower DATABASE_POOL_SIZE, or set up "
                    "PgBouncer and DATABASE_POOLER.")  # fmt: skip
    else:
        yield fine("connections", f"{used} of {most} in use")


def broker_answers() -> Iterator[Finding]:
    problem = health.broker_problem()
    if problem:
        says, _, mend = problem.partition(". ")
        yield fault("broker", says, mend)
        return
    if not settings.REDIS_URL:
        waiting = len(list(health.queue_folder().iterdir()))
        yield fine("broker", f"a folder, {waiting} messages in it")
        return
    import redis

    facts = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2).info()
    used, most, policy = facts["used_memory"], facts.get("maxmemory", 0), facts.get("maxmemory_policy", "unknown")
    yield fine("broker", f"Redis {facts['redis_version']}, {used / 1e6:.0f} MB in use")
    if policy != "noeviction":
        yield doubt("broker", f"maxmemory-policy is {policy}: a full Redis throws messages away; work is then late, not lost",
                    "Set maxmemory-policy noeviction for the broker; give the cache a Redis of its own.")  # fmt: skip
    if most and used >= most * FULL:
        yield doubt("broker", f"{used / most:.0%} of its memory is in use", "Raise maxmemory.")


def cache_works() -> Iterator[Finding]:
    key, value = f"doctor-{secrets.token_hex(4)}", secrets.token_hex(8)
    try:
        cache.set(key, value, 30)
        kept = cache.get(key) == value
        cache.delete(key)
    except Exception as error:  # each cache has its own errors
        yield fault("cache", f"no answer ({type(error).__name__}): pages are slower, sign-in may be refused",
                    "Check CACHE_URL or REDIS_URL.")  # fmt: skip
        return
    if kept:
        yield fine("cache", "keeps and gives back")
    else:
        yield doubt("cache", "forgets at once: limits on sign-in do not work", "Give it memory, or check CACHE_URL.")


def mail_server_answers() -> Iterator[Finding]:
    backend = settings.EMAIL_BACKEND.rsplit(".", 2)[-2]
    if backend != "smtp":
        says = f"mail goes to no server ({backend})" + ("; read it at /dev/mail/" if settings.EMBEDDED else "")
        yield doubt("mail server", says, "Set EMAIL_URL.") if settings.PRODUCTION else fine("mail server", says)
        return
    server = get_connection(timeout=5)
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        server.open()  # greets, starts TLS and signs in, as for a mail
        server.close()
    except Exception as error:
        yield fault("mail server", f"{where} does not take mail ({type(error).__name__}); mails wait and are tried for a day",
                    "Check EMAIL_URL: host, port, TLS, user and password.")  # fmt: skip
        return
    safe = settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL
    if not safe and settings.EMAIL_HOST_PASSWORD:
        yield doubt("mail server", f"{where} answers, but the password travels in the clear", "Use smtp+tls:// in EMAIL_URL.")
    else:
        known = " and knows us" if settings.EMAIL_HOST_USER else ""
        yield fine("mail server", f"{where} answers{' over TLS' if safe else ''}{known}")
