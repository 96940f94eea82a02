"""What this site is called and how it is coloured: one row, set by staff, read by every page, mail and card.

A site owner chooses one number, the hue; core.colours makes the ramp of it, in which no hue can break contrast. Each
process remembers the row for at most 10 seconds, so that pages ask the database hardly ever; a process that did not
make the change shows it after that time at the latest.
"""

from __future__ import annotations

import enum
import io
import secrets
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.utils import formataddr, parseaddr
from functools import lru_cache
from typing import Any, BinaryIO

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from PIL import Image
from rules import predicate

from core import clock, facts
from core.colours import NAMED_HUES, contrast, ramp
from core.database import Stale, write
from core.html import clean_line
from core.images import reencode
from core.models import Branding
from core.permissions import Clause, Kind, Refusal, Situation, grant, require

MEMORY = 10.0  # seconds for which a process believes what it read
DEFAULT_HUE = NAMED_HUES["meadow"]
MOST_NAME, MOST_TAGLINE = 60, 160
PAGE = "#F7F9F8"  # the site's light page, on which a colour must stand out to be more than a picture
LOGO_SIDE = 640  # pixels
HEADER_HEIGHT = 32  # CSS pixels of the logo in the head of a page


class Permission(enum.StrEnum):
    BRAND_SITE = "core:site:brand"


@predicate
def is_signed_in(user: Any, situation: Situation) -> bool:
    return bool(user.is_authenticated and user.is_active)


@predicate
def is_staff(user: Any, situation: Situation) -> bool:
    return bool(user.is_staff)


grant(
    {
        Permission.BRAND_SITE: (
            Clause(is_signed_in, Refusal(Kind.SIGN_IN, "sign_in", gettext_lazy("Sign in to do this."))),
            Clause(
                is_staff,
                Refusal(Kind.NEVER, "staff_only", gettext_lazy("Only the people who run this site can do this.")),
            ),
        )
    }
)


