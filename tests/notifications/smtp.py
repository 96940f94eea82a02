"""A mail server of sixty lines that answers as a test tells it to."""

from __future__ import annotations

import contextlib
import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

Script = Callable[[str, int], str]  # (recipient, how many times it was tried) -> "ok", "451", "550", "hang", "drop"


@dataclass
class Sink:
    """What came in. `accepted` holds every mail the server said 250 to."""

    script: Script = lambda recipient, attempt: "ok"
    port: int = 0
    tries: dict[str, int] = field(default_factory=dict)
    accepted: list[tuple[str, Message]] = field(default_factory=list)

    def verdict(self, recipient: str) -> str:
        self.tries[recipient] = self.tries.get(recipient, 0) + 1
        return self.script(recipient, self.tries[recipient])


class _Talk(socketserver.StreamRequestHandler):
    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def handle(self) -> None:
        sink: Sink = self.server.sink  # type: ignore[attr-defined]
        recipient = ""
        self.say("220 sink")
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = line.split("<", 1)[1].split(">", 1)[0]
                verdict = sink.verdict(recipient)
                if verdict == "hang":
                    time.sleep(3)
                if verdict in ("hang", "drop"):
                    return
                self.say("250 ok" if verdict == "ok" else f"{verdict} because the test says so")
            elif verb == "DATA":
                self.say("354 go on")
                lines = []
                while (part := self.rfile.readline()) != b".\r\n":
                    lines.append(part.removeprefix(b".") if part.startswith(b"..") else part)
                sink.accepted.append((recipient, message_from_bytes(b"".join(lines))))
                self.say("250 kept")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


@contextlib.contextmanager
def sink(script: Script = lambda recipient, attempt: "ok") -> Iterator[Sink]:
    """A listening server on a free port of this machine."""
    with _Server(("127.0.0.1", 0), _Talk) as server:
        server.sink = Sink(script, server.server_address[1])  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield server.sink  # type: ignore[attr-defined]
        server.shutdown()
