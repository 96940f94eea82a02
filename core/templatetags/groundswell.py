"""The components of the design system as tags: one library, indexed in templates/components/README.md.

Knows no model: everything a component shows is handed to it.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import clock
from core.colours import hue_number
from core.covers import contour_cover
from core.templatetags import _stations, _time, _words
from core.templatetags._cards import card

register = template.Library()


# -- small marks ---------------------------------------------------------------------------------


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite; the word beside it carries the meaning."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def chip(text: str, icon_name: str = "", tone: str = "closed") -> SafeString:
    """A small label: icon, word and tone."""
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="chip chip--{}">{}{}</span>', tone, mark, text)


@register.simple_tag
def phase_chip(kind: str, label: str = "") -> SafeString:
    """The chip of a phase kind or contest state (submission, judging, …, upcoming, waiting, closed)."""
    word, icon_name, tone = _words.look_up(_words.PHASES, kind)
    return chip(label or word, icon_name, tone)


@register.simple_tag
def status_chip(status: str, label: str = "") -> SafeString:
    """The chip of a status or distinction (draft, submitted, finalist, held, done, …)."""
    word, icon_name, tone = _words.look_up(_words.STATUSES, status)
    return chip(label or word, icon_name, tone)


@register.simple_tag
def cover(seed: int, hue: int | str = 160, dark: bool | None = None) -> SafeString:
    """A generated contour cover; without `dark`, even seeds are light and odd seeds dark."""
    svg = contour_cover(seed or 0, hue or 160, bool((seed or 0) % 2) if dark is None else dark)
    return mark_safe(svg)  # noqa: S308  # made of our own numbers and fixed text, no input reaches it


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Initials on a tint chosen by the name; hidden from screen readers, the name stands beside it."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "–"
    tint = sum(map(ord, str(name))) % 5
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>',
        tint,
        f" avatar--{size}" if size else "",
        initials,
    )


@register.simple_tag
def person(name: str, href: str = "", note: str = "") -> SafeString:
    """A person: initials, name (a link when there is an address) and a note such as the role."""
    label = format_html('<a href="{}">{}</a>', href, name) if href else format_html("<span>{}</span>", name)
    small = format_html(' <span class="person__note">{}</span>', note) if note else ""
    return format_html('<span class="person">{}<span>{}{}</span></span>', avatar(name), label, small)


@register.inclusion_tag("components/button.html", takes_context=True)
def button(context: Context, label: str, href: str = "", kind: str = "secondary", **more: Any) -> dict:
    """A link (`href`), a form of one button (`href` and method="post") or a submit button (neither).

    More: icon, method, name, value, form, hint, disabled (the reason in words), describedby.
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


# -- time ----------------------------------------------------------------------------------------


def _now(context: Context, now: datetime | None) -> datetime:
    """What the page calls now: handed over, set by the view, or the server's clock (display only, no query)."""
    return now or context.get("now") or clock.shown()


@register.inclusion_tag("components/phase_line.html", takes_context=True)
def phase_line(
    context: Context,
    stations: Iterable[Any],
    size: str = "full",
    zone: Any = None,
    now: datetime | None = None,
) -> dict:
    """The phase line. Stations have name, kind, state (past, now, next, waiting), opens_at, closes_at.

    `size`: full (page), card, mini. `zone`: the contest's; dates are shown in it.
    """
    moment = _now(context, now)
    drawn = _stations.stations_for_drawing(stations or (), _time.as_zone(zone) or timezone.get_current_timezone(), moment)
    here = _stations.current(drawn)
    after = drawn[drawn.index(here) + 1] if here and here["high"] and not here["last"] else None
    props = {"stations": drawn, "size": size, "here": here, "after": after}
    if size == "mini":
        drawing = _stations.mini_drawing(tuple(station["state"] for station in drawn))
        props["drawing"] = mark_safe(drawing)  # noqa: S308  # numbers and fixed text, no input reaches it
        props["place"] = drawn.index(here) + 1 if here else 0
    return props


