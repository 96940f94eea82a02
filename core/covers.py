"""Covers for what has no picture: contour lines in the topic's hue, drawn from a seed.

Decoration, so hidden from assistive technology. Presentation attributes only: a strict content
security policy refuses style attributes.
"""

from functools import lru_cache
from math import cos, sin
from random import Random

from core.colours import hue_number, ramp

WIDTH, HEIGHT = 300, 200  # the site's cover ratio, 3:2
_STEP = 50  # distance of the points a line is drawn through
_DRIFT = 9  # degrees of hue between neighbours: covers of one topic belong together and are not copies


def contour_cover(seed: int, hue: int | str | None = 160, dark: bool = False) -> str:
    """An SVG of 11 to 14 wavy lines, under 4 KB, the same for the same seed.

    `hue` is in degrees or the name of a ramp; `dark` draws light lines on the ramp's 800 instead of
    deep lines on its 200. Without a hue it wears the brand of the page it stands on, light or dark as
    the page is. Raises ValueError for an unknown hue name.
    """
    return _draw(int(seed), None if hue is None else hue_number(hue), bool(dark))


@lru_cache(maxsize=2048)
def _draw(seed: int, hue: int | None, dark: bool) -> str:
    if hue is None:
        ground, line = "var(--cover-ground)", "var(--cover-line)"
    else:
        colours = ramp((hue + (seed % 5 - 2) * _DRIFT) % 360)
        ground, line = (colours[800], colours[300]) if dark else (colours[200], colours[600])
    chance = Random(seed)  # noqa: S311  # a drawing, not a secret
    count = chance.randint(11, 14)
    shift, bend, swing = chance.uniform(0, 6.3), chance.uniform(6, 13), chance.uniform(14, 34)
    tilt = chance.uniform(-0.16, 0.16)
    lines = "".join(
        f'<path stroke-opacity="{0.25 + 0.65 * k / (count - 1):.2f}" d="{_line(k, count, shift, bend, swing, tilt)}"/>'
        for k in range(count)
    )
    return (
        f'<svg class="cover__art" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'preserveAspectRatio="xMidYMid slice" aria-hidden="true" focusable="false">'
        f'<path fill="{ground}" d="M0 0h{WIDTH}v{HEIGHT}H0z"/>'
        f'<g fill="none" stroke="{line}" stroke-width="2" stroke-linecap="round">{lines}</g></svg>'
    )


def _line(k: int, count: int, shift: float, bend: float, swing: float, tilt: float) -> str:
    """One contour as a smooth path; the lines start above and end below the picture so that it is filled."""
    spacing = (HEIGHT + 60) / count

    def height(x: float) -> float:
        wave = bend * sin(x / 60 + 0.55 * k + shift) + swing * cos(x / 140 + shift)
        return -20 + spacing * k + wave + tilt * (x - WIDTH / 2)

    def slope(x: float) -> float:
        return bend / 60 * cos(x / 60 + 0.55 * k + shift) - swing / 140 * sin(x / 140 + shift) + tilt

    reach = _STEP / 3
    path = f"M0 {height(0):.0f}C{reach:.0f} {height(0) + reach * slope(0):.0f}"
    for x in range(_STEP, WIDTH + 1, _STEP):
        before = f"{x - reach:.0f} {height(x) - reach * slope(x):.0f} {x} {height(x):.0f}"
        path += f" {before}" if x == _STEP else f"S{before}"
    return path
