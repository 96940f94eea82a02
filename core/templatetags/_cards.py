"""Cards are drawn once and kept: a list shows dozens of them, and most are the same for every reader."""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from core.templatetags._stations import read

_STATION = ("name", "kind", "state", "opens_at", "closes_at")


def card(template: str, props: dict[str, Any], now: datetime) -> SafeString:
    """The card drawn from these props; times are told to the minute of `now`."""
    given = {"level": 3, "hue": None, "seed": 0, **props, "now": now.replace(second=0, microsecond=0)}
    if given.get("stations"):
        given["stations"] = tuple(_frozen((name, read(station, name)) for name in _STATION) for station in props["stations"])
    if not (given.get("when") or given.get("stations")):
        given.pop("now")  # nothing on it tells the time, so it stays true for good
    # The type belongs to the key: a string marked safe equals one that is not, and must not stand in for it.
    key = _frozen(sorted(given.items()))
    try:
        return _drawn(template, get_language(), timezone.get_current_timezone_name(), key)
    except TypeError:  # something that cannot be a key: draw it for this page only
        return _draw(template, key)


def _frozen(pairs: Iterable[tuple[str, Any]]) -> tuple:
    return tuple((name, type(value), value) for name, value in pairs)


def _thawed(triples: tuple) -> dict[str, Any]:
    return {name: value for name, _type, value in triples}


@lru_cache(maxsize=2048)
def _drawn(template: str, language: str | None, zone: str, key: tuple) -> SafeString:
    return _draw(template, key)


def _draw(template: str, key: tuple) -> SafeString:
    props = _thawed(key)
    if props.get("stations"):
        props["stations"] = [_thawed(station) for station in props["stations"]]
    return render_to_string(template, props)