@register.inclusion_tag("components/deadline.html", takes_context=True)
def deadline(
    context: Context,
    when: datetime | None,
    contest_zone: Any = None,
    viewer_zone: Any = None,
    now: datetime | None = None,
    label: str = "",
) -> dict:
    """A deadline as relative time, in the viewer's zone and in the contest's, all in visible text.

    Equal clocks are said once. Without a viewer's zone the script adds the browser's own.
    """
    if when is None:
        return {"when": None, "label": label}
    moment = _now(context, now)
    contest = _time.as_zone(contest_zone) or UTC
    viewer = _time.as_zone(viewer_zone)
    same = viewer is not None and when.astimezone(viewer).utcoffset() == when.astimezone(contest).utcoffset()
    return {
        "when": when,
        "label": label,
        "iso": when.astimezone(UTC).isoformat(timespec="seconds"),
        "passed": when <= moment,
        "relative": _time.relative_words(when, moment),
        "contest_time": _time.clock_words(when, contest, moment),
        "contest_zone": _time.zone_words(when, contest),
        "viewer_time": "" if viewer is None or same else _time.clock_words(when, viewer, moment),
        "viewer_zone": _time.zone_words(when, viewer) if viewer else "",
        "same": same,
        "guess": viewer is None,
        "minutes": _time.offset_minutes(when, contest),
    }


@register.simple_tag(takes_context=True)
def relative(context: Context, when: datetime, now: datetime | None = None) -> str:
    """How long until or since, "in 3 days 4 hours", for a <time> of your own."""
    return _time.relative_words(when, _now(context, now))


# -- things ---------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def contest_card(context: Context, **props: Any) -> SafeString:
    """A contest as one link. Props: href, question, title, organiser, kind, stations, zone, when, prize,
    count, seed, hue, image, mine, level."""
    return card("components/contest_card.html", props, _now(context, props.get("now")))


@register.simple_tag(takes_context=True)
def proposal_card(context: Context, **props: Any) -> SafeString:
    """A proposal as one link. Props: href, title, pitch, team, status, seed, hue, image, comments,
    supports, note, level, view ("list" for the compact one)."""
    return card("components/proposal_card.html", props, _now(context, props.get("now")))


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> dict:
    """Everything wrong in these forms, linked to its field; takes the focus when the page loads."""
    found = [form for form in forms if form and getattr(form, "errors", None)]
    fields = [field for form in found for field in form if field.errors]
    return {"forms": found, "fields": fields}


@register.inclusion_tag("components/rubric_row.html")
def rubric_row(name: str, legend: str, points: Iterable[Any], selected: Any = None, **more: Any) -> dict:
    """One criterion as a radio scale, nothing preselected. Points are objects or dicts with value and
    label (the sentence). More: help, weight, locked, error."""
    rows = [{"value": _stations.read(p, "value"), "label": _stations.read(p, "label")} for p in points]
    return {"name": name, "legend": legend, "points": rows, "selected": str(selected or ""), **more}


@register.inclusion_tag("components/ballot_item.html")
def ballot_item(name: str, value: Any, title: str, **more: Any) -> dict:
    """One finalist on a ballot, a check-box. More: href, pitch, team, seed, hue, image, checked,
    disabled, kind ("radio" when one may be chosen)."""
    return {"name": name, "value": value, "title": title, "hue": 160, "seed": 0, **more}


@register.inclusion_tag("components/ballot_meter.html")
def ballot_meter(limit: int, used: int = 0) -> dict:
    """What is left of a ballot ("2 of 3 chosen"), in words and dots; counts live with script."""
    return {"limit": limit, "used": used, "left": max(0, limit - used), "dots": range(min(limit, 20))}


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(title: str, rows: Iterable[Any], unit: str = "", label: str = "", hue: str = "green") -> dict:
    """A bar chart that is its own table. `title` states the finding; rows have label, value, note,
    strong (objects, dicts or pairs)."""
    table = []
    for row in rows:
        if isinstance(row, (tuple, list)):
            row = dict(zip(("label", "value", "note", "strong"), row, strict=False))
        table.append({key: _stations.read(row, key) for key in ("label", "value", "note", "strong")})
    highest = max((float(row["value"] or 0) for row in table), default=0) or 1
    for row in table:
        row["percent"] = round(100 * float(row["value"] or 0) / highest, 1)
    return {"title": title, "rows": table, "unit": unit, "label": label, "hue": hue}


@register.inclusion_tag("components/save_status.html")
def save_status(state: str = "new", when: datetime | None = None) -> dict:
    """One of five states of saving, in words: new, saving, saved, offline, failed."""
    word, icon_name, _tone = (*_words.SAVE_STATES.get(state, _words.SAVE_STATES["new"]), "")
    return {"state": state, "word": word, "icon_name": icon_name, "when": when}


