"""Where rows and files live: PostgreSQL straight or through PgBouncer, a cache of its own, a folder or a bucket."""

from __future__ import annotations

import io
import json
import os
import runpy
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from moto.server import ThreadedMotoServer
from PIL import Image

from core.errors import broken
from core.invariants.media import walk
from core.media import Unreachable
from proposals import actions
from tests import cast
from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DATABASE_URL": "postgres://groundswell:s3cret@127.0.0.1:1/groundswell",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SITE_URL": "https://contests.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}
SHOW = """
import json, sys
from django.conf import settings
shown = {"database": settings.DATABASES["default"], "cache": settings.CACHES["default"]["LOCATION"]}
shown |= {"broker": settings.CELERY_BROKER_URL, "media": settings.STORAGES["default"]["BACKEND"]}
json.dump(shown, sys.stdout, default=str)
"""


def start(tmp_path: Path, **said: str) -> subprocess.CompletedProcess[str]:
    """A production process with these variables, which shows its settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("GROUNDSWELL", "DEBUG"))}
    environment = {**kept, **PRODUCTION, "GROUNDSWELL_VAR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "config.settings", **said}
    command = [sys.executable, "manage.py", "shell", "-v0", "--no-imports", "-c", SHOW]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60, check=False)


def settings_of(tmp_path: Path, **said: str) -> dict[str, Any]:
    answer = start(tmp_path, **said)
    assert answer.returncode == 0, answer.stderr
    return dict(json.loads(answer.stdout))


@pytest.mark.once
def test_a_production_process_pools_its_connections_and_bounds_every_statement(tmp_path: Path) -> None:
    shown = settings_of(tmp_path, DATABASE_POOL_SIZE="5", S3_BUCKET="")
    options = shown["database"]["OPTIONS"]
    assert options["pool"]["max_size"] == 5
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        assert limit in options["options"]
    assert shown["cache"] == shown["broker"] == PRODUCTION["REDIS_URL"]
    assert shown["media"].endswith("FileSystemStorage")


@pytest.mark.once
def test_behind_pgbouncer_nothing_outlives_a_transaction_and_no_startup_option_is_sent(tmp_path: Path) -> None:
    cache = "redis://127.0.0.1:2/0"
    shown = settings_of(tmp_path, DATABASE_POOLER="transaction", CACHE_URL=cache, S3_BUCKET="media", S3_ACCESS_KEY="",
                        S3_SECRET_KEY="")  # fmt: skip
    database = shown["database"]
    assert database["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert not {"pool", "options"} & set(database["OPTIONS"])
    assert (shown["cache"], shown["broker"]) == (cache, PRODUCTION["REDIS_URL"])  # two stores (threat J3)
    assert shown["media"] == "core.media.Bucket"  # without keys of its own: the machine has the right


@pytest.mark.once
@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"DATABASE_POOLER": "statement"}, "DATABASE_POOLER"),
        ({"S3_ACCESS_KEY": "key", "S3_SECRET_KEY": "secret-word"}, "S3_BUCKET"),
        ({"S3_BUCKET": "media", "S3_ACCESS_KEY": "key"}, "S3_SECRET_KEY"),
    ],
)
def test_a_half_set_store_refuses_in_one_line_that_shows_no_secret(tmp_path: Path, said: dict[str, str], word: str) -> None:
    answer = start(tmp_path, **said)
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1 and word in answer.stderr
    assert not any(secret in answer.stderr for secret in ("s3cret", "secret-word", PRODUCTION["SECRET_KEY"]))


# --- A real server that speaks S3 ------------------------------------------------------------------------------------


class Service:
    """A bucket's server on a port of its own that can go away and come back."""

    def __init__(self) -> None:
        self.port = free_port()
        self.server = ThreadedMotoServer("127.0.0.1", self.port, verbose=False)
        self.address = f"http://127.0.0.1:{self.port}"
        self.bucket = f"media-{uuid.uuid4().hex}"  # the server's memory is one for all of this process
        self.server.start()
        self.client = boto3.client("s3", endpoint_url=self.address, region_name="us-east-1",
                                   aws_access_key_id="key", aws_secret_access_key="secret")  # fmt: skip
        self.client.create_bucket(Bucket=self.bucket)

    def names(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=self.bucket).get("Contents", [])]

    def go_away(self) -> None:
        self.server.stop()


@pytest.fixture
def service() -> Iterator[Service]:
    running = Service()
    yield running
    running.go_away()


