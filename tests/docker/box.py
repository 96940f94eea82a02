"""What the tests of the image share: the build's context as Docker would see it, and roles as it would run them."""

from __future__ import annotations

import contextlib
import functools
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOBODY = 10001  # the image's user
PRODUCTION = {
    "DATABASE_URL": "postgres://groundswell@127.0.0.1:1/groundswell",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": "abcdefghijklmnopqrstuvwxyz-0123456789-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
    "SITE_URL": "https://contests.example.org",
    "EMAIL_URL": "filemail://",
    "TRUSTED_PROXIES": "1",
}


def ignored(path: str, patterns: list[str]) -> bool:
    """Whether .dockerignore leaves `path` out: the last pattern that meets it or a folder over it decides."""
    parents = [path, *(str(parent) for parent in Path(path).parents if str(parent) != ".")]
    out = False
    for pattern in patterns:
        keep = pattern.startswith("!")
        body = re.escape(pattern.removeprefix("!").strip("/"))
        body = body.replace(r"\*\*/", "(.*/)?").replace(r"\*\*", ".*").replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
        body = body.replace(r"\[", "[").replace(r"\]", "]")
        if any(re.fullmatch(body, name) for name in parents):
            out = not keep
    return out


def patterns() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def context_files(root: Path = ROOT) -> Iterator[Path]:
    """The files that a build from `root` would be given, relative to it."""
    rules = patterns()
    kept = {rule.removeprefix("!").partition("/")[0] for rule in rules if rule.startswith("!")}
    for top in sorted(root.iterdir()):
        if top.name in kept:
            for path in [top] if top.is_file() else sorted(top.rglob("*")):
                name = path.relative_to(root)
                if path.is_file() and not ignored(str(name), rules):
                    yield name


def copy_context(target: Path) -> Path:
    """The context in a folder that the image's user can read, with the packages beside it as in the image."""
    target.mkdir()
    for name in context_files():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, target / name)
    (target / ".venv").symlink_to(sys.prefix)
    compiling = [str(target / ".venv/bin/python"), "-m", "compileall", "-q", "-x", r"/\.venv/", "."]
    subprocess.run(compiling, cwd=target, check=True)
    for folder in (target, *target.rglob("*")):
        if folder.is_dir() and not folder.is_symlink():
            folder.chmod(0o755)
    return target


def outside(**said: str) -> dict[str, str]:
    """The environment of a container: nothing of the one we run in but the way to programs."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "HOME") if name in os.environ}
    return {**kept, "PYTHONUNBUFFERED": "1", "PYTHONDONTWRITEBYTECODE": "1", **said}


@functools.cache
def as_nobody() -> tuple[str, ...]:
    """What turns a command of root's into one of the image's user: it may read as root does (our Python may lie in
    root's home) and write nothing. Anybody else stays who they are."""
    program = shutil.which("setpriv")
    if os.geteuid() != 0 or not program:
        return ()
    only = "-all,+dac_read_search"
    prefix = (program, f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", f"--inh-caps={only}", f"--ambient-caps={only}")
    works = subprocess.run([*prefix, sys.executable, "-c", "import django"], cwd="/", capture_output=True, check=False)
    return prefix if works.returncode == 0 else ()


class Role:
    """One container's process: a role of the entry point in its own process group, with its own /tmp."""

    def __init__(self, site: Path, folder: Path, *command: str, **said: str) -> None:
        self.folder = folder
        self.tmp = folder / "tmp"
        self.tmp.mkdir(parents=True, mode=0o777)
        self.tmp.chmod(0o777)
        self.log = folder / "log"
        self.environment = outside(**{**said, "TMPDIR": str(self.tmp)})
        self.site = site
        with self.log.open("wb") as out:
            self.process = subprocess.Popen(
                self._line(*command), cwd=site, env=self.environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                start_new_session=True,
            )  # fmt: skip

    def _line(self, *command: str) -> list[str]:
        return [*as_nobody(), str(self.site / ".venv/bin/python"), "docker/entrypoint.py", *command]

    def words(self) -> str:
        return self.log.read_text(errors="replace")

    def healthy(self) -> bool:
        asked = subprocess.run(self._line("health"), cwd=self.site, env=self.environment, capture_output=True, check=False)
        return asked.returncode == 0

    def end(self, seconds: float = 60) -> int:
        """Its exit status when it ends by itself."""
        return int(self.process.wait(seconds))

    def stop(self) -> float:
        """SIGTERM to the process alone, as an engine does; answers the seconds it took."""
        started = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.kill()
        return time.monotonic() - started

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)


def eventually(holds: object, seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with contextlib.suppress(OSError):
            if holds():  # type: ignore[operator]
                return True
        time.sleep(0.1)
    return False
