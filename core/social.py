"""The pictures that show when somebody shares a link, and the site's icons: drawn here, in its type, line and hue.

A card is a pure function of what it says. Its digest names it, so that a picture is drawn once, kept, and drawn anew as
soon as any word, date, state or colour of it changes.
"""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import dataclass, field
from functools import lru_cache

from django.core.cache import cache
from PIL import Image, ImageDraw
from redis.exceptions import RedisError

from core import drawing
from core.branding import Brand
from core.colours import ramp
from core.covers import HEIGHT as COVER_HEIGHT
from core.covers import contour_cover
from core.drawing import Sheet

WIDTH, HEIGHT = 1200, 630
EDGE = 64  # the margin
COLUMN = 700  # the width of the words
PANEL = (820, 0, 1200, 408)  # the cover
LINE, SWELL = 508, 34  # where the phase line lies, and how far it swells up
KEEP = 7 * 24 * 3600  # seconds
DESIGN = 1  # goes up when the drawing changes
MARK = "M2 19h6C18 19 16 7 24 7s6 12 16 12h2"
ICON = "M6 33h6c10 0 7-16 14-16s5 16 14 16h2"
MOST_WAITING = 3  # of a process's threads: the others have pages to answer
_drawing = threading.Lock()
_seats = threading.BoundedSemaphore(MOST_WAITING)


class Busy(Exception):
    """So many cards are being drawn that this one has to be asked for again."""


@dataclass(frozen=True)
class Stop:
    """A station of the phase line: past, now, waiting or next."""

    name: str
    state: str


@dataclass(frozen=True)
class Card:
    """What a card says. Public words only: it is the same for everybody who may see its page."""

    title: str
    kicker: str = ""
    words: str = ""
    people: str = ""
    date: str = ""
    badge: str = ""
    won: bool = False
    stops: tuple[Stop, ...] = field(default=())
    seed: int = 1
    hue: int = 160

    def digest(self, brand: Brand) -> str:
        """The version of the picture: other words, another brand or another design make another."""
        said = repr((DESIGN, self, brand.name, brand.hue, brand.logo))
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    @property
    def alt(self) -> str:
        """The card in words."""
        here = next((stop.name for stop in self.stops if stop.state in ("now", "waiting")), "")
        parts = (self.badge, self.title, self.kicker, self.people, here and f"{here}.", self.date)
        return " · ".join(part for part in parts if part)


def palette(hue: int) -> dict[str, str]:
    """Every colour of a card, by what it is for."""
    steps = ramp(hue)
    return {
        "page": "#F7F9F8", "ink": "#15201B", "quiet": "#435049", "line": "#A9B5AE", "mark": steps[500],
        "link": steps[600], "badge": steps[100], "badge_word": steps[800], "won": "#F2B632", "won_word": "#15201B",
    }  # fmt: skip


def picture(card: Card, brand: Brand, logo: bytes = b"") -> bytes:
    """The card as PNG. A burst of askers costs one drawing in a process, and one in all with a shared cache.

    Raises Busy when several wait already: whoever asks for all cards at once keeps no reader waiting.
    """
    key = f"card:{card.digest(brand)}"
    try:
        kept: bytes | None = cache.get(key)
        usable = True
    except RedisError:  # without the cache a card is drawn for everybody
        kept, usable = None, False
    if kept is not None:
        return kept
    if not _seats.acquire(blocking=False):
        raise Busy
    try:
        with _drawing:
            kept = cache.get(key) if usable else None
            if kept is None:
                kept = draw(card, brand, logo)
                if usable:
                    cache.set(key, kept, KEEP)
            return kept
    finally:
        _seats.release()


def draw(card: Card, brand: Brand, logo: bytes = b"") -> bytes:
    """The card as PNG, 1200 by 630, some 20 to 60 KB."""
    colours = palette(brand.hue)
    sheet = Sheet(WIDTH, HEIGHT, colours["page"])
    _cover(sheet, card, colours)
    _phase_line(sheet, card.stops, colours)
    if not logo:
        shift = [(EDGE + 1.55 * x, 36 + 1.55 * y) for x, y in drawing.points(MARK)]
        sheet.stroke(shift, colours["mark"], 4.5)
        sheet.disc(EDGE + 1.55 * 24, 36 + 1.55 * 7, 9, colours["page"], colours["mark"], 4.5)
    whole = sheet.finish()
    pen = ImageDraw.Draw(whole)
    left = EDGE + 84
    if logo:
        left = _logo(whole, logo)
    drawing.write(pen, (left, 68), drawing.cut(brand.name, COLUMN + EDGE - left, 34, 750), 34, colours["ink"], 750)
    _words(pen, card, colours)
    _names(pen, card.stops, colours)
    return _png(whole)


