"""From a bare python3 to a `.venv`: what the bootstrap promises, with real pip and real folders."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from config import bootstrap
from config.bootstrap import DEV_LOCK, RUNTIME_LOCK, BootstrapError, Environment

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
NOTHING = "# nothing to install\n"
UNREACHABLE = "attrs==26.1.0 --hash=sha256:" + "0" * 64 + "\n"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for lock in (RUNTIME_LOCK, DEV_LOCK):
        (tmp_path / lock).write_text(NOTHING)
    return tmp_path


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")


def test_it_needs_only_the_standard_library() -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import config.bootstrap; "
        "names = {name.split('.')[0] for name in sys.modules}; "
        "print(sorted(names - set(sys.stdlib_module_names) - {'config', '__main__'}))"
    )
    answer = subprocess.run([sys.executable, "-I", "-S", "-c", program], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_an_old_python_gets_a_sentence() -> None:
    with pytest.raises(BootstrapError, match=r"This is Python 3\.9\.2; Groundswell needs 3\.11 or newer"):
        bootstrap.check_python((3, 9, 2))


def test_it_installs_once_and_again_when_the_lock_changes(checkout: Path) -> None:
    said: list[str] = []
    environment = Environment(checkout)
    environment.ensure(RUNTIME_LOCK, said.append)
    assert environment.python.exists()
    assert environment.satisfies(RUNTIME_LOCK)
    said.clear()
    environment.ensure(RUNTIME_LOCK, said.append)
    assert said == []
    (checkout / RUNTIME_LOCK).write_text(NOTHING + "# and still nothing\n")
    assert not environment.satisfies(RUNTIME_LOCK)
    environment.ensure(RUNTIME_LOCK, said.append)
    assert said[0].startswith("Installing 0 packages")


def test_the_dev_lock_serves_the_runtime_too_but_not_the_other_way(checkout: Path) -> None:
    (checkout / DEV_LOCK).write_text(NOTHING + "# more tools\n")
    environment = Environment(checkout)
    environment.ensure(RUNTIME_LOCK, lambda line: None)
    assert not environment.satisfies(DEV_LOCK)
    environment.ensure(DEV_LOCK, lambda line: None)
    assert environment.satisfies(RUNTIME_LOCK)
    assert environment.satisfies(DEV_LOCK)


def test_an_environment_made_by_hand_is_kept_and_completed(checkout: Path) -> None:
    environment = Environment(checkout)
    environment.ensure(RUNTIME_LOCK, lambda line: None)
    environment.stamp.unlink()
    own = environment.folder / "a-tool-of-my-own"
    own.touch()
    environment.ensure(RUNTIME_LOCK, lambda line: None)
    assert own.exists()
    assert environment.satisfies(RUNTIME_LOCK)


def test_an_installation_that_was_cut_off_is_made_anew(checkout: Path) -> None:
    environment = Environment(checkout)
    environment.ensure(RUNTIME_LOCK, lambda line: None)
    half = environment.folder / "half-a-package"
    half.touch()
    environment.unfinished.touch()
    assert not environment.satisfies(RUNTIME_LOCK)
    environment.ensure(RUNTIME_LOCK, lambda line: None)
    assert not half.exists()
    assert environment.satisfies(RUNTIME_LOCK)


def test_without_network_one_line_says_so_and_the_next_try_goes_on(checkout: Path, no_network: None) -> None:
    (checkout / RUNTIME_LOCK).write_text(UNREACHABLE)
    environment = Environment(checkout)
    with pytest.raises(BootstrapError, match="no answer from the network") as refusal:
        environment.ensure(RUNTIME_LOCK, lambda line: None)
    assert "\n" not in str(refusal.value)
    assert str(environment.log) in str(refusal.value)
    assert "attrs" in environment.log.read_text()
    (checkout / RUNTIME_LOCK).write_text(NOTHING)
    environment.ensure(RUNTIME_LOCK, lambda line: None)
    assert environment.satisfies(RUNTIME_LOCK)


def test_a_failed_upgrade_leaves_the_old_environment_in_place(checkout: Path, no_network: None) -> None:
    environment = Environment(checkout)
    environment.ensure(DEV_LOCK, lambda line: None)
    (checkout / DEV_LOCK).write_text(UNREACHABLE)
    with pytest.raises(BootstrapError):
        environment.ensure(DEV_LOCK, lambda line: None)
    assert environment.satisfies(RUNTIME_LOCK)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("echo 'No module named pip' >&2; exit 1", "has no working pip. Install it"),
        ("echo 'pip 20.3.4 from /usr/lib/python3 (python 3.11)'", r"pip is 20\.3, and 22\.3 or newer is needed"),
    ],
)
def test_a_missing_or_old_pip_gets_a_line(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, answer: str, sentence: str
) -> None:
    python = checkout / "python"
    python.write_text(f"#!/bin/sh\n{answer}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    monkeypatch.setattr(sys, "_base_executable", str(python))
    with pytest.raises(BootstrapError, match=sentence) as refusal:
        Environment(checkout).ensure(RUNTIME_LOCK, lambda line: None)
    assert "\n" not in str(refusal.value)


def test_a_folder_that_cannot_be_written_gets_a_line(checkout: Path) -> None:
    (checkout / ".venv").write_text("a file in the way\n")
    with pytest.raises(BootstrapError, match=r"Cannot write .*\.venv"):
        Environment(checkout).ensure(RUNTIME_LOCK, lambda line: None)


def test_two_commands_at_once_install_once(checkout: Path) -> None:
    program = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); from config.bootstrap import Environment, RUNTIME_LOCK; "
        f"Environment({str(checkout)!r}).ensure(RUNTIME_LOCK)"
    )
    both = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _ in range(2)
    ]
    words = [process.communicate(timeout=60)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], words
    assert sum(text.count("Installing") for text in words) == 1
    assert Environment(checkout).satisfies(RUNTIME_LOCK)


def test_the_command_itself_fails_in_one_line_without_a_traceback(checkout: Path, no_network: None) -> None:
    (checkout / RUNTIME_LOCK).write_text(UNREACHABLE)
    (checkout / "config").mkdir()
    for file in ("manage.py", "config/__init__.py", "config/bootstrap.py"):
        (checkout / file).write_bytes((ROOT / file).read_bytes())
    command = [sys.executable, "manage.py", "up"]
    answer = subprocess.run(command, cwd=checkout, capture_output=True, text=True, env=dict(os.environ))
    assert answer.returncode == 1
    assert answer.stderr.count("\n") == 1
    assert "no answer from the network" in answer.stderr
