"""Every role of the image as a real process, the way a container runs it: the build's context, a user who is not root,
a production environment, PostgreSQL and Redis, and the signal that an engine sends."""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.docker import box

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(not servers.postgres_folder() or not servers.redis_program(), reason="no PostgreSQL or no Redis here"),
]
HOST = "contests.example.org"
RECORD_A_FACT = """
from core import facts
from core.database import write
with write():
    facts.record("contest.published", contest=0)
"""


@dataclass
class Place:
    """One production site: services, the code as in the image, and what its containers are told."""

    site: Path
    folder: Path
    said: dict[str, str]

    def role(self, *command: str, name: str = "", **more: str) -> box.Role:
        return box.Role(self.site, self.folder / (name or "-".join(command)), *command, **{**self.said, **more})

    def ask(self, path: str, **headers: str) -> tuple[int, http.client.HTTPMessage, str]:
        connection = http.client.HTTPConnection("127.0.0.1", int(self.said["PORT"]), timeout=10)
        connection.request("GET", path, headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers})
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.said["DATABASE_URL"]) as connection:
            return connection.execute(query).fetchall()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A migrated site; its services, static files and schema are made side by side."""
    with servers.throw_away_folder() as folder:
        folder.chmod(0o777)
        site = box.copy_context(folder / "app")
        said = {**box.PRODUCTION, "GROUNDSWELL_VAR": str(folder / "var"), "STATIC_ROOT": str(folder / "static")}
        (folder / "var").mkdir()
        (folder / "var").chmod(0o777)
        collecting = threading.Thread(target=collect, args=(site, folder))
        collecting.start()
        with servers.postgres(folder) as database, servers.redis(folder) as redis:
            said |= {"DATABASE_URL": database, "REDIS_URL": redis, "PORT": str(servers.free_port()), "WEB_WORKERS": "1"}
            collecting.join()
            made = Place(site, folder, said)
            early = made.role("web", name="early")
            assert early.end() == 1
            migrating = made.role("migrate"), made.role("migrate", name="migrate-twin")
            assert [role.end() for role in migrating] == [0, 0], [role.words() for role in migrating]
            yield made


def collect(site: Path, folder: Path) -> None:
    """Static files by hash, as the image has them but unpacked: packing takes half a minute."""
    environment = box.outside(GROUNDSWELL_VAR=str(folder / "building"), STATIC_ROOT=str(folder / "static"))
    command = [str(site / ".venv/bin/python"), "manage.py", "collectstatic", "--no-input", "-v0"]
    subprocess.run(command, cwd=site, env=environment, check=True)


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
    roles = {
        "the database at 127.0.0.1": place.role("web", name="away", DATABASE_URL=elsewhere, DATABASE_WAIT="0"),
        "does not exist": place.role("web", name="wrong", DATABASE_URL=place.said["DATABASE_URL"] + "x", DATABASE_WAIT="60"),
        "media folder": place.role("web", name="media", GROUNDSWELL_VAR=str(locked)),
        "collected static files": place.role("web", name="static", STATIC_ROOT=str(locked / "none")),
        "WEB_THREADS must be a whole number": place.role("web", name="number", WEB_THREADS="many"),
        "DATABASE_DIRECT_URL": place.role("migrate", name="pooled", DATABASE_POOLER="transaction"),
        "the bucket media": place.role("migrate", name="bucket", S3_BUCKET="media", S3_ENDPOINT_URL="http://127.0.0.1:1",
                                       S3_ACCESS_KEY="k", S3_SECRET_KEY="hunter2"),
        "BACKUP_AT": place.role("backup", name="clock", BACKUP_AT="noon"),
        "nothing is set": box.Role(place.site, place.folder / "bare", "web"),
    }  # fmt: skip
    for word, role in roles.items():
        assert role.end() == 1, word
        last = role.words().splitlines()[-1]
        assert word in last and "hunter2" not in role.words() and "Traceback" not in role.words(), role.words()


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
