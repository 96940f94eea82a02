"""The components of the design system as tags: one library, indexed in templates/components/README.md.

Knows no model: everything a component shows is handed to it. Marks, questions, charts and frames have their own modules;
here are the things that tell the time, and the cards.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from django.template.context import Context
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from core import clock
from core.templatetags import _asking, _changes, _charts, _drawn, _frames, _stations, _time  # noqa: F401  # they fill the library
from core.templatetags._cards import card
from core.templatetags._library import register
from core.templatetags._marks import hue_of, person, phase_chip

__all__ = ["contest_card", "hue_of", "person", "phase_chip", "proposal_card", "register"]


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

    `size`: full (page), vertical (a narrow column), card, mini. `zone`: the contest's; dates are shown in it.
    """
    moment = _now(context, now)
    drawn = _stations.stations_for_drawing(stations or (), _time.as_zone(zone) or timezone.get_current_timezone(), moment)
    here = _stations.current(drawn)
    after = drawn[drawn.index(here) + 1] if here and here["high"] and not here["last"] else None
    props = {"stations": drawn, "size": size, "here": here, "after": after, "told": size in ("full", "vertical")}
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
    **more: Any,
) -> dict:
    """A deadline as relative time, in the viewer's zone and in the contest's, all in visible text.

    Equal clocks are said once. Without a viewer's zone the script adds the browser's own. More: moved_from (the date
    before it was moved) and why; grace_until (until when somebody who is writing may still send; told to them only).
    """
    if when is None:
        return {"when": None, "label": label}
    moment = _now(context, now)
    contest = _time.as_zone(contest_zone) or UTC
    viewer = _time.as_zone(viewer_zone)
    same = viewer is not None and when.astimezone(viewer).utcoffset() == when.astimezone(contest).utcoffset()
    own = viewer if viewer and not same else contest
    moved, grace = more.get("moved_from"), more.get("grace_until")
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
        "moved_from": _time.clock_words(moved, own, moment) if moved else "",
        "later": moved is not None and moved < when,
        "why": more.get("why", ""),
        "grace": grace if grace and when <= moment < grace else None,
        "grace_words": _time.clock_words(grace, own, moment).rsplit(", ", 1)[-1] if grace else "",
    }


@register.simple_tag(takes_context=True)
def relative(context: Context, when: datetime, now: datetime | None = None) -> str:
    """How long until or since, "in 3 days 4 hours", for a <time> of your own."""
    return _time.relative_words(when, _now(context, now))


@register.simple_tag(takes_context=True)
def contest_card(context: Context, **props: Any) -> SafeString:
    """A contest as one link. Props: href, question, title, organiser, kind, stations, zone, when, prize,
    count, seed, hue, image, mine, level."""
    return card("components/contest_card.html", props, _now(context, props.get("now")))


@register.simple_tag(takes_context=True)
def proposal_card(context: Context, **props: Any) -> SafeString:
    """A proposal as one link. Props: href, title, pitch, team, status, seed, hue, image, comments,
    supports, note, chosen (words: it is chosen, "In your tray"), level, view ("list" for the compact one)."""
    return card("components/proposal_card.html", props, _now(context, props.get("now")))


@register.inclusion_tag("components/pager.html")
def pager(previous: str = "", next: str = "", label: str = "") -> dict:
    """Links to the previous and next page; nothing when there is only one."""
    return {"previous": previous, "next": next, "label": label}
