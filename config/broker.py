"""A folder as message queue that loses nothing: kombu's filesystem transport with atomic writes.

As shipped (kombu 5.7) a message is written under its final name, so that a reader can take half of it: the
worker dies of the bad JSON and the message is gone. The table of an exchange has the same flaw. Here every
file is written aside and renamed into place, and a message is taken by renaming it.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import Empty
from typing import Any

from kombu.transport import filesystem
from kombu.utils.json import dumps, loads


class Channel(filesystem.Channel):
    """One process's way to the folder."""

    def _put(self, queue: str, payload: Any, **_: Any) -> None:  # type: ignore[override]
        # The wall clock in the name keeps the order of messages over a restart of the machine.
        _write(Path(self.data_folder_out), f"{time.time_ns()}_{uuid.uuid4().hex}.{queue}.msg", dumps(payload))

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        folder = Path(self.data_folder_in)
        for name in sorted(os.listdir(folder)):
            if name.partition(".")[2] != f"{queue}.msg":
                continue
            taken = folder / f".{name}.taken"
            try:
                os.replace(folder / name, taken)
            except FileNotFoundError:
                continue  # another worker was quicker
            text = taken.read_text(encoding="utf-8")
            taken.unlink()
            return loads(text)
        raise Empty()

    def get_table(self, exchange: str) -> list[Any]:
        try:
            rows = loads(self._table_file(exchange).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        return [filesystem.exchange_queue_t(*row) for row in rows]

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._one_writer():
            rows = self.get_table(exchange)
            if row not in rows:
                self._set_table(exchange, [row, *rows])

    def _delete(self, queue: str, exchange: str, *args: Any, **_: Any) -> None:
        routing_key, pattern = args[:2]
        self._purge(queue)
        row = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with self._one_writer():
            rows = self.get_table(exchange)
            if row in rows:
                self._set_table(exchange, [other for other in rows if other != row])

    def _set_table(self, exchange: str, rows: list[Any]) -> None:
        _write(self.control_folder, self._table_file(exchange).name, dumps(rows))

    def _table_file(self, exchange: str) -> Path:
        # kombu's own check keeps an exchange's name from leading out of the folder.
        return Path(self._exchange_file(exchange))  # type: ignore[attr-defined]

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        self.control_folder.mkdir(parents=True, exist_ok=True)
        with open(self.control_folder / ".writer", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


class Transport(filesystem.Transport):
    Channel = Channel


def _write(folder: Path, name: str, text: str) -> None:
    part = folder / f".{uuid.uuid4().hex}.part"
    part.write_text(text, encoding="utf-8")
    os.replace(part, folder / name)
