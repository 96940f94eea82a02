"""Pictures are decoded within limits and written anew: no metadata, no polyglots, no bombs (threats W6, W7)."""

from __future__ import annotations

import io
import warnings
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

MOST_BYTES = 8_000_000
MOST_PIXELS = 25_000_000  # below Pillow's own limit, which only warns
FORMATS = ("JPEG", "PNG", "WEBP")


def reencode(source: BinaryIO, *, longest: int = 2000) -> bytes:
    """Read a JPEG, PNG or WebP picture and answer it as WebP, at most `longest` pixels a side, EXIF gone.

    Raises ValidationError with a sentence for the person who sent it.
    """
    data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValidationError(_("This picture is larger than 8 MB. Save a smaller copy and try again."), code="too_big")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS or getattr(picture, "n_frames", 1) > 1:
                    raise ValidationError(
                        _("This picture has too many pixels or frames. Use a still picture of at most 25 megapixels."),
                        code="too_many_pixels",
                    )
                return _write(picture, longest)
    except ValidationError:
        raise
    except Exception as error:  # Pillow raises many kinds for damaged files; all mean the same to the sender
        raise ValidationError(
            _("This is not a JPEG, PNG or WebP picture that can be read."), code="unreadable"
        ) from error


def _write(picture: Image.Image, longest: int) -> bytes:
    upright = ImageOps.exif_transpose(picture) or picture
    upright.thumbnail((longest, longest))
    mode = "RGBA" if upright.has_transparency_data else "RGB"
    out = io.BytesIO()
    upright.convert(mode).save(out, "WEBP", quality=82, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return out.getvalue()
