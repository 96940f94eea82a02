"""What programs read: the calendar, robots, the site map."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from contests import actions as contests
from core import clock
from pages.methods.calendar import Date, calendar
from tests import cast
from tests.pages.stage import look


@pytest.mark.django_db
def test_a_calendar_follows_when_dates_move(client: Client) -> None:
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    address = f"{contest.get_absolute_url()}calendar.ics"
    with clock.simulated(cast.START + timedelta(days=1)):
        before = client.get(address)
        rows = [
            {"id": p.pk, "kind": p.kind, "name": p.name, "opens_at": p.opens_at, "closes_at": p.closes_at, "grace": p.grace}
            for p in contest.phases.all()
        ]  # fmt: skip
        for row in rows:
            row["closes_at"] = row["closes_at"] and row["closes_at"] + timedelta(days=1)
            row["opens_at"] += timedelta(days=1 if row["opens_at"] > clock.now() else 0)
        contests.set_schedule(by=organiser, contest=contest, phases=rows, reason="A holiday")
        after = client.get(address)
    assert before.headers["Content-Type"].startswith("text/calendar")
    first, second = before.content.decode(), after.content.decode()
    assert re.findall(r"UID:(\S+)", first) == re.findall(r"UID:(\S+)", second)
    assert max(map(int, re.findall(r"SEQUENCE:(\d+)", first))) < min(map(int, re.findall(r"SEQUENCE:(\d+)", second)))
    assert "DTSTART:20270412T090000Z" in first
    assert "DTSTART:20270413T090000Z" in second
    assert second.count("BEGIN:VEVENT") == 11


def test_lines_of_a_calendar_are_folded_and_escaped() -> None:
    title = "Wie kühlt eine Straße; ohne, Strom? \\ " + "ü" * 100 + "\nX-EVIL:1"
    date = Date("phase-1-opens@site.example", cast.START, title, "https://site.example/contests/a/")
    text = calendar([date], name="A, B", sequence=3, stamp=cast.START)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    assert not any(line.startswith("X-EVIL") for line in lines)
    unfolded = text.replace("\r\n ", "")
    assert "SUMMARY:Wie kühlt eine Straße\\; ohne\\, Strom? \\\\ üü" in unfolded
    assert "DTSTART:20270301T090000Z" in unfolded


@pytest.mark.django_db
def test_robots_are_kept_out_of_private_rooms_and_shown_the_map(client: Client) -> None:
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /me/" in text
    assert "/sitemap.xml" in text
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana Author"), contest)
    with cast.during(contest, "submission"):
        xml = look("/sitemap.xml")
    assert f"{contest.get_absolute_url()}</loc>" in xml
    assert f"{proposal.get_absolute_url()}</loc>" in xml


@pytest.mark.django_db
@pytest.mark.parametrize("page", ["/help/", "/about/", "/styleguide/", "/search/", "/search/?q=a"])
def test_quiet_pages_answer(page: str, client: Client) -> None:
    assert client.get(page).content.decode().count("<h1") == 1
