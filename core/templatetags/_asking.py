"""What asks for something: buttons, forms, rubrics, ballots."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template.context import Context
from django.urls import reverse

from core.templatetags import _words
from core.templatetags._library import register
from core.templatetags._stations import read


@register.inclusion_tag("components/button.html", takes_context=True)
def button(context: Context, label: str, href: str = "", kind: str = "secondary", **more: Any) -> dict:
    """A link (`href`), a form of one button (`href` and method="post") or a submit button (neither).

    More: icon, icon_only (the label is for screen readers), method, name, value, form, hint, disabled (the reason in
    words), busy, opens (id of a sheet or dialog), describedby.
    For a stranger a form is a link to signing in and back: the page holds no token and is the same for all of them.
    """
    if more.get("method") == "post" and not is_signed_in(context):
        return {"label": label, "href": way_in(context), "kind": kind, "hint": "", **more, "method": ""}
    return {"label": label, "href": href, "kind": kind, "hint": "", **more, "csrf_token": context.get("csrf_token")}


def is_signed_in(context: Context) -> bool:
    user = context.get("user")
    return user is None or user.is_authenticated


def way_in(context: Context) -> str:
    """Signing in, and then back to this page."""
    return f"{reverse('account_request_login_code')}?{urlencode({'next': context['request'].path})}"


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any, specimen: bool = False) -> dict:
    """Everything wrong in these forms, linked to its field; takes the focus when the page loads (a `specimen` does not)."""
    found = [form for form in forms if form and getattr(form, "errors", None)]
    fields = [field for form in found for field in form if field.errors]
    return {"forms": found, "fields": fields, "specimen": specimen}


@register.inclusion_tag("components/rubric_row.html")
def rubric_row(name: str, legend: str, points: Iterable[Any], selected: Any = None, **more: Any) -> dict:
    """One criterion as a radio scale, nothing preselected. Points are objects or dicts with value and
    label (the sentence). More: help, weight, locked (True, or why in words), error, was (the value before a change)."""
    rows = [{"value": read(p, "value"), "label": read(p, "label")} for p in points]
    props = {"name": name, "legend": legend, "points": rows, "selected": str(selected or ""), **more}
    props["was"] = str(more.get("was") or "")
    props["reason"] = more["locked"] if isinstance(more.get("locked"), str) else ""
    return props


@register.inclusion_tag("components/ballot_item.html")
def ballot_item(name: str, value: Any, title: str, **more: Any) -> dict:
    """One finalist on a ballot, a check-box. More: href, pitch, team, seed, hue, image, checked,
    disabled (True, or why in words), kind: "radio" when one may be chosen, "points" (with points, most), "rank" (with
    rank, last)."""
    props = {"name": name, "value": value, "title": title, "hue": None, "seed": 0, "kind": "checkbox", **more}
    props["why"] = more["disabled"] if isinstance(more.get("disabled"), str) else ""
    return props


@register.inclusion_tag("components/ballot_meter.html")
def ballot_meter(limit: int, used: int = 0, points: bool = False) -> dict:
    """What is left of a ballot ("2 of 3 chosen"), in words and dots; counts live with script."""
    dots = range(limit) if limit <= 20 else ()
    left, over = max(0, limit - used), max(0, used - limit)
    return {"limit": limit, "used": used, "left": left, "over": over, "dots": dots, "points": points}


@register.inclusion_tag("components/save_status.html")
def save_status(state: str = "new", when: datetime | None = None) -> dict:
    """One of five states of saving, in words: new, saving, saved, offline, failed."""
    word, icon_name, _tone = (*_words.SAVE_STATES.get(state, _words.SAVE_STATES["new"]), "")
    return {"state": state, "word": word, "icon_name": icon_name, "when": when}


@register.inclusion_tag("components/upload.html")
def upload(field: Any, alt_field: Any = None, focus_field: Any = None, **more: Any) -> dict:
    """A picture to hand in: the field of the file, of the words for who cannot see it, and of the part to keep (a choice
    of nine). More: state (empty, sending, failed, done), image (address of what is there), file (its name), percent,
    reason (why it failed)."""
    return {"field": field, "alt_field": alt_field, "focus_field": focus_field, "state": "empty", **more}


@register.inclusion_tag("components/moment_field.html")
def moment_field(name: str, label: str, zone: str, **more: Any) -> dict:
    """A date and a time of day, with the zone they are meant in. More: date ("2026-11-27"), time ("18:00"), hint, other
    (the same instant elsewhere, in words), error, warning."""
    return {"name": name, "label": label, "zone": zone, **more}


@register.inclusion_tag("components/search_box.html")
def search_box(action: str, value: str = "", **more: Any) -> dict:
    """One search box. More: name ("q"), label, suggestions (words offered while typing, by the browser itself)."""
    return {"action": action, "value": value, "name": "q", **more}


@register.inclusion_tag("components/stepper.html")
def stepper(steps: Iterable[Any], here: int = 1, label: str = "") -> dict:
    """Where one is in a short row of steps; `here` counts from 1. Steps are words or (word, address)."""
    pairs = [step if isinstance(step, (tuple, list)) else (step, "") for step in steps]
    rows = []
    for place, (word, href) in enumerate(pairs, start=1):
        state = "past" if place < here else "now" if place == here else "next"
        rows.append({"word": word, "href": href if state == "past" else "", "state": state})
    return {"steps": rows, "here": here, "label": label}
