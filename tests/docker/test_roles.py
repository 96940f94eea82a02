"""Every role of the image as a real process, the way a container runs it: the build's context, a user who is not root,
a production environment, PostgreSQL and Redis, and the signal that an engine sends."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psycopg
import pytest

from tests import servers
from tests.docker import box
from tests.docker.conftest import HOST, Place

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not servers.postgres_folder() or not servers.redis_program(), reason="no PostgreSQL or no Redis here"),
]
RECORD_A_FACT = """
from core import facts
from core.database import write
with write():
    facts.record("contest.published", contest=0)
"""


@pytest.fixture(scope="module")
def running(place: Place) -> Iterator[dict[str, box.Role]]:
    """web, worker and beat at once."""
    roles = {name: place.role(name) for name in ("web", "worker", "beat")}
    yield roles
    for role in roles.values():
        role.kill()


def test_before_the_migrate_role_nothing_serves(place: Place) -> None:
    words = (place.folder / "early/log").read_text()
    assert words.count("\n") == 1 and "Run the migrate role" in words


def test_two_migrates_at_once_take_turns(place: Place) -> None:
    words = [(place.folder / name / "log").read_text() for name in ("migrate", "migrate-twin")]
    assert all("migrate: done." in text for text in words)
    assert sum("No migrations to apply" in text for text in words) == 1


def test_roles_serve_work_and_stop(place: Place, running: dict[str, box.Role]) -> None:
    web, worker, beat = running.values()
    assert box.eventually(lambda: place.ask("/health/live/")[0] == 200), web.words()

    status, headers, page = place.ask("/")
    assert status == 200 and "<h1" in page
    for name in ("Strict-Transport-Security", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy"):
        assert headers[name], name
    assert place.ask("/", **{"X-Forwarded-Proto": "http"})[0] == 301  # to https
    assert place.ask("/", Host="evil.example")[0] == 400
    assert place.ask("/dev/mail/")[0] == 404
    assert place.ask("/health/ready/")[0] == 200, place.ask("/health/ready/")[2]

    static = page.split('href="/static/')[1].split('"')[0]
    status, headers, _ = place.ask(f"/static/{static}")
    assert status == 200 and "immutable" in headers["Cache-Control"]

    # A fact is committed in production form by the manage role; worker and beat do what follows of it.
    recording = place.role("manage", "shell", "-v0", "-c", RECORD_A_FACT, name="recording")
    assert recording.end() == 0, recording.words()
    due = "SELECT count(*) FILTER (WHERE state <> 'done'), count(*) FROM core_due"
    assert box.eventually(lambda: place.rows(due)[0][0] == 0 and place.rows(due)[0][1]), worker.words() + beat.words()

    for name, role in running.items():
        assert role.healthy(), f"{name}: {role.words()}"
    for name, role in running.items():
        assert role.stop() < 10, name
        assert role.process.returncode == 0, f"{name}: {role.words()}"
        assert "Traceback" not in role.words()
    assert not web.healthy()


def test_an_environment_half_set_is_refused_in_one_line_by_every_role(place: Place) -> None:
    refused = [place.role(name, name=f"half-{name}", EMAIL_URL="") for name in ("web", "worker", "beat", "migrate", "backup")]
    for role in refused:
        assert role.end() == 1
        assert role.words().count("\n") == 1 and "EMAIL_URL missing" in role.words()


def test_what_a_role_lacks_is_named_in_one_line(place: Place) -> None:
    locked = place.folder / "locked"
    locked.mkdir()
    (locked / "media").write_text("a file where a folder should be")
    elsewhere = f"postgres://x:hunter2@127.0.0.1:{servers.free_port()}/x"
    refused(
        {
            "the database at 127.0.0.1": place.role("web", name="away", DATABASE_URL=elsewhere, DATABASE_WAIT="0"),
            "media folder": place.role("web", name="media", GROUNDSWELL_VAR=str(locked)),
            "DATABASE_DIRECT_URL": place.role("migrate", name="pooled", DATABASE_POOLER="transaction"),
            "nothing is set": box.Role(place.site, place.folder / "bare", "web"),
        }
    )


@pytest.mark.long
def test_what_else_a_role_lacks_is_named_too(place: Place) -> None:
    nowhere = {"S3_BUCKET": "media", "S3_ENDPOINT_URL": "http://127.0.0.1:1", "S3_ACCESS_KEY": "k", "S3_SECRET_KEY": "hunter2"}
    refused(
        {
            "does not exist": place.role("web", name="wrong", DATABASE_URL=place.said["DATABASE_URL"] + "x"),
            "collected static files": place.role("web", name="static", STATIC_ROOT=str(place.folder / "none")),
            "WEB_THREADS must be a whole number": place.role("web", name="number", WEB_THREADS="many"),
            "the bucket media": place.role("migrate", name="bucket", **nowhere),
            "BACKUP_AT": place.role("backup", name="clock", BACKUP_AT="noon"),
        }
    )


def refused(roles: dict[str, box.Role]) -> None:
    """Each ends with status 1 and one line that holds the word, and shows no password."""
    for word, role in roles.items():
        assert role.end() == 1, word
        said = role.words()
        assert word in said.splitlines()[-1] and "hunter2" not in said and "Traceback" not in said, said


@pytest.mark.long
def test_a_backup_is_made_now_and_its_loop_ends_at_the_signal(place: Place) -> None:
    target = place.folder / "backups"
    target.mkdir()
    target.chmod(0o777)
    loop = place.role("backup", BACKUP_TARGET=str(target))
    one = place.role("backup", "now", BACKUP_TARGET=str(target))
    assert one.end() == 0, one.words()
    assert len(list(target.glob("groundswell-*"))) == 1
    assert box.eventually(lambda: "the next one at" in loop.words()) and loop.healthy()
    assert loop.stop() < 5 and loop.process.returncode == 0


def test_a_certificate_for_a_try_out_is_made_once(place: Place) -> None:
    target = place.folder / "certificates"
    target.mkdir()
    target.chmod(0o777)
    assert place.role("certificate", str(target), name="first").end() == 0
    made = (target / "fullchain.pem").read_bytes()
    assert place.role("certificate", str(target), name="second").end() == 0
    assert (target / "fullchain.pem").read_bytes() == made
    assert (target / "privkey.pem").stat().st_mode & 0o077 == 0
    shown = subprocess.run([sys.executable, "-c", SHOW_CERTIFICATE, target], capture_output=True, text=True, check=True)
    assert shown.stdout.split() == [HOST, "localhost"]


SHOW_CERTIFICATE = """
import pathlib, sys
from cryptography import x509
made = x509.load_pem_x509_certificate((pathlib.Path(sys.argv[1]) / "fullchain.pem").read_bytes())
print(*made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value.get_values_for_type(x509.DNSName))
"""


@pytest.mark.long
def test_the_embedded_site_moves_to_postgresql_with_every_rule_kept(place: Place) -> None:
    """As docs/operating.md says it."""
    one, dump = place.folder / "one", place.folder / "all.json.gz"

    def manage(*command: str, production: str = "") -> str:
        said = {**place.said, "DATABASE_URL": production} if production else {}
        environment = box.outside(**{**said, "GROUNDSWELL_VAR": str(one)})
        line = [str(place.site / ".venv/bin/python"), "manage.py", *command]
        done = subprocess.run(line, cwd=place.site, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        return done.stdout

    with psycopg.connect(place.said["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("CREATE DATABASE moved")
    new = place.said["DATABASE_URL"].rpartition("/")[0] + "/moved"
    manage("migrate", "-v0")
    manage("demo")
    without = [f"--exclude={name}" for name in ("contenttypes", "auth.permission", "sessions", "admin")]
    manage("dumpdata", "--natural-foreign", *without, "--output", str(dump))
    manage("migrate", "-v0", production=new)
    manage("loaddata", str(dump), production=new)
    manage("check_invariants", production=new)
    count = ["shell", "-v0", "--no-imports", "-c", "from core.models import Fact; print(Fact.objects.count())"]
    assert manage(*count) == manage(*count, production=new) != "0\n"
