"""The site's faces in a real browser: home, refusals, failures, maintenance; each readable, with a way on (U1 to U6, U60)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from core import clock, maintenance
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from tests.journeys.people import Person
from tests.journeys.test_pages import NOW, Site, site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PHONE = {"width": 390, "height": 844}
FAILURES = {"/nowhere/": 404, "/gone/": 410, "/crash/": 500, "/away/": 503}


@pytest.fixture
def broken(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A site some of whose pages are broken, with a maintenance switch of its own."""
    with override_settings(ROOT_URLCONF="tests.pages.test_error_pages", VAR=tmp_path, MAINTENANCE_SECONDS=0.0):
        maintenance.forget()
        yield
        maintenance.open_again()


def in_sight(person: Person, selector: str) -> bool:
    """Whether all of the first such element is on the screen as it stands, without scrolling."""
    box = person.page.locator(selector).first.bounding_box()
    height = person.page.viewport_size["height"]  # type: ignore[index]
    return box is not None and box["y"] >= 0 and box["y"] + box["height"] <= height


def fits(person: Person, width: int) -> None:
    """No sideways scroll at this width."""
    person.page.set_viewport_size({"width": width, "height": 844})
    assert person.page.evaluate("document.documentElement.scrollWidth") <= width, person.page.url


def stands(person: Person, name: str) -> None:
    """The page is sound in light and dark, and on the narrowest phone."""
    for scheme in ("light", "dark"):
        person.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        person.look(f"{name}-{scheme}")
    person.page.emulate_media(color_scheme="light")
    fits(person, 320)
    person.page.set_viewport_size({"width": 1280, "height": 900})
    assert person.page.get_by_role("heading", level=1).count() == 1
    assert person.page.locator("main a.button, main button").count() >= 1


def test_every_failure_has_the_sites_face(newcomer: Newcomer, broken: None) -> None:
    vera, plain = newcomer("Vera"), newcomer("Paul", scripted=False)
    for address, status in FAILURES.items():
        for person in (vera, plain):
            person.eyes.expect(status)
            person.open(address)
        stands(vera, f"face-{status}")
        assert vera.page.locator("h1").inner_text() == plain.page.locator("h1").inner_text()
    vera.open("/Help")
    vera.heading("Help")


def test_maintenance_gives_back_what_was_sent_and_takes_it_later(newcomer: Newcomer, broken: None) -> None:
    contest = cast.contest(cast.organiser(), starts_at=clock.now() - timedelta(days=2))
    words = "We paint the roofs of two hundred homes white before the hot season begins."
    ana = newcomer("Ana")
    ana.open(f"{contest.get_absolute_url()}proposals/new/")
    ana.type("Title", "Cool roofs")
    ana.type("Pitch", words)
    maintenance.close(until=clock.now() + timedelta(hours=2), message="We move to a new database.")
    ana.eyes.expect(503)
    ana.press("Save draft")
    ana.heading("Nothing was counted: the site is being worked on")
    ana.reads("your time (Dhaka)")
    assert ana.page.get_by_label("Pitch").input_value() == words
    stands(ana, "face-maintenance")
    maintenance.open_again()
    ana.press("Send it again")
    ana.reads("Your draft is kept here")


@pytest.fixture
def world(time: Time) -> Site:
    made = site()
    time.is_now(NOW)
    return made


def test_home_tells_a_stranger_on_a_phone_what_is_open_without_scrolling(newcomer: Newcomer, world: Site) -> None:
    """U1, U2, U3, U6: what it is for, what is open until when, what to do; the contest in one click, the form in two."""
    vera = newcomer("Vera", viewport=PHONE)
    vera.open("/")
    for selector in ("h1", ".hero .lead", "h1 time", ".hero .button--primary"):
        assert in_sight(vera, selector), selector
    assert vera.page.get_by_role("dialog").count() == 0
    vera.look("home")
    fits(vera, 320)
    vera.page.set_viewport_size(PHONE)
    vera.follow(world.open.question)
    vera.heading(world.open.question)
    vera.follow("Start a proposal")
    assert vera.page.url.endswith("/proposals/new/") and vera.clicks == 2


@pytest.mark.parametrize(("zone", "city"), [("Asia/Dhaka", "Dhaka"), ("America/Lima", "Lima")])
def test_deadlines_are_told_in_both_zones(newcomer: Newcomer, world: Site, zone: str, city: str) -> None:
    """U10: in visible text, the reader's own time and the contest's, on every page with a deadline."""
    vera = newcomer("Vera", timezone_id=zone)
    late = f"/contests/{world.judged.slug}/proposals/new/"
    ballot = f"/contests/{world.voting.slug}/vote/"
    vera.eyes.expect(409)
    for address in ("/", world.open.get_absolute_url(), world.proposal.get_absolute_url(), ballot, late):
        vera.open(address)
        shown = vera.page.locator(".deadline__clock").all_inner_texts()
        assert any(city in words and "Madrid" in words for words in shown), (address, shown)
    ana = newcomer("ana", timezone_id=zone)
    ana.open("/me/")
    ana.identify()
    ana.open(f"/proposals/{world.proposal.pk}/receipt/")
    shown = ana.page.locator(".deadline__clock").all_inner_texts()
    assert any(city in words and "Madrid" in words for words in shown), shown
