"""Throw-away PostgreSQL and Redis on free ports, and the system packages that bring them and Chromium."""

from __future__ import annotations

import contextlib
import glob
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

DEBIAN = {
    "PostgreSQL": ("postgresql",),
    "Redis": ("redis-server",),
    "Chromium": ("chromium", "fonts-dejavu-core"),
}


class Unavailable(Exception):
    """Something the tests need is not there and cannot be brought; the text says what to do."""


def postgres_folder() -> Path | None:
    """The folder with PostgreSQL's programs, the newest version first."""
    found = [Path(p).parent for p in glob.glob("/usr/lib/postgresql/*/bin/initdb")]
    found.sort(key=lambda p: float(p.parent.name), reverse=True)
    if not found and (program := shutil.which("initdb")):
        found = [Path(program).resolve().parent]
    return found[0] if found else None


def redis_program() -> str | None:
    return shutil.which("valkey-server") or shutil.which("redis-server")


def chromium_program() -> str | None:
    given = os.environ.get("CHROMIUM")
    return given or shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


def bring(say: Callable[[str], None]) -> None:
    """Install what is missing by apt, saying so. Raises Unavailable where that is not possible."""
    finders = {"PostgreSQL": postgres_folder, "Redis": redis_program, "Chromium": chromium_program}
    missing = [name for name, find in finders.items() if not find()]
    if not missing:
        return
    packages = [package for name in missing for package in DEBIAN[name]]
    names, by_hand = " and ".join(missing), f"sudo apt-get install {' '.join(packages)}"
    if not shutil.which("apt-get"):
        raise Unavailable(f"The tests need {names}. There is no apt here: install them and run the command again.")
    may = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if may and (not shutil.which("sudo") or subprocess.run([*may, "true"], capture_output=True).returncode):
        raise Unavailable(f"The tests need {names}, and this user may not install them. Run: {by_hand}")
    say(f"Installing {names} from the system's packages ({' '.join(packages)}) ...")
    # Debian's package would start a server of its own: RUNLEVEL=1 tells it not to.
    quiet = [*may, "env", "DEBIAN_FRONTEND=noninteractive", "RUNLEVEL=1", "apt-get"]
    started = time.monotonic()
    subprocess.run([*quiet, "update", "-qq"], stdout=subprocess.DEVNULL)
    install = [*quiet, "install", "-y", "-qq", "--no-install-recommends", *packages]
    result = subprocess.run(install, capture_output=True, text=True)
    if result.returncode or not all(find() for find in finders.values()):
        last = (result.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unavailable(f"apt could not install {names}: {last}. Try it by hand: {by_hand}")
    say(f"Installed in {time.monotonic() - started:.0f} s.")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(answers: Callable[[], bool], process: subprocess.Popen[bytes], name: str, log: Path) -> None:
    deadline = time.monotonic() + 30
    while not answers():
        if process.poll() is not None or time.monotonic() > deadline:
            raise Unavailable(f"{name} did not start: {log.read_text(errors='replace')[-400:]}")
        time.sleep(0.05)


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, stop: signal.Signals, **options: object
) -> Iterator[subprocess.Popen[bytes]]:
    with open(log, "wb") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True, **options
        )  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.send_signal(stop)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def postgres(folder: Path, *, durable: bool = False) -> Iterator[str]:
    """A PostgreSQL, without durability unless asked for; yields its DATABASE_URL."""
    programs = postgres_folder()
    if programs is None:
        raise Unavailable("no PostgreSQL here")
    home = folder / "postgres"
    home.mkdir()
    options: dict[str, object] = {"cwd": home}
    if os.geteuid() == 0:  # PostgreSQL refuses to run as root
        person = pwd.getpwnam("postgres")
        os.chown(home, person.pw_uid, person.pw_gid)
        options |= {"user": person.pw_uid, "group": person.pw_gid, "extra_groups": []}
    data, port = home / "data", free_port()
    made = subprocess.run(
        [programs / "initdb", "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", data],
        capture_output=True,
        text=True,
        **options,  # type: ignore[call-overload]
    )
    if made.returncode:
        raise Unavailable(f"PostgreSQL's initdb failed: {made.stderr.strip()[-400:]}")
    settings = ["listen_addresses=127.0.0.1"]
    if not durable:
        settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
    command = [str(programs / "postgres"), "-D", str(data), "-p", str(port), "-k", str(home)]
    command += [part for setting in settings for part in ("-c", setting)]
    probe = [programs / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port)]
    with running(command, folder / "postgres.log", signal.SIGINT, **options) as process:
        wait_until(lambda: subprocess.run(probe).returncode == 0, process, "PostgreSQL", folder / "postgres.log")
        yield f"postgres://postgres@127.0.0.1:{port}/postgres"


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis that keeps nothing; yields its REDIS_URL."""
    program, port = redis_program(), free_port()
    if program is None:
        raise Unavailable("no Redis here")
    command = [program, "--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]

    def answers() -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False

    with running([*command, "--dir", str(folder)], folder / "redis.log", signal.SIGTERM) as process:
        wait_until(answers, process, "Redis", folder / "redis.log")
        yield f"redis://127.0.0.1:{port}/0"


@contextlib.contextmanager
def throw_away_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="groundswell-servers-"))
    folder.chmod(0o711)  # PostgreSQL's own user has to get through
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
