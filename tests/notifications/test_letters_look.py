"""Every letter has one look: the site's name and hue, the phase line in words too, one button, nothing loaded."""

from __future__ import annotations

import re
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from core import branding, clock, letters
from core.branding import Brand
from core.colours import contrast, ramp
from notifications import actions
from notifications.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Delivery:
    """The receipt of a submission, as it waits to be sent."""
    contest = cast.contest(cast.organiser())
    cast.submitted(cast.person("Ana"), contest, title="Cool <roofs> & co")
    return Delivery.objects.get(notice="submitted", channel="mail")


def rebrand(**fields: Any) -> None:
    branding.rebrand(by=cast.person("Sam Staff", is_staff=True), version=0, **fields)


class Balance(HTMLParser):
    """Whether what is opened is closed, in order."""

    VOID = ("meta", "base", "br", "img", "hr")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_a_letter_is_small_whole_and_loads_nothing(letter: Delivery) -> None:
    assert len(letter.html.encode()) < 60_000
    assert Balance(letter.html).open == []
    assert not re.search(r"<img|<link|<script|url\(|@import|@font-face|src=", letter.html)
    assert letter.html.count('class="button__word"') == 1
    assert "&lt;roofs&gt; &amp; co" in letter.html


def test_the_rules_are_in_the_elements_and_the_dark_ones_in_the_head(letter: Delivery) -> None:
    style, body = letter.html.split("</style>")
    assert "prefers-color-scheme: dark" in style and "max-width: 480px" in style and "font-family" not in style
    assert body.count("style=") > 30 and 'name="color-scheme" content="light dark"' in letter.html


def test_the_phase_line_is_drawn_and_said(letter: Delivery) -> None:
    assert letter.html.count('class="stop') == 6 and letter.html.count("dot--now") == 1 + 1  # the rule for dark, the dot
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", letter.html))
    assert "Now: Open for proposals, until Mon 12 Apr 2027, 11:00 Madrid time (UTC+2) · Next: Semi-final judging" in words


def test_what_is_over_now_and_next_is_said_in_words() -> None:
    states = ("past", "waiting", "next")
    stations = [{"name": name, "state": state, "when": "Monday"} for name, state in zip("ABC", states, strict=True)]
    html = letters.draw(subject="S", body="Words.", why="You asked.", stations=stations)
    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert "Done: A · B: waiting for decisions · Next: C" in words  # no date: decisions may come early or late


@pytest.mark.parametrize(
    ("states", "pieces", "said"),
    [
        ("next next", ["flat"], (None, None, "0")),
        ("past now next", ["rise", "fall"], ("0", "1", "2")),
        ("past waiting next", ["rise", "fall"], ("0", "1", "2")),
        ("past past", ["flat"], ("1", None, None)),
        ("past next", ["flat"], ("0", None, "1")),
        ("now", [], (None, "0", None)),
    ],
)
def test_the_line_swells_under_what_is_now(states: str, pieces: list[str], said: tuple[Any, ...]) -> None:
    line = letters.phase_line([{"name": str(n), "state": state} for n, state in enumerate(states.split())])
    assert line is not None
    assert [part["piece"] for part in line["track"] if "piece" in part] == pieces
    assert tuple(line[key] and line[key]["name"] for key in ("past", "now", "next")) == said
    assert letters.phase_line([]) is None


def test_the_plain_text_stands_beside_it_and_says_why_and_who_to_ask() -> None:
    rebrand(contact="hello@tide.example")
    contest = cast.contest(cast.organiser())
    cast.submitted(cast.person("Ana"), contest)
    letter = Delivery.objects.get(notice="submitted", channel="mail")
    assert letter.text.endswith(
        "-- \nGroundswell\nYou get this because you are on the team of this proposal.\n"
        "All your notices: http://localhost:8000/me/notifications/\nQuestions: hello@tide.example\n"
    )
    for said in ("You get this because you are on the team", "/me/notifications/", "/me/settings/", "mailto:hello@tide.example"):
        assert said in letter.html


