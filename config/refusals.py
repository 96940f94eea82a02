"""What is wrong with an environment, in words: half set, contradictory, or not what a value must be.

Plain Python over a mapping, asked once by the settings of every process. It names variables and what they should
be; it never repeats a value, which may hold a password.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import SplitResult, urlsplit

from config.variables import NEEDED

Environment = Mapping[str, str]

POSTGRES = ("postgres", "postgresql", "psql", "pgsql")
MAIL_SERVERS = ("smtp", "smtps", "smtp+tls", "smtp+ssl")
MAIL_NOWHERE = ("consolemail", "filemail", "memorymail", "dummymail")
THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
BOOLEANS = ("", "0", "1", "true", "false", "yes", "no", "on", "off")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
SHORTEST_KEY, SHORTEST_TOKEN = 50, 20
MOST_PROXIES = 10


def problems(environment: Environment) -> list[str]:
    """One sentence for everything that is wrong; empty when a process may start."""
    said = {name: value for name, value in environment.items() if value != ""}
    production = "DATABASE_URL" in said
    # SITE_URL alone is a choice that the embedded default honours; any other one means that production is meant.
    missing = [name for name in NEEDED if name not in said]
    if missing and any(name in said for name in NEEDED if name != "SITE_URL"):
        return [
            f"This environment is half set: {', '.join(missing)} missing. Set all of {', '.join(NEEDED[:-1])} and "
            f"{NEEDED[-1]}, or none for the embedded default."
        ]
    found = list(_everywhere(said))
    if production:
        found += _in_production(said)
    return found


def _everywhere(said: Environment) -> Iterator[str]:
    for name, check in _CHECKS.items():
        if name in said:
            complaint = check(said[name])
            if complaint:
                yield f"{name} {complaint}"
    yield from _bucket(said)


def _in_production(said: Environment) -> Iterator[str]:
    if _is_on(said.get("DEBUG", "")):
        yield "DEBUG is on in a production environment. Unset DEBUG."
    site = _split(said["SITE_URL"])
    if site and site.scheme == "http" and site.hostname not in THIS_MACHINE and not _is_on(said.get("ALLOW_HTTP", "")):
        yield "SITE_URL is http: passwords would travel in the clear. Use https, or set ALLOW_HTTP=1 in a closed network."
    if site and site.scheme == "https" and _is_on(said.get("ALLOW_HTTP", "")):
        yield "ALLOW_HTTP contradicts SITE_URL, which is https. Unset ALLOW_HTTP."
    database = _split(said["DATABASE_URL"])
    if database and database.scheme == "sqlite":
        yield "DATABASE_URL names SQLite, which serves the embedded default only. Name a PostgreSQL, or unset all."


def _split(value: str) -> SplitResult | None:
    """The parts of an address, or None when it is none: urlsplit's own words could repeat a password."""
    try:
        parts = urlsplit(value)
        _ = parts.port, parts.hostname
    except ValueError:
        return None
    return parts


def _is_on(value: str) -> bool:
    return value.lower() in ("1", "true", "yes", "on")


def _site(value: str) -> str | None:
    parts = _split(value)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return "must be an address with its scheme, like https://contests.example.org."
    if parts.username is not None or "@" in parts.netloc:
        return "must not hold a user name."
    if parts.path.rstrip("/") or parts.query or parts.fragment:
        return "must end after the host: the site lives at the root of its host, without a path."
    if not all(character.isalnum() or character in "-.:" for character in parts.hostname):
        return "has a host name with characters that no host name has."
    return None


def _database(value: str) -> str | None:
    parts = _split(value)
    if parts is None:
        return "cannot be read: write special characters of the password as %XX."
    if parts.scheme == "sqlite":
        return None
    if parts.scheme not in POSTGRES:
        return "must begin with postgres:// (other databases are not supported)."
    if not parts.hostname or not parts.path.strip("/"):
        return "must name a host and a database: postgres://user:password@host:5432/name."
    return None


def _pooler(value: str) -> str | None:
    return None if value in ("session", "transaction") else "must be transaction or session, or unset."


