"""The phase line's drawing data: one entry per station with its word, date and piece of the path."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags._time import clock_words, day_words
from core.templatetags._words import PHASES, STATION_WORDS, look_up

# The path of a piece, in a box 100 wide and 24 high: it swells up under the station that is now.
FLAT, FALL, RISE = "M0 18H100", "M0 6C26 6 22 18 56 18H100", "M0 18H44C78 18 74 6 100 6"
# The same upright, in a box 24 wide and 100 high: it swells towards the words.
UPRIGHT = {FLAT: "M6 0V100", FALL: "M18 0C18 26 6 22 6 56V100", RISE: "M6 0V44C6 78 18 74 18 100"}


def read(station: Any, name: str) -> Any:
    """A field of a station that may be an object or a dict."""
    return station.get(name) if isinstance(station, dict) else getattr(station, name, None)


def stations_for_drawing(stations: Iterable[Any], zone: tzinfo | None, now: datetime | None) -> list[dict]:
    """Each station with state, word, icon, date in words and the shape of the line behind it."""
    drawn = [_station(station, zone, now) for station in stations]
    for index, here in enumerate(drawn):
        last = index == len(drawn) - 1
        after_is_high = not last and drawn[index + 1]["high"]
        here["last"] = last
        here["upright"] = UPRIGHT[FALL if here["high"] else RISE if after_is_high else FLAT]
        # The last station's dot stands at the end of its box, so its piece leads up to it.
        if last:
            alone = FALL if len(drawn) == 1 else RISE
            here["path"] = alone if here["high"] else FLAT
        else:
            # A piece ends at the next box; only a middle station has its dot there.
            rises = after_is_high and index + 1 < len(drawn) - 1
            here["path"] = FALL if here["high"] else RISE if rises else FLAT
    return drawn


@lru_cache(maxsize=256)
def mini_drawing(states: tuple[str, ...]) -> str:
    """The whole line as one small SVG for cards; the caption beside it says the same in words."""
    places = [6 + round(228 * n / max(1, len(states) - 1)) for n in range(len(states))]
    high = next((n for n, state in enumerate(states) if state in ("now", "waiting")), None)
    past = max((n for n, state in enumerate(states) if state == "past"), default=0)
    turn = places[past if high is None else high]
    up = "" if not high else f"H{turn - 30}C{turn - 14} 18 {turn - 16} 7 {turn} 7"
    behind = f"M6 18{up}" if high is not None else f"M6 18H{turn}"
    ahead = f"M{turn} 18H234"
    if high is not None:
        ahead = f"M{turn} 7C{turn + 16} 7 {turn + 14} 18 {turn + 30} 18H234" if turn < 234 else ""
    dots = "".join(
        f'<circle class="{"past" if state == "past" else "now" if n == high else "next"}" '
        f'cx="{x}" cy="{7 if n == high else 18}" r="{6 if n == high else 4}"/>'
        for n, (x, state) in enumerate(zip(places, states, strict=True))
    )
    return (
        '<svg class="mini-line" viewBox="0 0 240 24" aria-hidden="true" focusable="false">'
        f'<path class="ahead" d="{ahead}"/><path d="{behind}"/>{dots}</svg>'
    )


def current(drawn: list[dict]) -> dict | None:
    """The station to name in a short line: what is now, else what comes next, else the last."""
    for state in ("now", "waiting", "next"):
        for station in drawn:
            if station["state"] == state:
                return station
    return drawn[-1] if drawn else None


def _station(station: Any, zone: tzinfo | None, now: datetime | None) -> dict:
    kind, state = read(station, "kind"), str(read(station, "state") or "next")
    word, icon, tone = look_up(PHASES, kind)
    opens, closes = read(station, "opens_at"), read(station, "closes_at")
    return {
        "name": read(station, "name") or word,
        "kind_word": word,
        "icon": "hourglass" if state == "waiting" else icon,
        "tone": tone,
        "state": state,
        "state_word": STATION_WORDS.get(state, STATION_WORDS["next"]),
        "high": state in ("now", "waiting"),
        "when": _when(state, opens, closes, zone, now),
        "moment": closes if state in ("past", "now", "waiting") and closes else opens,
    }


def _when(state: str, opens: Any, closes: Any, zone: tzinfo | None, now: datetime | None) -> str:
    if state == "now" and isinstance(closes, datetime):
        return _("until %(time)s") % {"time": clock_words(closes, zone, now) if zone else day_words(closes, zone, now)}
    if state in ("past", "waiting") and isinstance(closes, datetime):
        return _("closed %(day)s") % {"day": day_words(closes, zone, now)}
    if isinstance(opens, datetime):
        words = _("since %(day)s") if state in ("now", "past", "waiting") else _("from %(day)s")
        return words % {"day": day_words(opens, zone, now)}
    return _("date to come") if state == "next" else ""