def test_a_mail_shows_the_new_name_and_hue_and_comes_from_it(letter: Delivery) -> None:
    rebrand(name="Tide & Water, Ö", hue=236)
    html = letters.draw(subject="Hello", body="Words.", why="You asked.", button="Open", url="https://x.example/")
    assert "Tide &amp; Water, Ö</a>" in html and "Groundswell" not in html
    assert ramp(236)[600] in html and ramp(160)[600] not in html
    mail.outbox.clear()
    Delivery.objects.filter(channel="mail").update(state="waiting")
    with clock.simulated(cast.START + timedelta(days=30)):
        assert actions.send_waiting() >= 1
    message = mail.outbox[0].message()
    assert "hello@localhost" in message["From"] and "=?utf-8?" in message["From"] and "\n" not in str(message["Subject"])


def test_no_hue_can_break_the_contrast_of_a_letter() -> None:
    schemes = [scheme for hue in range(0, 360, 3) for scheme in letters.colours(Brand("x", hue=hue)).values()]
    assert len(schemes) == 240
    for scheme in schemes:
        for text in ("ink", "quiet", "link"):
            assert contrast(scheme[text], scheme["card"]) >= 4.5, scheme
        assert contrast(scheme["word"], scheme["button"]) >= 4.5
        assert contrast(scheme["ink"], scheme["tint"]) >= 7
        assert contrast(scheme["mark"], scheme["card"]) >= 3  # the phase line, the mark, a quote's edge


@pytest.mark.parametrize("hue", [0, 90, 305])
def test_a_letter_uses_no_colour_beside_those(hue: int) -> None:
    rebrand(hue=hue)
    allowed = {colour.upper() for scheme in letters.colours(branding.current()).values() for colour in scheme.values()}
    html = letters.draw(subject="S", body="- a\n\n> b\n\nABCD", why="w", code="ABCD", button="B", url="/", stations=[
        {"name": "One", "state": "past"}, {"name": "Two", "state": "now"}, {"name": "Three", "state": "next"}])  # fmt: skip
    assert {colour.upper() for colour in re.findall(r"#[0-9A-Fa-f]{3,8}\b", html)} <= allowed


def test_paragraphs_lists_quotes_codes_and_our_own_addresses() -> None:
    body = "Hi\nthere.\n\n- one\n- two\n\n> said\n> so\n\nAB12-CD34\n\nhttp://localhost:8000/help/\n\nhttps://evil.example/"
    found = [(block["kind"], block["lines"]) for block in letters.blocks(body, "AB12-CD34")]
    assert found == [
        ("text", ["Hi there."]), ("list", ["one", "two"]), ("quote", ["said", "so"]), ("code", ["AB12-CD34"]),
        ("link", ["http://localhost:8000/help/"]), ("text", ["https://evil.example/"]),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("path", "field", "who", "subject"),
    [
        ("/accounts/login/code/", "email", "new@people.example", "Your code for Tidewater: "),
        ("/accounts/password/reset/", "email", "ana@people.example", "Your code for a new password on Tidewater: "),
    ],
)
def test_codes_come_in_the_same_layout_and_the_sites_name(path: str, field: str, who: str, subject: str) -> None:
    rebrand(name="Tidewater")
    cast.person("Ana")
    Client().post(path, {field: who})
    (sent,) = mail.outbox
    html, kind = sent.alternatives[0]
    code = sent.subject.removeprefix(subject)
    assert sent.subject.startswith(subject) and sent.from_email.startswith("Tidewater <") and kind == "text/html"
    assert f"\n{code}\n" in sent.body and re.search(rf'<p class="code"[^>]*>{code}</p>', html)
    assert "/me/notifications/" not in html + sent.body and Balance(html).open == []


def test_an_address_added_later_is_confirmed_in_the_same_layout() -> None:
    client = Client()
    client.force_login(cast.person("Ana"))
    client.post("/accounts/email/", {"action_add": "", "email": "second@people.example"})
    sent = mail.outbox[-1]
    assert sent.subject.startswith("Confirm your address for Groundswell: ") and "example.com" not in sent.body
    assert 'class="code"' in sent.alternatives[0][0]
