"""The scenes of the covers: what is drawn, and the colours of the sky behind it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from console.management.demo.drawing import HEIGHT, WIDTH, Pen, disc, houses, leaf, ridge


def _roofs(pen: Pen, chance: Random) -> None:
    ridge(pen, chance, 240, 18, "#b9c4b4")
    rows = (["#9d8f7f", "#a79a88", "#f3efe4"], ["#8a7868", "#efe9da", "#7f6f60"], ["#f7f3ea", "#6f5f52", "#857363"])
    for row, shades in enumerate(rows):
        for x in range(-60 + 40 * row, WIDTH, 150):
            top, shade = 270 + 105 * row + chance.randint(-16, 16), chance.choice(shades)
            pen.polygon([(x, top + 42), (x + 72, top), (x + 158, top + 30), (x + 86, top + 78)], fill=shade)
            pen.polygon([(x, top + 42), (x + 86, top + 78), (x + 86, HEIGHT), (x, HEIGHT)], fill="#5d5148")
            pen.polygon([(x + 86, top + 78), (x + 158, top + 30), (x + 158, HEIGHT), (x + 86, HEIGHT)], fill="#74665a")


def _facade(pen: Pen, chance: Random) -> None:
    for x in range(60, WIDTH, 170):
        for y in range(50, HEIGHT, 190):
            pen.rectangle((x, y, x + 84, y + 130), fill="#3d4a55")
            pen.rectangle((x + 6, y + 6, x + 78, y + 124), fill="#7f97a3")
            open_by = chance.choice((0, 20, 42))
            for left in (x - 2 - open_by, x + 44 + open_by):
                pen.rectangle((left, y - 4, left + 42, y + 134), fill="#5f7f6b")
                for slat in range(y + 4, y + 130, 10):
                    pen.line((left + 4, slat, left + 38, slat), fill="#4c6757", width=3)


def _night(pen: Pen, chance: Random) -> None:
    disc(pen, 690, 130, 44, "#f1e8c9")
    houses(pen, chance, 380, ["#232c45", "#1d2539", "#2a3450"], lit="#e8b45c", tall=240)
    ridge(pen, chance, 500, 8, "#141a2a")
    for x in (150, 420, 760):
        disc(pen, x, 460, 62, "#18261f")
        pen.rectangle((x - 6, 470, x + 6, 560), fill="#18261f")


def _leaves(pen: Pen, chance: Random) -> None:
    for shade in ("#a9c79a", "#7fae78", "#568b58", "#376b43"):
        for _ in range(34):
            x, y = chance.uniform(-20, WIDTH), chance.uniform(60, HEIGHT + 160)
            leaf(pen, x, y, chance.uniform(90, 190), chance.uniform(-0.5, 0.5), shade)


def _market(pen: Pen, chance: Random) -> None:
    houses(pen, chance, 300, ["#a5826a", "#b5937a", "#8f6f5c"], tall=190)
    for row, high in enumerate((330, 430)):
        for x in range(-40 + 50 * row, WIDTH, 150):
            shade = chance.choice(("#c4473a", "#e0a03a", "#3f7d6e", "#d9d2c0", "#4a6a94"))
            pen.polygon([(x, high), (x + 140, high), (x + 156, high + 46), (x - 16, high + 46)], fill=shade)
            pen.rectangle((x, high + 46, x + 140, high + 120), fill="#4b3a30")
            for fruit in range(x + 12, x + 132, 20):
                disc(pen, fruit, high + 62, 9, chance.choice(("#d9852f", "#8fa83c", "#b73d35", "#e7c455")))
    pen.rectangle((0, 545, WIDTH, HEIGHT), fill="#7d6a5a")


def _rain(pen: Pen, chance: Random) -> None:
    houses(pen, chance, 330, ["#77838a", "#6a767e", "#848f95"], tall=200)
    pen.rectangle((0, 330, WIDTH, HEIGHT), fill="#8d8a7c")
    for y in range(345, HEIGHT, 22):
        x = chance.randint(0, 500)
        pen.line((x, y, x + chance.randint(120, 380), y), fill="#a29f90", width=4)
    for x in range(-40, WIDTH, 74):
        pen.polygon([(x, 470 - x / 12), (x + 62, 466 - x / 12), (x + 58, 500 - x / 12), (x - 4, 504 - x / 12)], fill="#c9c3b2")
    for _ in range(150):
        x, y = chance.randint(0, WIDTH), chance.randint(0, HEIGHT)
        pen.line((x, y, x - 6, y + 26), fill="#b9c1c4", width=2)


def _bench(pen: Pen, chance: Random) -> None:
    houses(pen, chance, 330, ["#d8c3a5", "#cfb491", "#e2d3bb"], lit="#8b9aa0", tall=260)
    pen.rectangle((0, 430, WIDTH, HEIGHT), fill="#bdb3a2")
    pen.rectangle((250, 250, 272, 480), fill="#5b4636")
    for x, y, radius in ((260, 190, 110), (190, 230, 80), (340, 225, 86)):
        disc(pen, x, y, radius, "#5f8a54")
    pen.rectangle((430, 440, 700, 456), fill="#8a5a35")
    for x in (446, 676):
        pen.rectangle((x, 456, x + 10, 520), fill="#3e4347")


def _mountains(pen: Pen, chance: Random) -> None:
    pen.polygon([(270, 380), (470, 96), (560, 190), (640, 150), (840, 380)], fill="#8b8078")
    pen.polygon([(420, 165), (470, 96), (530, 160), (492, 178), (462, 158)], fill="#f4f6f7")
    for at, shade in ((290, "#9d8871"), (360, "#86705a"), (440, "#6d5a47")):
        ridge(pen, chance, at, 34, shade, rough=5)
    pen.line([(520, 430), (500, 470), (548, 510), (510, 556), (560, HEIGHT)], fill="#8fb6c8", width=9)


def _fog(pen: Pen, chance: Random) -> None:
    for at, shade in ((230, "#c3c9c8"), (310, "#b0b8b6"), (400, "#98a29f"), (490, "#7d8884")):
        ridge(pen, chance, at, 30, shade)
    for x in (250, 560):
        pen.rectangle((x, 300, x + 6, 500), fill="#3d4441")
        pen.rectangle((x + 170, 290, x + 176, 490), fill="#3d4441")
        for y in range(312, 400, 7):
            pen.line((x, y, x + 176, y - 8), fill="#5d6663", width=1)


def _kitchen(pen: Pen, chance: Random) -> None:
    for x in range(0, WIDTH, 60):
        pen.line((x, 0, x, 340), fill="#cfd8d3", width=2)
    for y in range(0, 340, 48):
        pen.line((0, y, WIDTH, y), fill="#cfd8d3", width=2)
    pen.rectangle((0, 480, WIDTH, HEIGHT), fill="#8a6f5a")
    for x in (60, 270, 480, 690):
        for puff in range(5):
            disc(pen, x + 80 + chance.randint(-34, 34), 290 - 44 * puff, 30 - 3 * puff, "#eef2f0")
        pen.rounded_rectangle((x, 330, x + 164, 500), 40, fill="#7c868c")
        pen.ellipse((x, 312, x + 164, 362), fill="#a9b2b7")
        pen.ellipse((x + 16, 322, x + 148, 354), fill="#d9c9a0")


def _sun(pen: Pen, chance: Random) -> None:
    disc(pen, 610, 270, 96, "#fff1c4")
    for at, shade in ((390, "#d18a4e"), (440, "#b56f3d")):
        ridge(pen, chance, at, 12, shade)
    pen.rectangle((0, 500, 520, HEIGHT), fill="#6b4029")
    for x in range(20, 480, 94):
        pen.polygon([(x, 496), (x + 64, 436), (x + 84, 448), (x + 20, 508)], fill="#cfe0e6")
        pen.line((x + 40, 470, x + 48, 520), fill="#3f2c20", width=6)


def _plates(pen: Pen, chance: Random) -> None:
    for x in range(0, WIDTH, 90):
        pen.line((x, 0, x - 30, HEIGHT), fill="#a9774a", width=3)
    for x, y in ((150, 170), (420, 130), (720, 190), (280, 420), (590, 440), (850, 470)):
        disc(pen, x, y, 104, "#f2ede2")
        disc(pen, x, y, 80, "#e4dccb")
        for shade in chance.sample(("#c9622f", "#7f9a3f", "#e3b94a", "#9c3f34", "#5d7f52"), 3):
            disc(pen, x + chance.randint(-30, 30), y + chance.randint(-30, 30), chance.randint(22, 40), shade)


def _mangrove(pen: Pen, chance: Random) -> None:
    for x in range(-30, WIDTH, 46):
        disc(pen, x, 150 + chance.randint(-40, 30), chance.randint(50, 84), chance.choice(("#2f5d43", "#3c7050", "#244a36")))
    pen.rectangle((0, 390, WIDTH, HEIGHT), fill="#54786b")
    for x in range(30, WIDTH, 96):
        for foot in (-56, -28, 0, 30, 60):
            pen.line([(x, 210), (x + foot / 2, 330), (x + foot, 430)], fill="#2b2a22", width=7, joint="curve")
    for y in range(420, HEIGHT, 26):
        x = chance.randint(0, 600)
        pen.line((x, y, x + chance.randint(90, 260), y), fill="#7fa193", width=3)


def _sea(pen: Pen, chance: Random) -> None:
    for number, shade in enumerate(("#7f9db0", "#6f90a5", "#5f8299", "#4f748c")):
        ridge(pen, chance, 290 + 70 * number, 5, shade)
    for x in range(40, WIDTH - 40, 34):
        stone = chance.choice(("#5a564e", "#6d675c", "#4b4841"))
        pen.ellipse((x, 404 + chance.randint(-6, 6), x + 44, 440 + chance.randint(-4, 6)), fill=stone)


SCENES: dict[str, tuple[Callable[[Pen, Random], None], str, str]] = {
    "roofs": (_roofs, "#9fc4d6", "#e8e2d2"),
    "facade": (_facade, "#d9b48c", "#c99f76"),
    "night": (_night, "#0d1530", "#4a4a6a"),
    "leaves": (_leaves, "#dcebef", "#bcd9c4"),
    "market": (_market, "#f0c98a", "#d98f5a"),
    "rain": (_rain, "#8c979c", "#b4bbb9"),
    "bench": (_bench, "#b9d3de", "#f1e6d2"),
    "mountains": (_mountains, "#7fb0d0", "#e6e4da"),
    "fog": (_fog, "#d5dbdb", "#e9ecea"),
    "kitchen": (_kitchen, "#e9efec", "#dfe7e3"),
    "sun": (_sun, "#e9a15a", "#f7d9a0"),
    "plates": (_plates, "#bd8a58", "#b07a49"),
    "mangrove": (_mangrove, "#a8cbb6", "#7fae97"),
    "sea": (_sea, "#c9d6dc", "#e6e3da"),
}
