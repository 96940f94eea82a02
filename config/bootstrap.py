"""From a bare python3 and pip to a `.venv` that holds what a lock file names.

Standard library only, and it must be importable without Django: this runs before anything is installed.
It also stays readable for Pythons older than the one we need, so that they get a sentence, not a syntax error.
"""

import contextlib
import fcntl
import hashlib
import os
import re
import subprocess
import sys
import time
import venv
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUNTIME_LOCK = "requirements.lock"
DEV_LOCK = "requirements-dev.lock"
OLDEST_PYTHON = (3, 11)
RESTARTED = "GROUNDSWELL_RESTARTED"
OLDEST_PIP = (22, 3)  # the first with `pip --python`

NETWORK_SIGNS = (
    "NewConnectionError",
    "ConnectTimeoutError",
    "ReadTimeoutError",
    "ProxyError",
    "Failed to establish a new connection",
    "Temporary failure in name resolution",
    "Connection refused",
    "Connection reset",
    "SSLError",
)


def tell(line):
    print(line, flush=True)


class BootstrapError(Exception):
    """What went wrong and how to mend it, in one line for a person."""


class Environment:
    """The `.venv` of one checkout.

    `.installed` inside it holds the SHA-256 of every lock it satisfies. `.installing` exists while pip may
    be writing packages: found later, it means that a run was cut off and the folder has to be made anew.
    """

    def __init__(self, root=ROOT):
        self.root = Path(root)
        self.folder = self.root / ".venv"
        self.python = self.folder / "bin" / "python"
        self.stamp = self.folder / ".installed"
        self.unfinished = self.folder / ".installing"
        self.log = self.folder / "install.log"

    def is_current_interpreter(self):
        return Path(sys.prefix).resolve() == self.folder.resolve()

    def has_stamp(self):
        return self.stamp.exists()

    def distrust(self):
        """Have the folder made anew at the next `ensure`."""
        self.unfinished.touch()

    def satisfies(self, lock):
        """Whether the folder holds what `lock` (a file name in the checkout) asks for."""
        if self.unfinished.exists() or not self.python.exists() or not self.stamp.exists():
            return False
        return digest(self.root / lock) in self.stamp.read_text().split()

    def ensure(self, lock, say=tell):
        """Make the folder satisfy `lock`, installing only when it does not. Raises BootstrapError."""
        check_python()
        try:
            if self.satisfies(lock):
                return
            with alone(self.root, say):
                if not self.satisfies(lock):  # another command may have finished it while we waited
                    self._install(lock, say)
        except OSError as error:
            place = error.filename or self.folder
            raise BootstrapError(
                f"Cannot write {place}: {error.strerror}. Give yourself the right to write in {self.root} "
                "(or move the project to a folder of your own) and run the command again."
            ) from error

    def _install(self, lock, say):
        pip = find_pip()
        wanted = count_packages(self.root / lock)
        if self.unfinished.exists() or not self.python.exists():
            if self.folder.exists():
                say("The last installation was cut off, or its Python is gone: making .venv anew.")
            # Without pip inside: Debian's python3 has no ensurepip, and the pip outside can do it.
            venv.EnvBuilder(with_pip=False, symlinks=True, clear=True).create(str(self.folder))
        say(f"Installing {wanted} packages into .venv (about half a minute, only this once) ...")
        self.unfinished.touch()
        started = time.monotonic()
        status, writing = run_pip(self._pip_command(pip, lock), self.log, wanted, say)
        if status != 0:
            if not writing:
                self.unfinished.unlink()  # pip had changed nothing yet: what was there still works
            raise BootstrapError(explain(self.log))
        locks = (RUNTIME_LOCK, DEV_LOCK) if lock == DEV_LOCK else (lock,)  # the dev lock holds the other
        self.stamp.write_text("".join(f"{digest(self.root / name)}\n" for name in locks))
        self.unfinished.unlink()
        say(f"Installed in {time.monotonic() - started:.0f} s.")

    def _pip_command(self, pip, lock):
        return [
            *pip,
            "--python",
            str(self.python),
            "install",
            "--no-input",
            "--disable-pip-version-check",
            "--progress-bar=off",
            "--retries=2",
            "--timeout=20",
            "--no-compile",  # Python compiles what it really imports
            "--require-hashes",
            "--no-deps",
            "--only-binary=:all:",
            "-r",
            str(self.root / lock),
        ]


def check_python(version=None):
    version = tuple(version or sys.version_info[:3])
    if version[:2] < OLDEST_PYTHON:
        have, need = (".".join(map(str, v)) for v in (version, OLDEST_PYTHON))
        raise BootstrapError(
            f"This is Python {have}; Groundswell needs {need} or newer. Install it and run the command with "
            f"that interpreter, for example: python{need} manage.py up"
        )