@dataclass(frozen=True)
class Brand:
    """The site's face. `logo` is an address or nothing; `version` goes up with every change, for addresses that are kept."""

    name: str
    hue: int = DEFAULT_HUE
    own_tagline: str = ""
    contact: str = ""
    logo: str = ""
    logo_width: int = 0
    """CSS pixels at the height of the page's head."""
    logo_colour: str = ""
    version: int = 0

    @property
    def tagline(self) -> str:
        return self.own_tagline or _("Propose, improve, vote, and check the result yourself.")

    @property
    def colours(self) -> Mapping[int, str]:
        """The ramp: step to "#RRGGBB"."""
        return ramp(self.hue)

    @property
    def tint(self) -> str:
        """For the browser's own frame round a light page."""
        return self.colours[100]

    @property
    def deep(self) -> str:
        """For the browser's own frame round a dark page."""
        return self.colours[900]

    @property
    def has_default_hue(self) -> bool:
        """Whether the style sheets already hold this ramp, so that /brand.css is not needed."""
        return self.hue == DEFAULT_HUE

    @property
    def logo_is_pale(self) -> bool:
        """The logo's main colour is too light for anything but the logo: as text it could not be read on the page."""
        return bool(self.logo_colour) and contrast(self.logo_colour, PAGE) < 4.5

    @property
    def logo_ratio(self) -> str:
        """The contrast of the logo's main colour with the page."""
        return f"{contrast(self.logo_colour, PAGE):.1f}" if self.logo_colour else ""

    @property
    def sender(self) -> str:
        """The From line of our mails: this name, the address of the settings."""
        return formataddr((self.name, parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


_memory: tuple[float, Brand | None] = (0.0, None)


def current() -> Brand:
    """The site's brand, at most 10 seconds old. The default while there is no row, or no table yet."""
    until, brand = _memory
    if brand is None or time.monotonic() > until:
        brand = _read()
        remember(brand)
    return brand


def at_least(version: str) -> Brand:
    """The brand, read anew when an address names a later version than this process has seen."""
    brand = current()
    if version.isascii() and version.isdigit() and int(version[:9]) > brand.version:
        remember(None)
        brand = current()
    return brand


def remember(brand: Brand | None, seconds: float = MEMORY) -> None:
    """Keep this in the process's memory; None forgets."""
    global _memory
    _memory = (time.monotonic() + seconds, brand)


def default() -> Brand:
    return Brand(name=settings.SITE_NAME)


def _read() -> Brand:
    try:
        if not transaction.get_connection().in_atomic_block:
            return of_row(Branding.objects.first())
        with transaction.atomic():  # on PostgreSQL a missing table would otherwise spoil the caller's transaction
            return of_row(Branding.objects.first())
    except DatabaseError:  # the tables are being made, or the database is away: a page still has its name
        return default()


def of_row(row: Branding | None) -> Brand:
    if row is None:
        return default()
    return Brand(
        name=row.name or settings.SITE_NAME,
        hue=row.hue,
        own_tagline=row.tagline,
        contact=row.contact,
        logo=f"{reverse('brand_logo')}?v={row.version}" if row.logo else "",
        logo_width=round(HEADER_HEIGHT * row.logo_width / row.logo_height) if row.logo_height else 0,
        logo_colour=row.logo_colour,
        version=row.version,
    )


def logo_of(brand: Brand) -> bytes:
    """The stored logo as WebP, read once and remembered; empty when there is none."""
    return _logo(brand.version) if brand.logo else b""


@lru_cache(maxsize=2)
def _logo(version: int) -> bytes:
    name = stored().logo
    if not name or not default_storage.exists(name):
        return b""
    with default_storage.open(name) as file:
        return bytes(file.read())


def preview(hue: int, name: str = "") -> Brand:
    """The brand as it would be with this hue and name; nothing is stored."""
    return replace(current(), hue=hue % 360, name=clean_line(name)[:MOST_NAME] or current().name)


def stored() -> Branding:
    """The row as it stands, or one of defaults that is not saved."""
    return Branding.objects.first() or Branding()


def rebrand(
    *,
    by: Any,
    version: int,
    name: str | None = None,
    tagline: str | None = None,
    hue: int | None = None,
    contact: str | None = None,
    picture: BinaryIO | None = None,
    drop_logo: bool = False,
) -> Branding:
    """Change the name, tagline, hue, contact or logo of the site; what is not named stays.

    `picture` is a JPEG, PNG or WebP, which is decoded and written anew. Raises ValidationError by field, Refused for
    anybody but staff, Stale when somebody else changed it in between.
    """
    require(Permission.BRAND_SITE, by, None, at=clock.now())
    changes = _checked({"name": name, "tagline": tagline, "hue": hue, "contact": contact})
    if picture is not None:
        changes |= _new_logo(picture)
    elif drop_logo:
        changes |= {"logo": "", "logo_width": 0, "logo_height": 0, "logo_colour": ""}
    return _save(by, version, changes)


def restore_default(*, by: Any, version: int) -> Branding:
    """Back to the default in everything. Raises Refused for anybody but staff, Stale."""
    require(Permission.BRAND_SITE, by, None, at=clock.now())
    names = ("name", "tagline", "contact", "logo", "logo_colour")
    return _save(by, version, {**dict.fromkeys(names, ""), "hue": DEFAULT_HUE, "logo_width": 0, "logo_height": 0})


def _save(by: Any, version: int, changes: dict[str, Any]) -> Branding:
    with write():
        Branding.objects.get_or_create(id=1, defaults={"name": ""})
        row = Branding.objects.select_for_update().get()
        if row.version != version:
            raise Stale(row)
        old = row.logo
        touched = sorted(name for name, value in changes.items() if getattr(row, name) != value)
        for name, value in changes.items():
            setattr(row, name, value)
        row.version += 1
        row.save()
        # Names of fields and the hue, never words: facts hold no texts.
        facts.record("platform.branded", by=by, on=row, data={"fields": touched, "hue": row.hue, "version": row.version})
        remember(None)
        _logo.cache_clear()
        transaction.on_commit(lambda: _settle(old if old != row.logo else ""))
    return row


def _settle(old_logo: str) -> None:
    """After the commit: read anew, and let go of the picture that nobody shows any more."""
    remember(None)
    if old_logo:
        default_storage.delete(old_logo)


def _checked(asked: dict[str, Any]) -> dict[str, Any]:
    """What was named, as it is stored. Raises ValidationError with every field's problem."""
    named = {key: value for key, value in asked.items() if value is not None}
    found: dict[str, Any] = {key: clean_line(value) if isinstance(value, str) else value for key, value in named.items()}
    problems: dict[str, str] = {}
    if "name" in found and not any(letter.isalnum() for letter in found["name"]):
        problems["name"] = _("The site needs a name with at least one letter or digit.")
    for key, most in (("name", MOST_NAME), ("tagline", MOST_TAGLINE)):
        if len(found.get(key, "")) > most:
            problems[key] = _("At most %(most)d characters, please.") % {"most": most}
    if not 0 <= found.get("hue", 0) < 360:
        problems["hue"] = _("A hue is a whole number from 0 to 359.")
    if found.get("contact"):
        try:
            validate_email(found["contact"])
        except ValidationError as error:
            problems["contact"] = error.messages[0]
    if problems:
        raise ValidationError(problems)
    return found


def _new_logo(picture: BinaryIO) -> dict[str, Any]:
    try:
        data = reencode(picture, longest=LOGO_SIDE)
    except ValidationError as error:
        raise ValidationError({"logo": error.messages}) from error
    with Image.open(io.BytesIO(data)) as logo:
        width, height, colour = logo.width, logo.height, main_colour(logo)
    if not 1 / 2 <= width / height <= 8:
        raise ValidationError({"logo": _("A logo is at most twice as high as wide, and at most eight times as wide as high.")})
    name = default_storage.save(f"brand/{secrets.token_hex(16)}.webp", ContentFile(data))
    return {"logo": name, "logo_width": width, "logo_height": height, "logo_colour": colour}


def main_colour(picture: Image.Image) -> str:
    """The colour that most of a picture's opaque pixels are near to, vivid ones counting more; "" for an empty one."""
    small = picture.convert("RGBA").resize((48, 48))
    weights: Counter[tuple[int, int, int]] = Counter()
    for red, green, blue, alpha in small.get_flattened_data():  # type: ignore[misc]
        if alpha > 127:
            vivid = max(red, green, blue) - min(red, green, blue)
            weights[red // 16 * 17, green // 16 * 17, blue // 16 * 17] += 16 + vivid
    return "#{:02X}{:02X}{:02X}".format(*weights.most_common(1)[0][0]) if weights else ""


def style_sheet(hue: int) -> str:
    """The ten primitives of the ramp, in the layer that stands above all others."""
    primitives = "".join(f"--brand-{step}:{colour};" for step, colour in ramp(hue).items())
    return f"@layer theme{{:root{{{primitives}}}}}\n"
