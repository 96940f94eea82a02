"""A live server, a clock that all threads share, and people who come with a browser each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import Browser
from pytest_django.live_server_helper import LiveServer

from core import clock
from tests import cast
from tests.journeys.hands import KeyboardPerson
from tests.journeys.people import Person

Newcomer = Callable[..., Person]


@pytest.fixture
def newcomer(browser: Browser, live_server: LiveServer, mailoutbox: list[Any]) -> Iterator[Newcomer]:
    """`newcomer("Ana")` sits down at a browser that nobody used before. At the end nothing may be left to complain of."""
    people: list[Person] = []

    def come(name: str, *, scripted: bool = True, keyboard: bool = False, **options: Any) -> Person:
        options = {"viewport": {"width": 1280, "height": 900}, "timezone_id": "Asia/Dhaka", "locale": "en-GB",
                   "reduced_motion": "reduce", **options}  # fmt: skip
        context = browser.new_context(java_script_enabled=scripted, **options)
        context.set_default_timeout(8_000)
        person = (KeyboardPerson if keyboard else Person)(
            context.new_page(), live_server.url, mailoutbox, address=f"{name.lower()}@people.example", scripted=scripted
        )
        people.append(person)
        return person

    yield come
    for person in people:
        person.page.context.close()
    for person in people:
        person.eyes.close(f"the last page of {person.address}")


class Time:
    """The clock of the site, moved by hand; what beat and the worker would do by then is done."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack

    def is_now(self, at: datetime) -> None:
        self._stack.close()
        self._stack.enter_context(clock.simulated(at))
        cast.settle()


@pytest.fixture
def time() -> Iterator[Time]:
    with ExitStack() as stack:
        yield Time(stack)
