"""Drawing without a browser: smooth lines from SVG paths, and text in the site's own type.

Shapes are drawn three times as large and made smaller, which smooths them; text is drawn at its size. Letters that our type
lacks come from a font of the machine if it has one; what no font has is left out. Nothing here fails for any text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

FONTS = Path(__file__).resolve().parent.parent / "static" / "fonts"
OWN = ("atkinson-hyperlegible-next-latin-wght-normal.woff2", "atkinson-hyperlegible-next-latin-ext-wght-normal.woff2")
# Of the machine, the first that holds a line's letters; where there is none those letters are left out.
FOREIGN = (
    "DejaVuSans-Bold.ttf", "NotoSans-Bold.ttf", "NotoSansArabic-Bold.ttf", "NotoSansHebrew-Bold.ttf",
    "NotoSansDevanagari-Bold.ttf", "NotoSansBengali-Bold.ttf", "NotoSansCJK-Bold.ttc",
)  # fmt: skip
SMOOTH = 3
Point = tuple[float, float]
Font = ImageFont.FreeTypeFont


@lru_cache(maxsize=128)
def font(name: str, size: int, weight: int) -> Font | None:
    """A font by its file's name; None where the machine does not have it."""
    try:
        found = ImageFont.truetype(str(FONTS / name) if name in OWN else name, size)
        if name in OWN:
            found.set_variation_by_axes([weight])
    except OSError:
        return None
    return found


@lru_cache(maxsize=8192)
def holds(name: str, letter: str) -> bool:
    """Whether the font draws this letter, and not its box for unknown ones."""
    found = font(name, 20, 400)
    if found is None:
        return False
    return letter.isspace() or bytes(found.getmask(letter)) != bytes(found.getmask("\uffff"))


def is_rightward(text: str) -> bool:
    """Whether a text runs from left to right: no letter of it belongs to a script that runs the other way."""
    return not any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def runs(text: str) -> list[tuple[str, str]]:
    """The text in pieces, each with a font that holds it. From right to left it stays in one piece, as its order needs."""
    if not is_rightward(text):
        name = max(FOREIGN, key=lambda one: sum(holds(one, letter) for letter in text))
        return [("".join(letter for letter in text if holds(name, letter)), name)]
    found: list[tuple[str, str]] = []
    name = ""
    for letter in text:
        if unicodedata.category(letter) not in ("Mn", "Mc", "Me", "Cf"):  # marks and joiners go with the letter before
            name = next((one for one in (*OWN, *FOREIGN) if holds(one, letter)), "")
        if name and holds(name, letter):
            if found and found[-1][1] == name:
                letter, _name = found.pop()[0] + letter, name
            found.append((letter, name))
    return found


def width(text: str, size: int, weight: int = 400) -> float:
    """Pixels that a line takes."""
    return sum(one.getlength(piece) for piece, name in runs(text) if (one := font(name, size, weight)))


def write(draw: ImageDraw.ImageDraw, at: Point, text: str, size: int, colour: str, weight: int = 400, anchor: str = "l") -> None:
    """One line of text, its base line at the point; anchor l, m or r says which end or middle stands there."""
    x, y = at
    if anchor != "l":
        x -= width(text, size, weight) / (2 if anchor == "m" else 1)
    for piece, name in runs(text):
        one = font(name, size, weight)
        if one is not None:
            draw.text((x, y), piece, font=one, fill=colour, anchor="ls")
            x += one.getlength(piece)


def cut(text: str, room: float, size: int, weight: int = 400) -> str:
    """The line as it is, or shortened with an ellipsis until it fits."""
    if width(text, size, weight) <= room:
        return text
    return f"{text[: _fits(text, room, size, weight, '…')].rstrip(' ,.;:')}…"


def _fits(text: str, room: float, size: int, weight: int, end: str = "") -> int:
    """How many letters fit, with `end` after them; found by halving, as somebody may write a word without end."""
    return bisect_right(range(1, len(text)), room, key=lambda n: width(text[:n] + end, size, weight))


