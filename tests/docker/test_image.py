"""The image, as far as it can be seen without an engine: what goes in, what stays out, and that the copy runs."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.docker import box

pytestmark = pytest.mark.once
ROOT = box.ROOT
DOCKERFILE = (ROOT / "docker/Dockerfile").read_text()


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return box.copy_context(tmp_path_factory.mktemp("context") / "app")


def instructions(word: str) -> list[str]:
    joined = re.sub(r"\\\n(\s*#.*\n)*", " ", DOCKERFILE)
    return [line.split(None, 1)[1] for line in joined.splitlines() if line.startswith(f"{word} ")]


def manage(site: Path, var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # No database is there, and without a pool of ours nobody waits for it.
    said = {**box.PRODUCTION, "DATABASE_POOLER": "session", "GROUNDSWELL_VAR": str(var), "STATIC_ROOT": str(var / "static")}
    environment = box.outside(**said)
    command = [str(site / ".venv/bin/python"), "manage.py", *arguments]
    return subprocess.run(command, cwd=site, env=environment, capture_output=True, text=True, timeout=300, check=False)


def test_every_path_that_the_dockerfile_copies_is_in_the_context() -> None:
    files = {str(name) for name in box.context_files()}
    for line in instructions("COPY"):
        if "--from=" in line:
            continue
        *sources, _target = line.split()
        for source in sources:
            assert source == "." or source in files, line


def test_every_path_copied_between_stages_was_made_there() -> None:
    stages = [line.split()[-1] for line in instructions("FROM")]
    assert stages == ["packages", "site", "runtime"]
    assert {re.search(r"--from=(\S+)", line)[1] for line in instructions("COPY") if "--from=" in line} <= set(stages[:-1])  # type: ignore[index]


def test_all_code_goes_in() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["root_packages"]
    wanted = [*(set(listed) - {"tests"}), "templates", "static", *(["locale"] if (ROOT / "locale").exists() else [])]
    inside = {str(name) for name in box.context_files()}
    for package in wanted:
        there = {str(p.relative_to(ROOT)) for p in (ROOT / package).rglob("*") if p.is_file() and p.suffix != ".pyc"}
        assert there - inside == set(), package


def test_no_secret_no_state_and_no_test_goes_in(tmp_path: Path) -> None:
    unwanted = [
        "docker/.env", ".env", "config/.env", "config/.env.local", "var/secret_key", "var/db.sqlite3", "core/db.sqlite3",
        ".git/config", "tests/cast.py", "docs/operating.md", "core/__pycache__/a.pyc", "core/a.pyc", ".venv/bin/python",
        "backups/yesterday.tar", "id_rsa", "docker/compose.yaml",
    ]  # fmt: skip
    for name in [*unwanted, "core/models.py", "manage.py", "docker/entrypoint.py"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert {str(name) for name in box.context_files(tmp_path)} == {"core/models.py", "manage.py", "docker/entrypoint.py"}
    said = " ".join(instructions("ENV") + instructions("ARG"))
    assert not re.search("KEY|PASSWORD|TOKEN|DATABASE_URL|EMAIL_URL", said)


def test_packages_come_by_hash_as_wheels_and_nothing_is_compiled() -> None:
    install = next(line for line in instructions("RUN") if "requirements.lock" in line)
    for option in ("--require-hashes", "--no-deps", "--only-binary=:all:"):
        assert option in install
    assert not re.search(r"\bgcc\b|build-essential|-dev\b", DOCKERFILE)


def test_it_runs_as_a_fixed_user_who_is_not_root_and_its_program_hears_the_signal() -> None:
    runtime = DOCKERFILE[DOCKERFILE.index("AS runtime") :]
    assert f"USER {box.NOBODY}:{box.NOBODY}" in runtime
    assert runtime.index("USER ") > runtime.index("RUN ")
    for word in ("ENTRYPOINT", "CMD"):
        assert re.search(rf'^{word} \["', runtime, re.MULTILINE), f"{word} as a list: a shell would keep the signal"
    assert 'CMD ["python", "docker/entrypoint.py", "health"]' in runtime
    assert "STOPSIGNAL SIGTERM" in runtime


def test_versions_fit_each_other() -> None:
    arguments = dict(line.split("=", 1) for line in instructions("ARG") if "=" in line)
    compose = (ROOT / "docker/compose.yaml").read_text()
    server = re.search(r"image: postgres:(\d+)-(\w+)", compose)
    assert server
    assert int(arguments["POSTGRES_CLIENT"]) >= int(server[1]), "pg_dump refuses a server newer than itself"
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["requires-python"].removeprefix(">=")
    assert tuple(map(int, arguments["PYTHON"].split("."))) >= tuple(map(int, oldest.split(".")))


def test_the_copy_is_a_whole_site(copied: Path, tmp_path: Path) -> None:
    answer = manage(copied, tmp_path, "check", "--deploy", "--fail-level", "WARNING")
    assert answer.returncode == 0, answer.stderr
    assert not (copied / "tests").exists()


@pytest.mark.long
def test_the_copy_collects_its_static_files_packed_and_by_hash(copied: Path, tmp_path: Path) -> None:
    answer = manage(copied, tmp_path, "collectstatic", "--no-input", "--verbosity=0")
    assert answer.returncode == 0, answer.stderr
    names = [path.name for path in (tmp_path / "static").rglob("*")]
    assert "staticfiles.json" in names
    for end in (r"\.[0-9a-f]{12}\.css", r"\.[0-9a-f]{12}\.css\.br", r"\.[0-9a-f]{12}\.css\.gz"):
        assert any(re.search(f"{end}$", name) for name in names), end


def test_the_entry_point_starts_with_the_standard_library_alone(copied: Path) -> None:
    answer = subprocess.run(
        [sys.executable, "-S", "docker/entrypoint.py", "nothing"], cwd=copied, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 2
    assert answer.stderr.startswith("Which role? One of: web, worker, beat, migrate, backup")
    assert answer.stderr.count("\n") == 1


def test_shell_in_the_dockerfile_is_shell() -> None:
    shell = shutil.which("dash") or shutil.which("sh")
    assert shell
    for line in instructions("RUN"):
        checked = subprocess.run([shell, "-n", "-c", line], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
