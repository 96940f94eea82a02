"""The drawing itself: any text, any hue, small pictures that can be read. (What a card says is tested with the pages.)"""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from core import drawing, social
from core.branding import Brand
from core.colours import contrast, ramp
from core.covers import contour_cover
from core.social import Card, Stop

BRAND = Brand("Groundswell")
SIX = ("Open for proposals", "Semi-final judging", "Revision", "Final judging", "Community vote", "Results")
STOPS = tuple(Stop(name, "past" if n < 4 else "now" if n == 4 else "next") for n, name in enumerate(SIX))
FULL = Card(
    title="Rain gardens where cars stood",
    kicker="How can our streets stay cool?",
    words="Sixteen parking places become beds that drink a cloudburst.",
    people="Ana Sousa, Rahim +2",
    badge="Judges’ Choice",
    won=True,
    stops=STOPS,
    seed=12,
)


def seen(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def colours_of(data: bytes) -> set[str]:
    picture = seen(data).convert("RGB")
    return {"#{:02X}{:02X}{:02X}".format(*colour) for _n, colour in picture.getcolors(1_000_000)}  # type: ignore[union-attr]


def near(colour: str, found: set[str]) -> bool:
    """Whether the picture has this colour, within what a palette of 128 may move it."""
    def channels(one: str) -> tuple[int, ...]:
        return tuple(int(one[n : n + 2], 16) for n in (1, 3, 5))

    return any(all(abs(a - b) <= 6 for a, b in zip(channels(colour), channels(one), strict=True)) for one in found)


TEXTS = {
    "long": "A very long title that goes on about solar roofs, tram stops, shade sails, "
    "school meals and the river in spring, truly so",
    "short": "Shade",
    "one word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    "right to left": "كيف يمكن لمدينتنا أن تبقى باردة في صيف 2027؟ 🌳",
    "hebrew": "איך נשאיר את העיר קרירה בקיץ?",
    "emoji": "🌳👩‍👩‍👧🏳️‍🌈",
    "mixed": "Trees 🌳 for हिन्दी 日本 and Poznań, Łódź, Đà Nẵng",
    "empty": "",
    "odd": "\u0301\u200d\ufe0f\U0010ffff % { } \\ <b>",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_any_text_makes_a_card_of_the_right_size(text: str) -> None:
    card = replace(FULL, title=text, kicker=text, words=text, people=text, badge=text[:20])
    data = social.draw(card, replace(BRAND, name=text or "x"))
    assert seen(data).format == "PNG" and seen(data).size == (1200, 630)
    assert len(data) <= 120_000


@pytest.mark.parametrize("stops", [(), STOPS[:1], STOPS[:2], STOPS * 2])
def test_any_number_of_stations_is_drawn(stops: tuple[Stop, ...]) -> None:
    assert len(social.draw(replace(FULL, stops=stops), BRAND)) <= 120_000


def test_a_title_of_120_letters_stands_there_whole() -> None:
    title = TEXTS["long"]
    assert len(title) == 121
    for card in (replace(FULL, title=title), replace(FULL, title=title, words="", people="", date="Proposals close on Monday")):
        size, lines = social._title(card, 242)
        assert " ".join(lines) == title and size >= 34
        assert all(drawing.width(line, size, 750) <= social.COLUMN for line in lines)


def test_what_does_not_fit_is_cut_with_an_ellipsis() -> None:
    size, lines = drawing.fitted(TEXTS["one word"], 300, 90, (40, 30), 400, 1.2)
    assert size == 30 and lines[-1].endswith("…") and all(drawing.width(line, size) <= 300 for line in lines)
    assert drawing.cut("Short", 300, 30) == "Short"


def test_letters_beyond_latin_come_in_our_own_type_and_marks_stay_with_their_letter() -> None:
    for text in ("Poznań", "Łódź", "Đà Nẵng"):
        assert "".join(piece for piece, _name in drawing.runs(text)) == text
        assert {name for _piece, name in drawing.runs(text)} <= set(drawing.OWN)
    assert "".join(piece for piece, _name in drawing.runs("ab🌳c")) == "abc"
    assert drawing.runs("\u0301") == []


def test_no_hue_can_break_the_contrast_of_a_card() -> None:
    for hue in range(0, 360, 3):
        use = social.palette(hue)
        for word, ground in (("ink", "page"), ("quiet", "page"), ("link", "page"), ("badge_word", "badge"), ("won_word", "won")):
            assert contrast(use[word], use[ground]) >= 4.5, (hue, word)
        assert contrast(use["mark"], use["page"]) >= 3  # the phase line and the mark


@pytest.mark.parametrize("hue", [38, 236, 305])
def test_a_card_wears_the_sites_hue_and_its_own_cover(hue: int) -> None:
    found = colours_of(social.draw(replace(FULL, hue=90, date="Soon"), Brand("Tidewater", hue=hue)))
    assert near(ramp(hue)[500], found) and near(ramp(hue)[600], found)  # line, date
    assert near(ramp(90)[200], found) and near("#F2B632", found)  # cover, winner
    assert not near(ramp(160)[500], found)


def test_other_words_another_brand_or_another_logo_are_another_version() -> None:
    versions = [
        FULL.digest(BRAND), replace(FULL, badge="").digest(BRAND), FULL.digest(Brand("Tidewater")),
        FULL.digest(Brand("Groundswell", hue=38)), FULL.digest(Brand("Groundswell", logo="/brand/logo.webp?v=2")),
    ]  # fmt: skip
    assert len(set(versions)) == len(versions)
    assert FULL.digest(BRAND) == replace(FULL).digest(Brand("Groundswell"))


def test_a_burst_costs_one_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(social, "draw", lambda *_args: drawn.append(1) or b"png")
    assert [social.picture(FULL, BRAND) for _ in range(5)] == [b"png"] * 5
    assert len(drawn) == 1


def test_a_logo_takes_the_place_of_the_mark() -> None:
    out = io.BytesIO()
    Image.new("RGB", (200, 50), "#FF00FF").save(out, "WEBP", lossless=True)
    assert near("#FF00FF", colours_of(social.draw(FULL, BRAND, out.getvalue())))


def test_a_path_is_followed_as_browsers_draw_it() -> None:
    assert drawing.points("M2 19h6H20") == [(2, 19), (8, 19), (20, 19)]
    curve = drawing.points("M0 0C0 10 10 10 10 0S20 -10 20 0", fine=4)
    assert curve[0] == (0, 0) and curve[4] == (10, 0) and curve[-1] == (20, 0)
    assert curve[2] == (5, 7.5) and curve[6] == (15, -7.5)  # the second half mirrors the first
    for path in contour_cover(3).split(' d="')[2:]:
        assert len(drawing.points(path.split('"')[0])) > 50


# --- Icons ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hue", [160, 38])
def test_icons_are_the_mark_in_the_sites_hue(hue: int) -> None:
    for side in (180, 192, 512):
        assert seen(social.icon_png(hue, side)).size == (side, side)
    assert near(ramp(hue)[600], colours_of(social.icon_png(hue, 180)))
    assert seen(social.icon_ico(hue)).info["sizes"] == {(16, 16), (32, 32), (48, 48)}
    assert ramp(hue)[600] in social.icon_svg(hue)
