"""Keeps a few child processes running until somebody says stop.

Each child leads its own session: Ctrl-C in the terminal reaches only us, and we pass it on in order. A child
that ends, for whatever reason, is started again, sooner after a first mishap than after the fifth.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

STOP_WITHIN = 8.0  # seconds that children get to finish what they do
SETTLED_AFTER = 30.0  # seconds of life after which earlier mishaps are forgotten
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
PR_SET_PDEATHSIG = 1


def say(line: str) -> None:
    print(line, flush=True)


@dataclass
class Child:
    """One process to keep alive. `inherit` are file descriptors it gets from us."""

    name: str
    command: Sequence[str]
    inherit: tuple[int, ...] = ()
    process: subprocess.Popen[bytes] | None = None
    mishaps: int = 0
    started: float = 0.0
    not_before: float = field(default=0.0)

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            stdin=subprocess.DEVNULL,
            pass_fds=self.inherit,
            start_new_session=True,
            preexec_fn=_die_with_parent if sys.platform == "linux" else None,
        )
        self.started = time.monotonic()

    def look_after(self) -> None:
        """Start it when it is due, notice when it has ended."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.mishaps = 1 if now - self.started > SETTLED_AFTER else self.mishaps + 1
        pause = min(FIRST_PAUSE * 2 ** (self.mishaps - 1), LONGEST_PAUSE)
        why = f"killed by {signal.Signals(-status).name}" if status < 0 else f"exit status {status}"
        say(f"{self.name} ended ({why}), starting it again in {pause:g} s")
        self.signal_group(signal.SIGKILL)  # what it left behind would be in the way of its successor
        self.process, self.not_before = None, now + pause

    def signal(self, number: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(number)

    def signal_group(self, number: int) -> None:
        if self.process is not None:
            try:
                os.killpg(self.process.pid, number)
            except ProcessLookupError:
                pass


class Supervisor:
    """Runs children until SIGTERM or SIGINT; call `run()` in the main thread."""

    def __init__(self, children: Sequence[Child]) -> None:
        self.children = children
        self.stopping = False

    def run(self, *, each_turn: Callable[[], None] = lambda: None) -> None:
        """Start everything and stay until told to stop; `each_turn` is called about ten times a second."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                for child in self.children:
                    child.look_after()
                each_turn()
                time.sleep(0.1)
        finally:
            self.stop_children()

    def stop_children(self) -> None:
        """Ask all to finish, wait, and end by force what does not."""
        for child in self.children:
            child.signal(signal.SIGTERM)
        deadline = time.monotonic() + STOP_WITHIN
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(deadline - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                say(f"{child.name} does not finish, ending it")
            child.signal_group(signal.SIGKILL)
            child.process.wait()

    def _stop(self, *_: object) -> None:
        self.stopping = True


_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    """Have the kernel end the child when we are killed without a chance to do it (runs in the child)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
