"""The style sheets and scripts: light enough for a phone, mirrored by the browser itself, quiet when asked."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.core.sheets import COMMENT, CSS, ROOT, declared, rules

pytestmark = pytest.mark.once
SHEETS = sorted(path.name for path in CSS.glob("*.css"))
SIDES = "(?:left|right|top|bottom)"
PHYSICAL = [
    rf"(?<![\w-])(?:margin|padding|border|inset|scroll-margin|scroll-padding)-{SIDES}(?:-\w+)*\s*:",
    rf"(?<![\w-]){SIDES}\s*:",
    r"(?<![\w(-])(?:min-|max-)?(?:width|height)\s*:",
    r"border-(?:top|bottom)-(?:left|right)-radius",
    r"(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)\b",
    r"overflow-[xy]\s*:\s*(?:left|right)",
]
# What may be turned round when one reads from right to left: arrows, and drawings that run along the reading direction.
MIRRORED = {
    ".icon--back", ".icon--forward", ".icon--undo", ".icon--redo", ".brand-mark", ".site-footer__swell",
    ".station__path", ".station__rise", ".mini-line", ".receipt__line", ".chart__bar", ".dots", ".curve__drawing",
    ".score__bar", ".dots--axis", ".lost__drawing",
}  # fmt: skip


def loaded(template: str) -> list[Path]:
    """The sheets that a page of this template asks for, its parents' included."""
    text = (ROOT / "templates" / template).read_text()
    found = [CSS / name for name in re.findall(r'{% static "css/([\w.-]+)" %}', text)]
    if parent := re.search(r'{% extends "([^"]+)"', text):
        found = loaded(parent[1]) + found
    return found


def gzipped(paths: list[Path]) -> int:
    return sum(len(gzip.compress(path.read_bytes())) for path in set(paths))


@pytest.mark.parametrize(
    "template",
    [
        "pages/home.html",
        "pages/contest.html",
        "pages/proposal.html",
        "pages/proposals.html",
        "results/results.html",
        "voting/ballot.html",
    ],
)
def test_a_public_page_asks_for_at_most_thirty_kilobytes_of_style(template: str) -> None:
    assert loaded(template)
    assert gzipped(loaded(template)) <= 30_000


def test_all_the_style_there_is_fits_the_budget_of_a_console() -> None:
    assert gzipped(list(CSS.glob("*.css"))) <= 45_000


def test_scripts_stay_within_fifty_kilobytes_with_the_library() -> None:
    import django_htmx

    library = Path(django_htmx.__file__).parent / "static" / "django_htmx" / "htmx-2.min.js"
    assert gzipped([*(ROOT / "static" / "js").glob("*.js"), library]) <= 50_000


def test_two_fonts_of_our_own_and_no_more_than_seventy_kilobytes() -> None:
    fonts = list((ROOT / "static" / "fonts").glob("*.woff2"))
    assert len(fonts) == 2
    assert sum(path.stat().st_size for path in fonts) <= 70_000
    assert (ROOT / "static" / "fonts" / "LICENSE-atkinson-hyperlegible-next.txt").exists()
    faces = [body for _around, head, body in rules("tokens.css") if head == "@font-face"]
    own = [body for body in faces if "url(" in body]
    assert len(own) == 2 and all("font-display: swap" in body and "unicode-range" in body for body in own)
    # Until they are there, faces of the device are stretched to the same measures, so that nothing moves.
    standing_in = [body for body in faces if "local(" in body]
    assert standing_in and all("size-adjust" in body and "ascent-override" in body for body in standing_in)


@pytest.mark.parametrize("name", SHEETS)
def test_no_sheet_knows_left_from_right(name: str) -> None:
    text = COMMENT.sub("", (CSS / name).read_text())
    found = [match.group(0) for pattern in PHYSICAL for match in re.finditer(pattern, text)]
    for _around, selector, body in rules(name):  # four values with two different sides are physical too
        for prop, value in re.findall(r"(?<![\w-])(margin|padding|inset|border-width)\s*:\s*([^;]+)", body):
            parts = re.findall(r"[\w-]+\([^)]*(?:\([^)]*\)[^)]*)*\)|\S+", value.replace("!important", ""))
            if len(parts) == 4 and parts[1] != parts[3]:
                found.append(f"{selector}: {prop}: {value}")
    assert found == []


def test_only_arrows_and_lines_are_mirrored() -> None:
    turned = {
        part
        for name in SHEETS
        for _around, selector, body in rules(name)
        if "scaleX(-1)" in body
        for part in re.findall(r"\.[\w-]+", selector)
    }
    assert turned <= MIRRORED
    for name in SHEETS:
        assert all('[dir="rtl"]' in selector for _around, selector, body in rules(name) if "scaleX(-1)" in body)


@pytest.mark.parametrize("name", SHEETS)
def test_what_moves_stops_for_who_asks(name: str) -> None:
    """Animations stand under (prefers-reduced-motion: no-preference); the few that do not only fade, for 80 ms."""
    for around, selector, body in rules(name):
        if re.search(r"(?<![\w-])(?:animation|transition|view-transition-name|navigation)\s*:", body):
            quiet = any("prefers-reduced-motion: no-preference" in head for head in around)
            fades = any("prefers-reduced-motion: reduce" in head for head in around) and "80ms" in body
            assert quiet or fades, selector


def test_every_rule_has_its_layer() -> None:
    """Outside a layer a rule would beat the theme: only fonts, motion between pages, key frames and paper may stand there."""
    for name in SHEETS:
        for around, selector, _body in rules(name):
            layered = any(head.startswith("@layer") for head in around)
            apart = selector.startswith(("@font-face", "@view-transition", "::view-transition", "@page"))
            motion = any("@keyframes" in head or "prefers-reduced-motion" in head for head in around)
            assert layered or apart or motion or name == "print.css", (name, selector)


def test_motion_lasts_as_long_as_the_design_says() -> None:
    """A state 120 ms, what enters 200, card to page 240, a counted vote one stroke of 400."""
    found = declared()
    assert [found[name] for name in ("fast", "enter", "turn", "celebrate")] == ["120ms", "200ms", "240ms", "400ms"]
    bodies = {selector: body for name in SHEETS for _around, selector, body in rules(name)}
    assert "var(--turn)" in bodies["::view-transition-group(*), ::view-transition-old(*), ::view-transition-new(*)"]
    assert "var(--celebrate)" in bodies["body:has(.messages .notice--success) .receipt__line"]
    assert "var(--fast)" in bodies[".save-status--saved .icon"]