@pytest.fixture
def bucket(service: Service, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Service:
    """This process with the settings that the environment of a bucket makes."""
    said = {"BUCKET": service.bucket, "ENDPOINT_URL": service.address, "ACCESS_KEY": "key", "SECRET_KEY": "secret"}
    for name, value in said.items():
        monkeypatch.setenv(f"S3_{name}", value)
    settings.STORAGES = runpy.run_path(str(ROOT / "config/settings/storage.py"))["STORAGES"]
    return service


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "teal").save(out, "PNG")
    return SimpleUploadedFile("roof.png", out.getvalue(), "image/png")


def browser(user: Any = None) -> Client:
    client = Client()
    if user:
        client.force_login(user)
    return client


@pytest.mark.django_db
def test_a_cover_in_the_bucket_is_seen_by_who_may_and_by_nobody_else(bucket: Service) -> None:
    ana, contest = cast.person("Ana"), cast.contest(cast.organiser())
    with cast.during(contest, "submission"):
        proposal = cast.draft(ana, contest)
        actions.set_cover(by=ana, proposal=proposal, picture=picture(), alt="A roof")
        stored = cast.fresh(proposal).cover
        assert bucket.names() == [stored]
        page = reverse("proposal_cover", args=[proposal.pk])
        seen = browser(ana).get(page)
        assert seen.status_code == 200 and seen["Content-Type"] == "image/webp"
        assert Image.open(io.BytesIO(b"".join(seen.streaming_content))).size == (60, 40)
        assert browser().get(page).status_code == 404
    default_storage.delete(stored)
    assert bucket.names() == [] and not default_storage.exists(stored)


def test_p10_an_address_of_a_file_dies_within_five_minutes(bucket: Service) -> None:
    name = default_storage.save("covers/a.webp", ContentFile(b"bytes"))
    asked = parse_qs(urlsplit(default_storage.url(name)).query)
    assert int(asked["X-Amz-Expires"][0]) <= 300 and asked["X-Amz-Signature"]


def test_two_files_of_one_name_never_share_a_place(bucket: Service) -> None:
    first, second = (default_storage.save("covers/a.webp", ContentFile(text)) for text in (b"one", b"two"))
    assert first != second
    assert default_storage.open(first).read() == b"one" and default_storage.size(second) == 3
    assert list(walk(default_storage)) == sorted(bucket.names()) == sorted([first, second])  # what a backup takes
    assert default_storage.listdir("covers")[1] == sorted(name.rpartition("/")[2] for name in (first, second))


@pytest.mark.django_db
def test_a_bucket_that_is_away_says_so_and_loses_nothing(bucket: Service) -> None:
    ana, contest = cast.person("Ana"), cast.contest(cast.organiser())
    with cast.during(contest, "submission"):
        proposal = cast.draft(ana, contest)
        actions.set_cover(by=ana, proposal=proposal, picture=picture(), alt="A roof")
        kept = cast.fresh(proposal)
        bucket.go_away()
        with pytest.raises(ValidationError, match="cannot be stored just now"):
            actions.set_cover(by=ana, proposal=proposal, picture=picture(), alt="A better roof")
        after = cast.fresh(proposal)
        assert (after.cover, after.cover_alt, after.version) == (kept.cover, "A roof", kept.version)
        seen = browser(ana).get(reverse("proposal_cover", args=[proposal.pk]))
        assert seen.status_code == 503 and seen["Retry-After"]
        data = {"version": kept.version, "title": kept.title, "pitch": "A better pitch.", "cover": picture(), "cover_alt": "New"}
        page = browser(ana).post(reverse("proposal_edit", args=[proposal.pk]), data)
        assert page.status_code == 422 and "cannot be stored just now" in page.content.decode()
        assert cast.fresh(proposal).pitch == "A better pitch."  # the texts were saved before the picture was tried
    try:
        default_storage.exists(kept.cover)
    except Unreachable:
        assert broken(RequestFactory().get("/")).status_code == 503  # any page that needs a file: try later, no bug
    for act in (default_storage.exists, default_storage.open, default_storage.delete, default_storage.size):
        with pytest.raises(Unreachable):
            act(kept.cover)


def test_the_bucket_itself_shows_no_list_to_the_world(bucket: Service) -> None:
    default_storage.save("covers/a.webp", ContentFile(b"bytes"))
    granted = bucket.client.get_bucket_acl(Bucket=bucket.bucket)["Grants"]
    granted += bucket.client.get_object_acl(Bucket=bucket.bucket, Key="covers/a.webp")["Grants"]
    assert {grant["Grantee"]["Type"] for grant in granted} == {"CanonicalUser"}  # its owner; no group, not everybody