def _png(whole: Image.Image) -> bytes:
    out = io.BytesIO()
    few = whole.quantize(colors=128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    few.save(out, "PNG", optimize=True)
    return out.getvalue()


def _logo(whole: Image.Image, logo: bytes) -> int:
    """The logo in the head of the card; answers where the name begins."""
    with Image.open(io.BytesIO(logo)) as stored:
        mark = stored.convert("RGBA")
    mark.thumbnail((260, 56))
    whole.paste(mark, (EDGE, 56 - mark.height // 2), mark)
    return EDGE + mark.width + 20


def _cover(sheet: Sheet, card: Card, colours: dict[str, str]) -> None:
    """The contour lines of the page's own cover, from the top right corner."""
    steps = ramp(card.hue)
    left, top, right, bottom = PANEL
    part = Sheet(right - left, bottom - top, steps[200])
    scale = (bottom - top) / COVER_HEIGHT
    for path in contour_cover(card.seed, card.hue).split(' d="')[1:]:
        line = path.split('"', 1)[0]
        if "C" in line:
            part.stroke([(x * scale, y * scale) for x, y in drawing.points(line)], steps[500], 2.4)
    mask = Image.new("L", part.picture.size, 0)
    box = [0, -80 * drawing.SMOOTH, mask.width + 80 * drawing.SMOOTH, mask.height - 1]
    ImageDraw.Draw(mask).rounded_rectangle(box, 56 * drawing.SMOOTH, fill=255)
    sheet.picture.paste(part.picture, (left * drawing.SMOOTH, top * drawing.SMOOTH), mask)


def _places(stops: tuple[Stop, ...]) -> list[float]:
    first, last = EDGE + 12.0, WIDTH - EDGE - 12.0
    return [first + (last - first) * n / max(1, len(stops) - 1) for n in range(len(stops))]


def _is_high(stop: Stop) -> bool:
    return stop.state in ("now", "waiting")


def _phase_line(sheet: Sheet, stops: tuple[Stop, ...], colours: dict[str, str]) -> None:
    places = _places(stops)
    heights = [LINE - SWELL if _is_high(stop) else LINE for stop in stops]
    legs = list(zip(places, places[1:], heights, heights[1:], stops, stops[1:], strict=False))
    legs.sort(key=lambda leg: leg[5].state != "next")  # what is done lies over what is to come
    for x, onward, y, after, _stop, following in legs:
        colour = colours["line"] if following.state == "next" else colours["mark"]
        bend = 0.5 * (onward - x)
        swell = f"M{x:.1f} {y}C{x + bend:.1f} {y} {onward - bend:.1f} {after} {onward:.1f} {after}"
        sheet.stroke([(x, y), (onward, y)] if y == after else drawing.points(swell, fine=40), colour, 6)
    for x, y, stop in zip(places, heights, stops, strict=True):
        if _is_high(stop):
            sheet.disc(x, y, 20, colours["mark"])
            sheet.disc(x, y, 7, colours["page"])
        elif stop.state == "past":
            sheet.disc(x, y, 11, colours["mark"])
        else:
            sheet.disc(x, y, 11, colours["page"], colours["line"], 5)


def _names(pen: ImageDraw.ImageDraw, stops: tuple[Stop, ...], colours: dict[str, str]) -> None:
    """The stations' names under their dots, what is now in strong letters; the ends keep to the margins."""
    places = _places(stops)
    room = (places[1] - places[0] - 18) if len(places) > 1 else COLUMN
    for n, (x, stop) in enumerate(zip(places, stops, strict=True)):
        end = "l" if n == 0 else "r" if n == len(stops) - 1 else "m"
        x = {"l": EDGE, "r": WIDTH - EDGE, "m": x}[end]
        weight, colour = (750, colours["ink"]) if _is_high(stop) else (400, colours["quiet"])
        for row, line in enumerate(_two_lines(stop.name, room, weight)):
            drawing.write(pen, (x, LINE + 46 + 28 * row), line, 23, colour, weight, end)


def _two_lines(name: str, room: float, weight: int) -> list[str]:
    lines = drawing.wrap(name, room, 23, weight)
    return [*lines[:1], drawing.cut(" ".join(lines[1:]), room, 23, weight)] if len(lines) > 1 else lines


def _words(pen: ImageDraw.ImageDraw, card: Card, colours: dict[str, str]) -> None:
    """Badge or kicker, title, first words, team and date: from the top down to above the phase line."""
    top, left = 134, EDGE + (_badge(pen, card, colours, 134) if card.badge else 0)
    _line(pen, top, card.kicker, 26, colours["quiet"], 400, left)
    foot = [(card.people, colours["ink"], 600), (card.date, colours["link"], 700)]
    foot = [row for row in foot if row[0]]
    bottom = 440 - 40 * len(foot)
    size, lines = _title(card, bottom - top - 24)
    y = top + 24
    for line in lines:
        y += round(size * 1.12)
        _line(pen, y - round(size * 0.16), line, size, colours["ink"], 750)
    if card.words and bottom - y > 54:
        y += 8
        for row in drawing.fitted(card.words, COLUMN, bottom - y, (27,), 400, 1.36)[1]:
            y += 37
            _line(pen, y, row, 27, colours["quiet"])
    for n, (text, colour, weight) in enumerate(foot):
        _line(pen, bottom + 40 * (n + 1) - 4, text, 27, colour, weight)


def _title(card: Card, room: float) -> tuple[int, list[str]]:
    """Size and lines of the title: large above two lines of words, or without them if it is long."""
    if card.words:
        size, lines = drawing.fitted(card.title, COLUMN, room - 86, (70, 62, 54, 48), 750, 1.12)
        if "".join(lines).replace(" ", "") == card.title.replace(" ", ""):
            return size, lines
    return drawing.fitted(card.title, COLUMN, room, (70, 62, 54, 48, 43, 38, 34), 750, 1.12)


def _line(
    pen: ImageDraw.ImageDraw, y: float, text: str, size: int, colour: str, weight: int = 400, left: float = EDGE
) -> None:
    """One line of the column, at the side where its script begins."""
    line = drawing.cut(text, COLUMN + EDGE - left, size, weight)
    if drawing.is_rightward(line):
        drawing.write(pen, (left, y), line, size, colour, weight)
    else:
        drawing.write(pen, (EDGE + COLUMN, y), line, size, colour, weight, "r")


def _badge(pen: ImageDraw.ImageDraw, card: Card, colours: dict[str, str], y: int) -> float:
    """A chip with what the proposal was given; answers the room it took."""
    ground, word = (colours["won"], colours["won_word"]) if card.won else (colours["badge"], colours["badge_word"])
    wide = drawing.width(card.badge, 24, 700)
    pen.rounded_rectangle([EDGE, y - 29, EDGE + wide + 28, y + 10], 6, fill=ground)
    drawing.write(pen, (EDGE + 14, y - 1), card.badge, 24, word, 700)
    return wide + 44


# --- Icons ---------------------------------------------------------------------------------------------------------


def icon(hue: int, side: int, *, full: bool = False) -> Image.Image:
    """The mark in white and tint on the brand's 600; `full` to the edges, for systems that cut their own corners."""
    steps, scale = ramp(hue), side / 48
    ground = Image.new("RGBA", (side * 4, side * 4), steps[600] if full else "#00000000")
    pen = ImageDraw.Draw(ground)
    if not full:
        pen.rounded_rectangle([0, 0, ground.width - 1, ground.height - 1], 10 * scale * 4, fill=steps[600])
    big = 4 * scale
    line = [(x * big, y * big) for x, y in drawing.points(ICON)]
    pen.line(line, fill=steps[200], width=round(4 * big), joint="curve")
    ends = [(x, y, 2 * big, steps[200]) for x, y in (line[0], line[-1])]
    for x, y, radius, colour in [*ends, (26 * big, 17 * big, 5.5 * big, "#FFFFFF")]:
        pen.ellipse([x - radius, y - radius, x + radius, y + radius], fill=colour)
    return ground.resize((side, side), Image.Resampling.LANCZOS)


@lru_cache(maxsize=16)
def icon_png(hue: int, side: int) -> bytes:
    out = io.BytesIO()
    icon(hue, side, full=True).convert("RGB").save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=4)
def icon_ico(hue: int) -> bytes:
    """16, 32 and 48 pixels in one file, for what asks no better."""
    out = io.BytesIO()
    icon(hue, 48).save(out, "ICO", sizes=[(16, 16), (32, 32), (48, 48)])
    return out.getvalue()


def icon_svg(hue: int) -> str:
    steps = ramp(hue)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><rect width="48" height="48" rx="10" fill="{steps[600]}"/>'
        f'<path d="{ICON}" fill="none" stroke="{steps[200]}" stroke-width="4" stroke-linecap="round"/>'
        '<circle cx="26" cy="17" r="5.5" fill="#fff"/></svg>'
    )
