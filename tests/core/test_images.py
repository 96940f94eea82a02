"""Pictures are written anew: nothing rides along, nothing explodes, and what is no picture is told so."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from django.core.exceptions import ValidationError
from PIL import Image, PngImagePlugin

from core.images import MOST_BYTES, MOST_PIXELS, reencode


def saved(kind: str, size: tuple[int, int] = (64, 48), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "teal" if mode == "RGB" else None).save(out, kind, **more)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    return Image.open(io.BytesIO(data))


def refused(data: bytes) -> str:
    with pytest.raises(ValidationError) as error:
        reencode(io.BytesIO(data))
    return str(error.value.code)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_pictures_become_webp(kind: str) -> None:
    picture = opened(reencode(io.BytesIO(saved(kind))))
    assert (picture.format, picture.size) == ("WEBP", (64, 48))


def test_large_ones_are_made_smaller() -> None:
    picture = opened(reencode(io.BytesIO(saved("JPEG", (3000, 1000))), longest=1600))
    assert picture.size == (1600, 533)


def test_place_and_camera_are_gone_and_the_picture_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (48.0, 51.0, 29.0)
    data = reencode(io.BytesIO(saved("JPEG", (64, 48), exif=exif, comment=b"SecretComment")))
    assert opened(data).size == (48, 64)
    assert not opened(data).getexif()
    assert b"Secret" not in data and b"EXIF" not in data and b"XMP" not in data


def test_words_in_a_png_are_gone() -> None:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "<script>alert(1)</script>")
    assert b"script" not in reencode(io.BytesIO(saved("PNG", pnginfo=words)))


def test_what_is_appended_to_a_picture_is_gone() -> None:
    polyglot = saved("JPEG") + b"<html><script>alert(1)</script></html>PK\x03\x04"
    assert b"script" not in reencode(io.BytesIO(polyglot))


def test_transparency_stays() -> None:
    assert opened(reencode(io.BytesIO(saved("PNG", mode="RGBA")))).mode == "RGBA"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"no picture",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg>&x;</svg>",
        b"GIF89a/*<svg/onload=alert(1)>*/=1;",
        b"%PDF-1.4",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0",
        b"RIFF\x00\x00\x00\x00WEBP",
        b"BM" + bytes(100),
        b"SIMPLE  =                    T",
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
    ],
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    assert refused(data) == "unreadable"


def test_other_formats_are_refused() -> None:
    for kind in ("GIF", "BMP", "TIFF", "ICO"):
        assert refused(saved(kind)) == "unreadable"


def test_a_cut_off_picture_is_refused() -> None:
    data = saved("JPEG", (400, 400))
    assert refused(data[: len(data) // 2]) == "unreadable"


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few hundred bytes that claims this size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(bytes(100_000)))
    return b"\x89PNG\r\n\x1a\n" + header + pixels + chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [6_000, 20_000, 60_000])
def test_bombs_are_refused_at_once(side: int) -> None:
    assert side * side > MOST_PIXELS
    began = time.monotonic()
    assert refused(bomb(side, side)) in ("too_many_pixels", "unreadable")
    assert time.monotonic() - began < 2


def test_many_frames_are_refused() -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])
    assert refused(out.getvalue()) == "too_many_pixels"


def test_more_than_eight_megabytes_are_not_read() -> None:
    assert refused(saved("JPEG") + bytes(MOST_BYTES)) == "too_big"
