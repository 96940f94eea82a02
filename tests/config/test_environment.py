"""An environment that is half set, contradictory or wrong is refused in one line, whatever is started with it."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from config.refusals import problems
from config.variables import NAMES, NEEDED, TABLE

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parents[2]
KEY = "q8Zr3-wPd5Yt0Lk2Vb7Nc9Xs4Jh6Gf1Ma_TuEoRiWyQpSdFgHjKl"
GOOD = {
    "DATABASE_URL": "postgres://groundswell:s3cret@db.example:5432/groundswell",
    "REDIS_URL": "redis://redis.example:6379/0",
    "SECRET_KEY": KEY,
    "SITE_URL": "https://contests.example",
    "EMAIL_URL": "smtp+tls://mailer:s3cret@mail.example:587",
}


def test_the_embedded_default_and_a_whole_production_environment_may_start() -> None:
    assert problems({}) == []
    assert problems({"SITE_URL": "http://192.0.2.7:8000"}) == []  # alone, it is where the embedded form answers
    assert problems(GOOD) == []
    assert problems({**GOOD, "SITE_URL": "http://localhost:8000"}) == []  # nothing leaves this machine
    assert problems({**GOOD, "SITE_URL": "http://intranet", "ALLOW_HTTP": "1"}) == []
    assert problems({**GOOD, "DEBUG": "", "S3_BUCKET": "", "SENTRY_DSN": ""}) == []  # compose passes empty strings
    assert problems({**GOOD, "S3_BUCKET": "media"}) == []  # the machine has a role


@pytest.mark.parametrize("name", NEEDED)
def test_one_variable_missing_is_half_set(name: str) -> None:
    (said,) = problems({**GOOD, name: ""})
    assert said.startswith(f"This environment is half set: {name} missing.")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:////srv/db.sqlite3"),
        ("DATABASE_URL", "mysql://user:s3cret@db.example/groundswell"),
        ("DATABASE_URL", "postgres://user:s3cret@db.example"),
        ("DATABASE_URL", "postgres:///groundswell"),
        ("DATABASE_URL", "postgres://user:s3/cret@db.example:5432/groundswell"),
        ("DATABASE_URL", "groundswell"),
        ("DATABASE_POOLER", "pgbouncer"),
        ("DATABASE_POOL_SIZE", "many"),
        ("CACHE_URL", "memcached://cache.example"),
        ("REDIS_URL", "redis.example:6379"),
        ("REDIS_URL", "redis://"),
        ("REDIS_URL", "redis://redis.example/first"),
        ("REDIS_URL", "redis://:s3cret@[redis"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "x" * 60),
        ("SECRET_KEY", "django-insecure-" + KEY),
        ("SITE_URL", "contests.example"),
        ("SITE_URL", "ftp://contests.example"),
        ("SITE_URL", "http://contests.example"),
        ("SITE_URL", "https://contests.example/site"),
        ("SITE_URL", "https://contests.example/?a=b"),
        ("SITE_URL", "https://user:s3cret@contests.example"),
        ("SITE_URL", "https://contests.example:port"),
        ("SITE_URL", "https://contests .example"),
        ("SITE_URL", '"https://contests.example"'),
        ("EMAIL_URL", "mail.example"),
        ("EMAIL_URL", "smtp://"),
        ("EMAIL_URL", "smtp+tls://mailer@mail.example:587"),
        ("EMAIL_URL", "smtp://mailer:s3/cret@mail.example:x"),
        ("EMAIL_URL", "imap://mailer:s3cret@mail.example"),
        ("TRUSTED_PROXIES", "two"),
        ("TRUSTED_PROXIES", "-1"),
        ("TRUSTED_PROXIES", "10.0.0.1"),
        ("DUE_LEASE_SECONDS", "soon"),
        ("WORKER_METRICS_PORT", "99999"),
        ("DEBUG", "1"),
        ("DEBUG", "perhaps"),
        ("ALLOW_HTTP", "1"),
        ("SENTRY_DSN", "https://sentry.example/7"),
        ("SENTRY_DSN", "https://s3cret@sentry.example/"),
        ("SENTRY_DSN", "on"),
        ("SENTRY_TRACES_RATE", "30%"),
        ("SENTRY_TRACES_RATE", "30"),
        ("METRICS_TOKEN", "s3cret"),
        ("LOG_LEVEL", "loud"),
        ("S3_ENDPOINT_URL", "minio:9000"),
    ],
)
def test_a_wrong_value_is_named_and_never_repeated(name: str, value: str) -> None:
    bucket = {"S3_BUCKET": "media"} if name.startswith("S3_") else {}
    (said,) = problems({**GOOD, **bucket, name: value})
    assert said.startswith(name), said
    assert "s3" not in said or name.startswith("S3_"), said


@pytest.mark.parametrize(
    ("half", "named"),
    [
        ({"S3_ACCESS_KEY": "a", "S3_SECRET_KEY": "b"}, "S3_BUCKET is missing"),
        ({"S3_ENDPOINT_URL": "https://s3.example"}, "S3_BUCKET is missing"),
        ({"S3_BUCKET": "media", "S3_ACCESS_KEY": "a"}, "go together"),
        ({"S3_BUCKET": "media", "S3_SECRET_KEY": "b"}, "go together"),
    ],
)
def test_a_half_set_bucket_is_refused_in_both_forms(half: dict[str, str], named: str) -> None:
    for form in ({}, GOOD):
        (said,) = problems({**form, **half})
        assert named in said


def test_everything_that_is_wrong_is_said_at_once() -> None:
    assert len(problems({**GOOD, "SITE_URL": "contests.example", "TRUSTED_PROXIES": "x", "SENTRY_DSN": "y"})) == 3


COMMANDS = {
    "manage.py": ["manage.py", "check"],
    "gunicorn": ["-m", "gunicorn", "config.wsgi", "--bind=127.0.0.1:0"],
    "celery": ["-m", "celery", "-A", "config.celery", "worker"],
}


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS.keys())
def test_web_worker_and_commands_refuse_alike_in_one_line(command: list[str], tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if name not in NAMES}
    environment = {**kept, "GROUNDSWELL_VAR": str(tmp_path), **GOOD, "SITE_URL": "http://contests.example"}
    answer = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 1
    assert answer.stderr.startswith("SITE_URL is http:")
    assert answer.stderr.count("\n") == 1
    assert answer.stdout == ""


def names_read(path: Path) -> set[str]:
    """Names asked of the environment: `env.str("X")`, `os.environ["X"]`, `os.environ.get("X")`, `"X" in os.environ`."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("env.", "os.environ.", "number")) and node.args:
            found.add(node.args[0])
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            found.add(node.slice)
        if isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) == "os.environ":
            found.add(node.left)
    return {node.value for node in found if isinstance(node, ast.Constant) and str(node.value).isupper()}


def test_the_list_of_variables_is_whole() -> None:
    """What docs/operating.md and doctor show is what the settings read, no more and no less."""
    pages = list((ROOT / "config" / "settings").glob("*.py"))
    read = set().union(*(names_read(path) for path in pages))
    words = " ".join(path.read_text(encoding="utf-8") for path in pages)
    only_checked = {"ALLOW_HTTP"}
    assert read - set(NAMES) == set()
    listed = [variable.name for variable in TABLE if variable.reader == "settings"]
    assert [name for name in listed if f'"{name}"' not in words and name not in only_checked] == []
    entrypoint = ROOT / "docker" / "entrypoint.py"
    roles = {variable.name for variable in TABLE if variable.reader == "roles"}
    assert names_read(entrypoint) - set(NAMES) == set()
    assert roles - names_read(entrypoint) == set()
    assert len(set(NAMES)) == len(TABLE)
    assert all(variable.meaning for variable in TABLE)
