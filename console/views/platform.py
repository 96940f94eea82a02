"""The face of the whole site: name, words, colour, logo, contact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console.forms.platform import PlatformForm, SampleForm
from console.views.frame import onward
from core import branding, clock
from core.branding import Brand, Permission
from core.colours import contrast
from core.database import Stale
from core.permissions import require


def platform(request: HttpRequest) -> HttpResponse:
    """The brand and its form; "Try the colour" shows the sample in it, with nothing saved."""
    require(Permission.BRAND_SITE, request.user, None, at=clock.now())
    row = branding.stored()
    brand = branding.of_row(row)
    tried = "try" in request.POST
    form = PlatformForm(request.POST or None, request.FILES or None, row=row, name=brand.name)
    if request.method == "POST" and not tried and form.is_valid() and _saved(request, form):
        return onward("platform")
    context = {"form": form, "stored": brand, "is_default": row.is_default, **_sample(request.POST, brand)}
    return render(request, "console/platform.html", context, status=422 if form.errors and not tried else 200)


def _sample(asked: Mapping[str, Any], brand: Brand) -> dict[str, Any]:
    """What the sample shows: the brand with the name and hue asked for, its colours, and what they measure."""
    form = SampleForm(asked)
    shown = branding.preview(form.hue_or(brand.hue), asked.get("name", "") or brand.name)
    steps = shown.colours
    measured = [
        (_("Links on the page"), contrast(steps[600], branding.PAGE)),
        (_("White on a button"), contrast("#FFFFFF", steps[600])),
        (_("Words on a tint"), contrast(steps[800], steps[100])),
        (_("Lines on the page"), contrast(steps[500], branding.PAGE)),
    ]
    return {"sample": shown, "steps": {f"s{step}": colour for step, colour in steps.items()}, "measured": measured}


def _saved(request: HttpRequest, form: PlatformForm) -> bool:
    try:
        branding.rebrand(by=request.user, **form.to_action())
    except Stale as stale:
        form.add_error(None, _("Somebody else saved this page meanwhile. Yours is below; save again to put it in place."))
        form.rebase(stale.current.version)
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Saved. Every page, mail and card has it within a minute."))
    return True


@require_POST
def platform_default(request: HttpRequest) -> HttpResponse:
    """Back to the name, colour and words the software comes with."""
    require(Permission.BRAND_SITE, request.user, None, at=clock.now())
    branding.restore_default(by=request.user, version=branding.stored().version)
    messages.success(request, _("The site has its default name, colour and words again."))
    return onward("platform")


@require_safe
def platform_sample(request: HttpRequest) -> HttpResponse:
    """The sample alone, for the page's own script."""
    require(Permission.BRAND_SITE, request.user, None, at=clock.now())
    return render(request, "console/platform_sample.html", _sample(request.GET, branding.current()))
