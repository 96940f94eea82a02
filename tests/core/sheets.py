"""Reading the style sheets as a browser would: rules, what surrounds them, and what a token is worth in a scheme."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = ROOT / "static" / "css"
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def rules(name: str) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every rule of a sheet: (the at-rules round it, its selector, its declarations)."""
    yield from _rules(COMMENT.sub("", (CSS / name).read_text()), ())


def _rules(text: str, around: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    place = 0
    while (opening := text.find("{", place)) >= 0:
        head = text[place:opening].split(";")[-1].strip()
        depth, end = 1, opening + 1
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        body = text[opening + 1 : end - 1]
        if head.startswith("@") and "{" in body:
            yield from _rules(body, (*around, head))
        else:
            yield around, head, body
        place = end


@cache
def declared(*conditions: str) -> dict[str, str]:
    """The tokens of the page itself, as written; `conditions` are the media queries that hold."""
    found: dict[str, str] = {}
    for around, selector, body in rules("tokens.css"):
        media = [head.removeprefix("@media").strip() for head in around if head.startswith("@media")]
        if ":root" in [part.strip() for part in selector.split(",")] and set(media) <= set(conditions):
            found |= {name: value.strip() for name, value in re.findall(r"--([\w-]+):\s*([^;]+)", body)}
    return found


def tokens(scheme: str, brand: dict[int, str] | None = None, *conditions: str) -> dict[str, str]:
    """What each token is worth in "light" or "dark", under another brand ramp if one is given."""
    found = declared(*conditions) | {f"brand-{step}": colour for step, colour in (brand or {}).items()}

    def worth(value: str) -> str:
        if pair := re.fullmatch(r"light-dark\((.+?),\s*(.+)\)", value):
            value = pair[1 if scheme == "light" else 2]
        reference = re.fullmatch(r"var\(--([\w-]+)\)", value)
        return worth(found[reference[1]]) if reference else value

    return {name: worth(value) for name, value in found.items()}