@register.inclusion_tag("components/pager.html")
def pager(previous: str = "", next: str = "", label: str = "") -> dict:
    """Links to the previous and next page; nothing when there is only one."""
    return {"previous": previous, "next": next, "label": label}


# -- frames round the caller's own markup ----------------------------------------------------------


def _frame(name: str, content: str, **props: Any) -> str:
    return render_to_string(f"components/{name}.html", {**props, "content": content})


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", role: str = "") -> str:
    """A notice (info, warning, danger, success). `role="alert"` only for what just went wrong."""
    word, icon_name = _words.NOTICES.get(kind, _words.NOTICES["info"])
    return _frame("notice", content, kind=kind, title=title, word=word, icon_name=icon_name, role=role)


@register.simple_block_tag
def empty(content: str, title: str, why: str = "", level: int = 2) -> str:
    """An empty place: what it is for, why it is empty; the next step is the content."""
    return _frame("empty", content, title=title, why=why, level=level)


@register.simple_block_tag
def actionbar(content: str, label: str = "", hint: str = "") -> str:
    """The sticky bar: the content is one primary button, then quiet links; `hint` says what it means."""
    return _frame("action_bar", content, label=label, hint=hint)


@register.simple_block_tag
def datatable(content: str, caption: str, cards: bool = True) -> str:
    """A table (the content is thead and tbody) that scrolls by itself; cards on phones if cells have data-label."""
    return _frame("data_table", content, caption=caption, cards=cards)


@register.simple_block_tag
def tabs(content: str, label: str) -> str:
    """Tabs as links; the content is {% tab %}s."""
    return _frame("tabs", content, label=label)


@register.simple_tag
def tab(text: str, href: str, count: Any = None, current: bool = False) -> SafeString:
    """One link of {% tabs %} or of a section navigation, with a count if there is one."""
    number = format_html(' <span class="tabs__count">{}</span>', count) if count is not None else ""
    mark = mark_safe(' aria-current="page"') if current else ""
    return format_html('<li><a href="{}"{}>{}{}</a></li>', href, mark, text, number)


@register.simple_block_tag
def crumbs(content: str) -> str:
    """The way here; the content is {% crumb %}s, the last without an address."""
    return _frame("crumbs", content)


@register.simple_tag
def crumb(text: str, href: str = "") -> SafeString:
    """One step of {% crumbs %}."""
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, text)
    return format_html('<li><span aria-current="page">{}</span></li>', text)


@register.simple_block_tag
def receipt(content: str, title: str, code: str = "", code_label: str = "") -> str:
    """Proof that something was received: title, code to keep, and the content."""
    return _frame("receipt", content, title=title, code=code, code_label=code_label)


@register.simple_block_tag
def commentbox(content: str, author: str, when: datetime | None = None, **more: Any) -> str:
    """One comment; the content is its text and, in class "comment__actions", what one may do.

    More: id, href (the author's page), role, reply, edited, tombstone.
    """
    return _frame("comment", content, author=author, when=when, **more)


@register.simple_block_tag
def checklist(content: str, label: str = "") -> str:
    """A section checklist; the content is {% checkitem %}s."""
    return _frame("checklist", content, label=label)


@register.simple_tag
def checkitem(text: str, state: str, href: str = "", detail: str = "") -> SafeString:
    """One line of {% checklist %}: state is empty, started, enough, long, done or needed."""
    word, icon_name = _words.CHECK_STATES.get(state, _words.CHECK_STATES["empty"])
    label = format_html('<a href="{}">{}</a>', href, text) if href else text
    return format_html(
        '<li class="checklist__item checklist__item--{}">{}<span>{}</span> <span class="checklist__state">{}{}</span></li>',
        state,
        icon(icon_name),
        label,
        word,
        f" · {detail}" if detail else "",
    )


@register.filter
def hue_of(value: Any) -> int:
    """A steady hue for anything with a name: its own number, a ramp's name, or one made of its letters."""
    try:
        return hue_number(value)
    except ValueError:
        return sum(ord(letter) * (place + 7) for place, letter in enumerate(str(value))) % 360


@register.filter
def message_kind(level_tag: str) -> str:
    """Django's message level as a kind of notice."""
    return {"error": "danger", "debug": "info"}.get(level_tag, level_tag or "info")
