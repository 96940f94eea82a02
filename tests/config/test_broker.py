"""The folder as message queue: several writers and takers, nothing lost, nothing twice, nothing half-read."""

from __future__ import annotations

import threading
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from config.broker import Channel

pytestmark = pytest.mark.once


@pytest.fixture
def connection(tmp_path: Path) -> Connection:
    for name in ("messages", "control"):
        (tmp_path / name).mkdir()
    folders = {"data_folder_in": str(tmp_path / "messages"), "data_folder_out": str(tmp_path / "messages")}
    folders["control_folder"] = str(tmp_path / "control")
    return Connection(transport="config.broker:Transport", transport_options=folders)


def channel(connection: Connection) -> Channel:
    return connection.clone().channel()


def test_messages_come_out_in_the_order_they_went_in(connection: Connection) -> None:
    queue = channel(connection)
    for number in range(20):
        queue._put("work", {"number": number})
    queue._put("other", {"number": 99})
    assert [queue._get("work")["number"] for _ in range(20)] == list(range(20))
    with pytest.raises(Empty):
        queue._get("work")
    assert queue._size("other") == 1


def test_two_takers_get_every_message_exactly_once(connection: Connection) -> None:
    body, taken, going = "x" * 200_000, [], threading.Event()
    going.set()

    def write(start: int) -> None:
        queue = channel(connection)
        for number in range(start, start + 50):
            queue._put("work", {"number": number, "body": body})

    def take() -> None:
        queue = channel(connection)
        while going.is_set() or queue._size("work"):
            try:
                message = queue._get("work")
            except Empty:
                continue
            assert message["body"] == body
            taken.append(message["number"])

    takers = [threading.Thread(target=take) for _ in range(2)]
    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 1000)]
    for thread in takers + writers:
        thread.start()
    for thread in writers:
        thread.join()
    going.clear()
    for thread in takers:
        thread.join()
    assert sorted(taken) == [*range(50), *range(1000, 1050)]


def test_a_message_appears_only_when_it_is_complete(connection: Connection, tmp_path: Path) -> None:
    queue, halves, going = channel(connection), [], threading.Event()
    going.set()

    def watch() -> None:
        while going.is_set():
            halves.extend(file.name for file in (tmp_path / "messages").glob("*.msg") if not is_whole(file))

    watchers = [threading.Thread(target=watch) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    for number in range(300):
        queue._put("work", {"number": number, "body": "x" * 50_000})
        if number % 20 == 0:
            queue._purge("work")
    going.clear()
    for watcher in watchers:
        watcher.join()
    assert halves == []


def is_whole(file: Path) -> bool:
    try:
        return file.read_text().endswith("}")
    except FileNotFoundError:  # taken in the meantime
        return True


def test_queues_bound_at_the_same_time_are_all_kept(connection: Connection) -> None:
    names = [f"queue-{number}" for number in range(20)]
    binders = [threading.Thread(target=channel(connection)._queue_bind, args=("x", "", "", name)) for name in names]
    for thread in binders:
        thread.start()
    for thread in binders:
        thread.join()
    queue = channel(connection)
    assert sorted(row.queue for row in queue.get_table("x")) == sorted(names)
    queue._delete(names[0], "x", "", "")
    assert names[0] not in [row.queue for row in queue.get_table("x")]


def test_an_unknown_exchange_has_an_empty_table(connection: Connection) -> None:
    assert channel(connection).get_table("nobody") == []