def wrap(text: str, room: float, size: int, weight: int = 400) -> list[str]:
    """Lines that fit, broken between words; a word longer than a line is broken inside."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] += f" {word}"
            continue
        while len(word) > 1 and width(word, size, weight) > room:
            fits = max(1, _fits(word, room, size, weight))
            lines.append(word[:fits])
            word = word[fits:]
        lines.append(word)
    return lines


def fitted(text: str, room: float, height: float, sizes: tuple[int, ...], weight: int, leading: float) -> tuple[int, list[str]]:
    """The largest of these sizes at which the text fits, and its lines; at the smallest the rest is cut."""
    for size in sizes:
        lines = wrap(text, room, size, weight)
        if len(lines) * size * leading <= height:
            return size, lines
    size = sizes[-1]
    most = max(1, int(height / (size * leading)))
    kept = wrap(text, room, size, weight)
    return size, [*kept[: most - 1], cut(" ".join(kept[most - 1 :]), room, size, weight)]


_PIECE = re.compile(r"([MHhCcSsVv])|(-?\d*\.?\d+)")


def points(path: str, *, fine: int = 16) -> list[Point]:
    """The points along an SVG path of M, H, h, C, c, S and s: enough for our mark, our phase line and our covers."""
    here: Point = (0.0, 0.0)
    handle: Point = here
    found: list[Point] = []
    for command, numbers in _commands(path):
        base = here if command.islower() else (0.0, 0.0)
        if command in "Hh":
            here = handle = (base[0] + numbers[0], here[1])
        elif command == "M":
            here = handle = (numbers[0], numbers[1])
        else:
            pairs = [(base[0] + numbers[n], base[1] + numbers[n + 1]) for n in range(0, len(numbers), 2)]
            first = (2 * here[0] - handle[0], 2 * here[1] - handle[1]) if command in "Ss" else pairs.pop(0)
            handle, end = pairs
            found += [_bezier(here, first, handle, end, step / fine) for step in range(1, fine)]
            here = end
        found.append(here)
    return found


def _commands(path: str) -> Iterator[tuple[str, list[float]]]:
    """Each command with its numbers; numbers that go on after a full set repeat it."""
    needs = {"M": 2, "H": 1, "h": 1, "C": 6, "c": 6, "S": 4, "s": 4}
    command, numbers = "", list[float]()
    for letter, number in _PIECE.findall(path):
        if letter:
            command, numbers = letter, []
            continue
        numbers.append(float(number))
        if len(numbers) == needs[command]:
            yield command, numbers
            numbers = []


def _bezier(a: Point, b: Point, c: Point, d: Point, t: float) -> Point:
    u = 1 - t
    weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
    return (
        sum(weight * point[0] for weight, point in zip(weights, (a, b, c, d), strict=True)),
        sum(weight * point[1] for weight, point in zip(weights, (a, b, c, d), strict=True)),
    )


class Sheet:
    """A picture under work, its shapes at three times the size."""

    def __init__(self, wide: int, high: int, ground: str) -> None:
        self.picture = Image.new("RGB", (wide * SMOOTH, high * SMOOTH), ground)
        self.draw = ImageDraw.Draw(self.picture)

    def stroke(self, line: list[Point], colour: str, thick: float) -> None:
        """A line with round ends and joints."""
        big = [(x * SMOOTH, y * SMOOTH) for x, y in line]
        self.draw.line(big, fill=colour, width=round(thick * SMOOTH), joint="curve")
        for x, y in (line[0], line[-1]):
            self.disc(x, y, thick / 2, colour)

    def disc(self, x: float, y: float, radius: float, fill: str, ring: str | None = None, thick: float = 0) -> None:
        box = [(x - radius) * SMOOTH, (y - radius) * SMOOTH, (x + radius) * SMOOTH, (y + radius) * SMOOTH]
        self.draw.ellipse(box, fill=fill, outline=ring, width=round(thick * SMOOTH) if ring else 0)

    def slab(self, box: tuple[float, float, float, float], colour: str, radius: float = 0) -> None:
        self.draw.rounded_rectangle([edge * SMOOTH for edge in box], radius * SMOOTH, fill=colour)

    def finish(self) -> Image.Image:
        """The picture at its size, ready for text."""
        wide, high = self.picture.size
        return self.picture.resize((wide // SMOOTH, high // SMOOTH), Image.Resampling.BOX)
