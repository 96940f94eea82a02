"""The components keep their promises: said in words, safe with strangers' words, the same for everybody."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.template import engines
from django.utils.safestring import mark_safe

from core.covers import contour_cover
from core.templatetags import _time
from core.templatetags._stations import FALL, FLAT, RISE, stations_for_drawing

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent.parent
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def _render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load groundswell %}" + source).render(context)


def test_a_cover_is_small_well_formed_and_always_the_same() -> None:
    for seed in range(60):
        svg = contour_cover(seed, seed * 17, dark=bool(seed % 2))
        drawing = ElementTree.fromstring(svg)
        lines = drawing.findall(".//{http://www.w3.org/2000/svg}g/{http://www.w3.org/2000/svg}path")
        assert len(svg.encode()) < 4096
        assert 11 <= len(lines) <= 14
        assert "style=" not in svg
        assert svg == contour_cover(seed, seed * 17, dark=bool(seed % 2))
    assert contour_cover(1, 160) != contour_cover(2, 160)
    assert contour_cover(1, "tide") == contour_cover(1, 236)


def test_templates_carry_no_inline_style_or_script() -> None:
    inline = re.compile(r"\sstyle=|\son[a-z]+=|<style|<script(?![^>]*(?:\ssrc=|application/json))", re.IGNORECASE)
    for path in (ROOT / "templates").rglob("*.html"):
        if "emails" not in path.parts and not path.name.endswith("_message.html"):
            assert not inline.search(path.read_text()), path


def _stations(here: int, state: str = "now") -> list[dict[str, object]]:
    kinds = ("submission", "judging", "revision", "voting", "results")
    return [
        {
            "name": kind.title(),
            "kind": kind,
            "state": "past" if n < here else state if n == here else "next",
            "opens_at": NOW + timedelta(days=10 * (n - here) - 2),
            "closes_at": NOW + timedelta(days=10 * (n - here) + 8) if kind != "results" else None,
        }
        for n, kind in enumerate(kinds)
    ]


def test_the_phase_line_says_names_states_and_dates_in_text() -> None:
    html = _render("{% phase_line stations zone='Europe/Madrid' now=now %}", stations=_stations(1), now=NOW)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert "Submission Done, closed 19 Nov" in text
    assert "Judging Now, until Sun 29 Nov, 10:30" in text
    assert "Voting Later, from 9 Dec" in text
    assert html.count("<li") == 5 and html.count('aria-current="step"') == 1


def test_a_phase_behind_open_decisions_says_that_it_waits() -> None:
    html = _render("{% phase_line stations now=now %}", stations=_stations(2, "waiting"), now=NOW)
    assert "Waiting for decisions" in html


def test_the_line_swells_up_under_the_phase_that_is_now() -> None:
    shapes = [station["path"] for station in stations_for_drawing(_stations(1), UTC, NOW)]
    assert shapes == [RISE, FALL, FLAT, FLAT, FLAT]
    assert stations_for_drawing(_stations(4), UTC, NOW)[-1]["path"] == RISE


def test_a_deadline_is_told_in_the_readers_and_the_contests_time() -> None:
    when = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    html = _render("{% deadline when 'Europe/Madrid' 'Asia/Dhaka' now %}", when=when, now=NOW)
    assert "in 6 days 7 hours" in html
    assert "Fri 27 Nov, 23:00" in html and "Dhaka time (UTC+6)" in html
    assert "Fri 27 Nov, 18:00" in html and "Madrid time (UTC+1)" in html
    assert 'datetime="2026-11-27T17:00:00+00:00"' in html


def test_equal_clocks_are_said_once() -> None:
    when = datetime(2026, 11, 27, 17, 0, tzinfo=UTC)
    html = _render("{% deadline when 'Europe/Madrid' 'Europe/Paris' now %}", when=when, now=NOW)
    assert html.count("18:00") == 1 and "the same as yours" in html


def test_a_passed_deadline_says_so() -> None:
    html = _render("{% deadline when 'UTC' 'UTC' now %}", when=NOW - timedelta(hours=2, minutes=5), now=NOW)
    assert "2 hours 5 minutes ago" in html and "deadline--passed" in html


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "less than a minute"), (60, "1 minute"), (3600, "1 hour"), (90_000, "1 day 1 hour")],
)
def test_lengths_of_time_use_the_two_largest_units(seconds: int, words: str) -> None:
    assert _time.length_words(seconds) == words


def test_words_of_strangers_are_escaped_everywhere() -> None:
    evil = '"><script>alert(1)</script>'
    html = _render(
        "{% person x x x %}{% chip x %}{% status_chip x %}{% tab x x 1 %}{% crumb x x %}{% checkitem x 'done' x x %}"
        "{% button x href=x hint=x %}{% contest_card href=x question=x organiser=x prize=x %}{% avatar x %}"
        "{% proposal_card href=x title=x pitch=x team=x status=x note=x %}{% ballot_item x x x pitch=x team=x href=x %}"
        "{% bar_chart x rows %}"
        "{% notice 'info' title=x %}{{ x }}{% endnotice %}{% receipt x code=x %}{{ x }}{% endreceipt %}"
        "{% commentbox x role=x %}{{ x }}{% endcommentbox %}{% empty x why=x %}{{ x }}{% endempty %}"
        "{% datatable x %}{% enddatatable %}{% rubric_row x x points %}",
        x=evil,
        rows=[(evil, 3)],
        points=[{"value": 1, "label": evil}],
    )
    assert "<script" not in html


def test_a_kept_card_never_lends_its_trust_to_other_words() -> None:
    words = "<b>bold</b>"
    trusted = _render("{% proposal_card href='/a' title=x %}", x=mark_safe(words))
    assert words in trusted
    assert words not in _render("{% proposal_card href='/a' title=x %}", x=words)


def test_a_kept_card_tells_the_time_of_its_page() -> None:
    card = "{% contest_card href='/a' question='Q' when=when now=now %}"
    assert "in 1 day" in _render(card, when=NOW + timedelta(days=1), now=NOW)
    assert "in 23 hours" in _render(card, when=NOW + timedelta(days=1), now=NOW + timedelta(hours=1))


def test_a_rubric_has_nothing_preselected() -> None:
    points = [{"value": n, "label": f"level {n}"} for n in range(1, 6)]
    assert "checked" not in _render("{% rubric_row 'a' 'Impact' points %}", points=points)
    assert _render("{% rubric_row 'a' 'Impact' points selected=3 %}", points=points).count("checked") == 1


def test_a_field_in_error_names_its_hint_and_its_error() -> None:
    from core.templatetags.styleguide import SampleForm

    html = SampleForm({"title": ""})["title"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_title_helptext id_title_error"' in html
    assert 'id="id_title_helptext"' in html and 'id="id_title_error"' in html