def _redis(value: str) -> str | None:
    parts = _split(value)
    if parts is None or parts.scheme not in ("redis", "rediss") or not parts.hostname:
        return "must be an address like redis://host:6379/0."
    number = parts.path.strip("/")
    return None if number == "" or number.isdigit() else "must end with the number of a Redis database, like /0."


def _key(value: str) -> str | None:
    if len(value) < SHORTEST_KEY:
        return f"is too short: use at least {SHORTEST_KEY} random characters."
    if len(set(value)) < 10 or value.startswith("django-insecure-"):
        return f"is no secret: use at least {SHORTEST_KEY} random characters."
    return None


def _mail(value: str) -> str | None:
    parts = _split(value)
    if parts is None:
        return "cannot be read: write special characters of the password as %XX."
    if parts.scheme in MAIL_NOWHERE:
        return None
    if parts.scheme not in MAIL_SERVERS:
        return "must begin with smtp+tls://, smtp+ssl:// or smtp://."
    if not parts.hostname:
        return "must name a mail server: smtp+tls://user:password@host:587."
    if bool(parts.username) != bool(parts.password):
        return "has a user name without a password, or the other way round."
    return None


def _whole_number(least: int, most: int) -> Callable[[str], str | None]:
    def check(value: str) -> str | None:
        good = value.isascii() and value.isdigit() and len(value) < 10 and least <= int(value) <= most
        return None if good else f"must be a whole number from {least} to {most}."

    return check


def _yes_or_no(value: str) -> str | None:
    return None if value.lower() in BOOLEANS else "must be 1 or 0."


def _dsn(value: str) -> str | None:
    parts = _split(value)
    good = parts and parts.scheme in ("http", "https") and parts.hostname and parts.username
    if not good or not parts or not parts.path.rpartition("/")[2].isdigit():
        return "must be the address that Sentry gives a project: https://key@host/number."
    return None


def _share(value: str) -> str | None:
    try:
        good = 0 <= float(value) <= 1
    except ValueError:
        good = False
    return None if good else "must be a number from 0 to 1."


def _token(value: str) -> str | None:
    return None if len(value) >= SHORTEST_TOKEN else f"is too short: use at least {SHORTEST_TOKEN} random characters."


def _level(value: str) -> str | None:
    return None if value.upper() in LEVELS else f"must be one of {', '.join(LEVELS)}."


def _web_address(value: str) -> str | None:
    parts = _split(value)
    good = parts and parts.scheme in ("http", "https") and parts.hostname
    return None if good else "must be an address with its scheme, like https://s3.example.org."


def _bucket(said: Environment) -> Iterator[str]:
    rest = [name for name in ("S3_ENDPOINT_URL", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY") if name in said]
    if rest and "S3_BUCKET" not in said:
        yield f"S3_BUCKET is missing beside {', '.join(rest)}. Name the bucket, or unset them all."
    if ("S3_ACCESS_KEY" in said) != ("S3_SECRET_KEY" in said):
        yield "S3_ACCESS_KEY and S3_SECRET_KEY go together: set both, or none where the machine has a role."


_CHECKS: dict[str, Callable[[str], str | None]] = {
    "SITE_URL": _site,
    "DATABASE_URL": _database,
    "DATABASE_POOLER": _pooler,
    "DATABASE_POOL_SIZE": _whole_number(1, 500),
    "REDIS_URL": _redis,
    "CACHE_URL": _redis,
    "SECRET_KEY": _key,
    "EMAIL_URL": _mail,
    "TRUSTED_PROXIES": _whole_number(0, MOST_PROXIES),
    "DUE_LEASE_SECONDS": _whole_number(1, 86_400),
    "WORKER_METRICS_PORT": _whole_number(1, 65_535),
    "DEBUG": _yes_or_no,
    "ALLOW_HTTP": _yes_or_no,
    "S3_ENDPOINT_URL": _web_address,
    "SENTRY_DSN": _dsn,
    "SENTRY_TRACES_RATE": _share,
    "METRICS_TOKEN": _token,
    "LOG_LEVEL": _level,
}
