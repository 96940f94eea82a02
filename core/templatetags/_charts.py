"""Charts as drawings of the server: each has a title that states the finding, and its numbers as a table."""

from collections.abc import Iterable
from math import sqrt
from statistics import fmean, stdev
from typing import Any

from django.utils.translation import gettext as _

from core.templatetags._library import frame, register
from core.templatetags._stations import read

WIDTH = 320  # of a drawing's box; it is stretched to the room there is


@register.inclusion_tag("components/bar_chart.html")
def bar_chart(title: str, rows: Iterable[Any], unit: str = "", label: str = "", hue: str = "green") -> dict:
    """A bar chart that is its own table. `title` states the finding; rows have label, value, note,
    strong (objects, dicts or pairs)."""
    table = []
    for row in rows:
        if isinstance(row, (tuple, list)):
            row = dict(zip(("label", "value", "note", "strong"), row, strict=False))
        table.append({key: read(row, key) for key in ("label", "value", "note", "strong")})
    highest = max((float(row["value"] or 0) for row in table), default=0) or 1
    for row in table:
        row["percent"] = round(100 * float(row["value"] or 0) / highest, 1)
    return {"title": title, "rows": table, "unit": unit, "label": label, "hue": hue}


@register.inclusion_tag("components/score_bar.html")
def score_bar(value: float | None, low: float = 1, high: float = 5, reviews: int | None = None) -> dict:
    """One mean on its scale, as a short bar and in figures; `None` is "not scored yet", which is not the lowest score."""
    share = None if value is None else round(100 * (float(value) - low) / (high - low), 1)
    return {"value": value, "low": low, "high": high, "percent": share, "reviews": reviews}


@register.inclusion_tag("components/distribution.html")
def distribution(title: str, rows: Iterable[Any], low: float = 1, high: float = 5, **more: Any) -> dict:
    """The judges' scores of several things, a dot for each, with mean and interval; its table says the same.

    Rows are (label, scores) or dicts with label, scores. The interval is the mean ± 1.96 standard errors of the mean,
    kept within the scale; one score has none. More: label (the first column's head), caption.
    """
    lines = [_spread(row, low, high) for row in rows]
    ticks = [{"x": _place(value, low, high), "value": value} for value in range(int(low), int(high) + 1)]
    return {"title": title, "rows": lines, "ticks": ticks, "low": low, "high": high, **more}


def _place(value: float, low: float, high: float) -> float:
    return round(10 + (WIDTH - 20) * (value - low) / (high - low), 1)


def _spread(row: Any, low: float, high: float) -> dict[str, Any]:
    label, scores = (row[0], row[1]) if isinstance(row, (tuple, list)) else (read(row, "label"), read(row, "scores"))
    values = sorted(float(score) for score in scores)
    heights: dict[float, int] = {}
    dots = []
    for value in values:  # equal scores stand on one another
        heights[value] = heights.get(value, -1) + 1
        dots.append({"x": _place(value, low, high), "y": 24 - 7 * heights[value]})
    found: dict[str, Any] = {"label": label, "scores": ", ".join(f"{v:g}" for v in values), "dots": dots, "count": len(values)}
    if values:
        mean = fmean(values)
        found |= {"mean": f"{mean:.2f}", "mean_x": _place(mean, low, high)}
    if len(values) > 1:
        reach = 1.96 * stdev(values) / sqrt(len(values))
        lower, upper = max(low, mean - reach), min(high, mean + reach)
        found |= {"interval": f"{lower:.2f}–{upper:.2f}", "from_x": _place(lower, low, high), "to_x": _place(upper, low, high)}
    return found


@register.inclusion_tag("components/curve.html")
def curve(points: Iterable[tuple[str, float]], mark: int | None = None, mark_words: str = "") -> dict:
    """How something added up: a stepped line over equal spaces of time. Points are (word, sum so far).

    `mark`: the number (from 0) of the point at which something happened, such as the deadline.
    """
    rows = list(points)
    most = max((value for _word, value in rows), default=0) or 1
    apart = WIDTH / max(1, len(rows) - 1)
    places = [(round(apart * n, 1), round(100 - 92 * value / most, 1)) for n, (_word, value) in enumerate(rows)]
    path = f"M{places[0][0]} {places[0][1]}" + "".join(f"H{x}V{y}" for x, y in places[1:]) if places else ""
    return {
        "path": path,
        "area": f"{path}V100H0Z" if path else "",
        "first": rows[0][0] if rows else "",
        "last": rows[-1][0] if rows else "",
        "most": f"{most:g}",
        "mark_x": places[mark][0] if mark is not None and mark < len(places) else None,
        "mark_words": mark_words,
    }


@register.simple_block_tag
def chartfigure(content: str, title: str, rows: Iterable[Any] = (), heads: Iterable[str] = (), **more: Any) -> str:
    """A chart with all that belongs to it: the title states the finding, the content is the drawing, then caption,
    the same numbers as a table, and the file. More: caption, csv (address), table_label."""
    props = {"table_label": _("The numbers"), **more, "title": title, "rows": list(rows), "heads": list(heads)}
    return frame("chart_figure", content, **props)