def digest(path):
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()


def count_packages(lock):
    return len(re.findall(r"^[A-Za-z0-9][^\s;]*==", Path(lock).read_text(), re.MULTILINE))


@contextlib.contextmanager
def alone(root, say=tell):
    """One installer per checkout at a time; the folder itself is the lock, so nothing is left behind."""
    handle = os.open(root, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another command is installing packages here: waiting for it ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def find_pip():
    """The command of a pip new enough to install into another environment. Raises BootstrapError."""
    found = None
    for python in dict.fromkeys((sys.executable, getattr(sys, "_base_executable", sys.executable))):
        command = [python, "-m", "pip"]
        answer = subprocess.run([*command, "--version"], capture_output=True, text=True)
        match = re.match(r"pip (\d+)\.(\d+)", answer.stdout)
        if answer.returncode == 0 and match:
            found = tuple(map(int, match.groups()))
            if found >= OLDEST_PIP:
                return command
    need = ".".join(map(str, OLDEST_PIP))
    if found:
        have = ".".join(map(str, found))
        raise BootstrapError(
            f"pip is {have}, and {need} or newer is needed. Run: {sys.executable} -m pip install --upgrade pip"
        )
    raise BootstrapError(
        f"{sys.executable} has no working pip. Install it (Debian and Ubuntu: sudo apt install python3-pip; "
        f"elsewhere: {sys.executable} -m ensurepip) and run the command again."
    )


def run_pip(command, log, wanted, say):
    """Run pip, its words into `log`, a line of progress every few seconds.

    Returns (exit status, whether pip had begun to write into the environment).
    """
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV", "PYTHONHOME", "PYTHONPATH")
    }
    started = told = time.monotonic()
    done, writing = 0, False
    with open(log, "w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace", env=environment
        )
        try:
            for line in process.stdout or ():
                out.write(line)
                done += line.startswith(("Collecting ", "Requirement already satisfied"))
                now = time.monotonic()
                if line.startswith("Installing collected packages"):
                    writing = True
                    say(f"  {wanted} of {wanted} fetched ({now - started:.0f} s), unpacking them ...")
                elif now - told >= 3 and not writing and done:
                    told = now
                    say(f"  {done} of {wanted} fetched ({now - started:.0f} s)")
            return process.wait(), writing
        except BaseException:  # Ctrl-C too: no pip may go on in the background
            process.kill()
            process.wait()
            raise


def explain(log):
    """One line for what pip says at length in its log."""
    text = Path(log).read_text(encoding="utf-8", errors="replace")
    details = f"What pip said: {log}"
    if "DO NOT MATCH THE HASHES" in text:
        return f"A package is not the one that the lock file names, so nothing was installed. {details}"
    if "No space left on device" in text:
        return f"The disk is full. Make room and run the command again. {details}"
    if any(sign in text for sign in NETWORK_SIGNS):
        return (
            "The Python packages could not be fetched: no answer from the network. Check the connection (or the "
            f"proxy: HTTPS_PROXY) and run the command again, it goes on from here. {details}"
        )
    if "No matching distribution found" in text:
        missing = re.findall(r"No matching distribution found for (\S+)", text)[-1]
        return f"The package index has no {missing} for this computer and Python {sys.version.split()[0]}. {details}"
    errors = re.findall(r"^ERROR: (.+)$", text, re.MULTILINE)
    return f"pip could not install the packages: {errors[-1] if errors else 'no reason given'}. {details}"


def enter(argv):
    """Return when this process runs in a `.venv` that is complete for the command in `argv`; else restart in it.

    `up` and `test` install when something is missing or a lock changed. Every other command does so only
    where it cannot work otherwise, or where an older installation of ours is stale.
    """
    environment = Environment()
    command = argv[1] if len(argv) > 1 else ""
    lock = DEV_LOCK if command == "test" else RUNTIME_LOCK
    inside, works = environment.is_current_interpreter(), has_django()
    restarted = os.environ.pop(RESTARTED, None)
    if inside and not works:
        if restarted:
            raise BootstrapError(f"{environment.folder} has no Django although it was just installed: delete it.")
        environment.distrust()  # the Python under the folder was replaced by another version
    if command in ("up", "test") or environment.has_stamp() or not (inside and works):
        environment.ensure(lock)
    if not (inside and works):
        sys.stdout.flush()
        python = str(environment.python)
        command_line = [python, str(environment.root / "manage.py"), *argv[1:]]
        os.execve(python, command_line, {**os.environ, RESTARTED: "1"})


def has_django():
    return find_spec("django") is not None
