"""Cover pictures, drawn: a few flat layers under a sky, a different scene for each name."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw, ImageOps

from console.management.demo.drawing import SIZE
from console.management.demo.scenes import SCENES

SAVED = 750, 500


def picture(scene: str) -> io.BytesIO:
    """The scene as a JPEG file. Raises KeyError for a scene nobody has drawn."""
    draw, top, bottom = SCENES[scene]
    sky = Image.linear_gradient("L").resize(SIZE)
    image = ImageOps.colorize(sky, top, bottom)
    draw(ImageDraw.Draw(image), Random(scene))  # noqa: S311  a drawing, not a secret
    out = io.BytesIO()
    image.resize(SAVED, Image.Resampling.BILINEAR).save(out, "JPEG", quality=90)  # smaller: soft edges
    out.seek(0)
    return out
