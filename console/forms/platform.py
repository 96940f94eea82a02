"""How the site names and colours itself."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from core.branding import MOST_NAME, MOST_TAGLINE
from core.colours import NAMED_HUES, ramp
from core.models import Branding

OWN = "own"


def swatch(hue: int) -> SafeString:
    """Five steps of a ramp as a small picture; the name beside it says the same in words."""
    places = enumerate((100, 300, 500, 600, 800))
    steps = "".join(f'<path fill="{ramp(hue)[step]}" d="M{22 * place} 0h22v24h-22z"/>' for place, step in places)
    drawing = f'<svg class="swatch" width="110" height="24" viewBox="0 0 110 24" aria-hidden="true">{steps}</svg>'
    return mark_safe(drawing)  # noqa: S308  # our own drawing, of numbers only


def _palettes() -> list[tuple[str, Any]]:
    named = [
        (name, format_html("{} {} ({}°)", swatch(hue), capfirst(name), hue)) for name, hue in NAMED_HUES.items()
    ]
    return [*named, (OWN, _("Another hue, from the box below"))]


def chosen_hue(palette: str, hue: int | None, stored: int) -> int | None:
    """The hue that somebody means who chose among the palettes, or wrote a number, or both; None for neither.

    A number that differs from what is stored counts while the palette was left as it was.
    """
    preset = NAMED_HUES.get(palette)
    if preset is None or (hue is not None and hue != stored and preset == stored):
        return hue
    return preset


class PlatformForm(forms.Form):
    """Name, words, colour, logo and contact. Shows what is stored; `to_action()` is what branding.rebrand takes."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name of the site"),
        max_length=MOST_NAME,
        help_text=_("In the head of every page, in the sender of every mail, on shared cards."),
    )
    tagline = forms.CharField(
        label=_("What the site is for"),
        max_length=MOST_TAGLINE,
        required=False,
        help_text=_("One short sentence. It stands in the foot of every page and on the card of the home page."),
    )
    palette = forms.ChoiceField(
        label=_("Palette"),
        choices=_palettes,
        widget=forms.RadioSelect,
        help_text=_("One hue makes all ten shades of the site. Every hue keeps text and buttons readable."),
    )
    hue = forms.IntegerField(
        label=_("Hue"),
        min_value=0,
        max_value=359,
        required=False,
        help_text=_("A whole number from 0 to 359: about 30 is red, 100 yellow, 150 green, 250 blue, 330 pink."),
    )
    logo = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("JPEG, PNG or WebP, at most 8 MB. It stands beside the name, 32 pixels high."),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": _("This file is empty. Choose another picture.")},
    )
    drop_logo = forms.BooleanField(label=_("Take the logo away"), required=False)
    contact = forms.EmailField(
        label=_("Contact address"), required=False, help_text=_("Where people reach you. In the foot of pages and mails.")
    )

    def __init__(self, *args: Any, row: Branding, name: str, **kwargs: Any) -> None:
        named = {hue: preset for preset, hue in NAMED_HUES.items()}
        self.row = row
        initial = {"name": name, "tagline": row.tagline, "palette": named.get(row.hue, OWN), "hue": row.hue}
        initial |= {"contact": row.contact, "version": row.version}
        super().__init__(*args, initial=initial, **kwargs)
        if not row.logo:
            del self.fields["drop_logo"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("palette") == OWN and data.get("hue") is None and "hue" not in self.errors:
            self.add_error("hue", _("Give the hue as a number from 0 to 359, or choose one of the colours above."))
        return data

    def rebase(self, version: int) -> None:
        """Show the form again on top of this version."""
        self.data = self.data.copy()
        self.data["version"] = str(version)

    def to_action(self) -> dict[str, Any]:
        data = self.cleaned_data
        hue = chosen_hue(data["palette"], data["hue"], self.row.hue)
        words = {key: data[key] for key in ("name", "tagline", "contact", "version")}
        return {**words, "hue": hue, "picture": data.get("logo") or None, "drop_logo": data.get("drop_logo", False)}


class SampleForm(forms.Form):
    """What the live sample is asked with while somebody still chooses."""

    name = forms.CharField(required=False)
    palette = forms.CharField(required=False)
    hue = forms.IntegerField(required=False, min_value=0, max_value=359)

    def hue_or(self, stored: int) -> int:
        """The hue asked for, or what is stored while none, or an impossible one, is."""
        self.full_clean()
        asked = chosen_hue(self.cleaned_data.get("palette", ""), self.cleaned_data.get("hue"), stored)
        return stored if asked is None else asked
