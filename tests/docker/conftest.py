"""A production site from the build's context, on services of its own."""

from __future__ import annotations

import http.client
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests import servers
from tests.docker import box

HOST = "contests.example.org"


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
