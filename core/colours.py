"""The brand ramp: ten steps of one hue, light enough or dark enough to stay readable whatever the hue.

A site owner chooses one number. Lightness is fixed per step, so contrast hardly moves with the hue;
chroma is reduced until the colour exists in sRGB. Conversion after Björn Ottosson's OKLab
(https://bottosson.github.io/posts/oklab/), contrast after WCAG 2.2.
"""

from functools import lru_cache
from math import cos, radians, sin

# step: (OKLCH lightness, highest chroma)
STEPS: dict[int, tuple[float, float]] = {
    50: (0.975, 0.014),
    100: (0.94, 0.035),
    200: (0.88, 0.065),
    300: (0.80, 0.09),
    400: (0.70, 0.115),
    500: (0.57, 0.115),
    600: (0.475, 0.105),
    700: (0.41, 0.09),
    800: (0.34, 0.07),
    900: (0.26, 0.05),
}

NAMED_HUES: dict[str, int] = {"meadow": 160, "tide": 236, "ember": 38, "heather": 305}


def hue_number(hue: int | str) -> int:
    """The hue in degrees for a number, a number in text or one of the named ramps.

    Raises ValueError for a name nobody knows.
    """
    if isinstance(hue, str) and hue.lower() in NAMED_HUES:
        return NAMED_HUES[hue.lower()]
    return int(hue) % 360


@lru_cache(maxsize=512)
def ramp(hue: int) -> dict[int, str]:
    """Step to "#RRGGBB" for an OKLCH hue in degrees."""
    return {step: _hex(lightness, chroma, hue) for step, (lightness, chroma) in STEPS.items()}


def contrast(one: str, other: str) -> float:
    """WCAG contrast ratio (1 to 21) of two "#RRGGBB" colours."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _hex(lightness: float, chroma: float, hue: int) -> str:
    while True:
        channels = _linear_rgb(lightness, chroma, hue)
        if chroma <= 0 or all(-0.0001 <= c <= 1.0001 for c in channels):
            break
        chroma = max(0.0, chroma - 0.001)
    return "#" + "".join(f"{round(255 * _gamma(c)):02X}" for c in channels)


def _gamma(channel: float) -> float:
    channel = min(1.0, max(0.0, channel))
    return 12.92 * channel if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055


def _linear_rgb(lightness: float, chroma: float, hue: int) -> tuple[float, float, float]:
    a, b = chroma * cos(radians(hue)), chroma * sin(radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
