"""Shapes that several scenes share."""

from __future__ import annotations

from math import sin
from random import Random

from PIL import ImageDraw

SIZE = WIDTH, HEIGHT = 900, 600
Pen = ImageDraw.ImageDraw


def ridge(pen: Pen, chance: Random, at: float, swing: float, colour: str, *, rough: float = 0.0) -> None:
    """A line of hills or water across the picture, filled down to its foot."""
    shift, long, short = chance.uniform(0, 6), chance.uniform(130, 210), chance.uniform(45, 70)
    points = [
        (x, at + swing * sin(x / long + shift) + swing / 3 * sin(x / short + 2 * shift) + chance.uniform(-rough, rough))
        for x in range(0, WIDTH + 12, 12)
    ]
    pen.polygon([(0, HEIGHT), *points, (WIDTH, HEIGHT)], fill=colour)


def disc(pen: Pen, x: float, y: float, radius: float, colour: str) -> None:
    pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)


def houses(pen: Pen, chance: Random, at: int, colours: list[str], *, lit: str = "", tall: int = 120) -> None:
    """A row of houses standing on the line `at`; with `lit` some windows have this colour."""
    x = -20
    while x < WIDTH:
        wide, high = chance.randint(70, 130), chance.randint(tall // 2, tall)
        pen.rectangle((x, at - high, x + wide - 4, HEIGHT), fill=chance.choice(colours))
        for left in range(x + 14, x + wide - 26, 28):
            for up in range(at - high + 18, at - 14, 36):
                if lit and chance.random() < 0.55:
                    pen.rectangle((left, up, left + 13, up + 18), fill=lit)
        x += wide


def leaf(pen: Pen, x: float, y: float, long: float, lean: float, colour: str) -> None:
    tip, side = (x + lean * long, y - long), long / 4
    middle = (x + lean * long / 2, y - long / 2)
    pen.polygon([(x, y), (middle[0] - side, middle[1]), tip, (middle[0] + side, middle[1])], fill=colour)
