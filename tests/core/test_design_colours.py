"""Whatever hue a site owner chooses, everything stays readable: ux.md 3.2 and 3.3, recomputed from the style sheet itself."""

from __future__ import annotations

import re

import pytest

from core.colours import NAMED_HUES, contrast, ramp
from tests.core.sheets import CSS, declared, rules, tokens

pytestmark = pytest.mark.once
SCHEMES = ("light", "dark")
GROUNDS = ("page", "surface", "raised", "sunken")
NOTICES = ("info", "warning", "danger", "success")
MEANINGS = ("open", "review", "revise", "voting", "winner", "closed", "draft", *NOTICES)
CHARTS = ("green", "blue", "amber", "violet", "coral", "slate")
TEXT, GRAPHIC = 4.5, 3.0

# text or drawing, its ground, the least contrast
NEUTRAL = [
    *((text, ground, TEXT) for text in ("ink", "ink-2", "ink-3") for ground in GROUNDS),
    *(("line-strong", ground, GRAPHIC) for ground in GROUNDS),
    *((f"{name}-text", f"{name}-ground", TEXT) for name in MEANINGS),
    *(("ink", f"{name}-ground", TEXT) for name in NOTICES),
    *(("danger-button-text", f"danger-button-{state}", TEXT) for state in ("ground", "hover")),
    *((f"{name}-text", "page", TEXT) for name in NOTICES),  # errors and warnings beside a field
    *((f"chart-{name}", ground, GRAPHIC) for name in CHARTS for ground in ("page", "surface")),
    ("page", "ink", TEXT),
]
BRANDED = [
    *((text, ground, TEXT) for text in ("link", "link-hover") for ground in GROUNDS),
    *(("button-text", f"button-{state}", TEXT) for state in ("ground", "hover")),
    *(("button-ground", ground, GRAPHIC) for ground in GROUNDS),
    *(("accent", ground, GRAPHIC) for ground in GROUNDS),
    *((text, "accent-soft", TEXT) for text in ("ink", "accent-text", "ink-2")),
    ("accent", "accent-soft", GRAPHIC),  # the border of what is chosen
    ("cover-line", "cover-ground", GRAPHIC),
    ("page", "accent", GRAPHIC),  # the tick in a station that is past
    ("focus-inner", "button-ground", GRAPHIC),
    ("focus-inner", "focus-outer", GRAPHIC),  # the two rings tell each other apart
    *(("focus-outer", ground, GRAPHIC) for ground in GROUNDS),
]


def faults(worth: dict[str, str], pairs: list[tuple[str, str, float]]) -> list[str]:
    measured = ((one, ground, least, contrast(worth[one], worth[ground])) for one, ground, least in pairs)
    return [f"{one} on {ground}: {ratio:.2f} < {least}" for one, ground, least, ratio in measured if ratio < least]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_and_every_drawing_stands_out_from_its_ground(scheme: str) -> None:
    assert faults(tokens(scheme), NEUTRAL + BRANDED) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_hue_can_break_it(scheme: str) -> None:
    broken = {hue: found for hue in range(360) if (found := faults(tokens(scheme, ramp(hue)), BRANDED))}
    assert broken == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", NAMED_HUES)
def test_the_ready_ramps_hold_everything(scheme: str, name: str) -> None:
    assert faults(tokens(scheme, ramp(NAMED_HUES[name])), NEUTRAL + BRANDED) == []


@pytest.mark.parametrize("scheme", SCHEMES)
def test_who_asks_for_more_contrast_gets_more(scheme: str) -> None:
    more = tokens(scheme, None, "(prefers-contrast: more)")
    for text in ("ink-2", "ink-3", "link"):
        assert contrast(more[text], more["page"]) >= 7, text
    assert contrast(more["button-text"], more["button-ground"]) >= 7
    assert contrast(more["line"], more["page"]) >= GRAPHIC
    for hue in range(0, 360, 5):
        branded = tokens(scheme, ramp(hue), "(prefers-contrast: more)")
        assert contrast(branded["link"], branded["page"]) >= 7
        assert contrast(branded["button-text"], branded["button-ground"]) >= 7


def test_the_tables_of_the_design_are_what_the_sheet_says() -> None:
    """A sample of the printed figures, so that a change of a token is a change of the design."""
    light, dark = tokens("light"), tokens("dark")
    printed = [
        (light["ink"], light["page"], 15.83), (light["ink-2"], light["page"], 8.00), (light["ink-3"], light["sunken"], 5.26),
        (light["line-strong"], light["page"], 3.84), (light["link"], light["page"], 5.96),
        (light["button-text"], light["button-ground"], 6.30), (light["button-text"], light["button-hover"], 8.41),
        (light["accent"], light["page"], 3.97), (light["review-text"], light["review-ground"], 8.64),
        (light["revise-text"], light["revise-ground"], 7.51), (light["voting-text"], light["voting-ground"], 8.17),
        (light["winner-text"], light["winner-ground"], 9.18), (light["danger-text"], light["danger-ground"], 5.84),
        (dark["ink"], dark["page"], 15.95), (dark["ink-3"], dark["raised"], 5.65), (dark["link"], dark["surface"], 9.37),
        (dark["button-text"], dark["button-ground"], 7.42), (dark["focus-outer"], dark["page"], 11.52),
    ]  # fmt: skip
    for one, other, ratio in printed:
        assert contrast(one, other) == pytest.approx(ratio, abs=0.015), (one, other)


def test_the_tokens_are_the_ramp_of_the_default_hue() -> None:
    assert {step: declared()[f"brand-{step}"] for step in ramp(160)} == ramp(NAMED_HUES["meadow"])


def test_the_ramps_beside_each_other_are_those_of_the_calculation() -> None:
    """The style guide shows the four presets; their style sheet is a copy, and copies age."""
    for name, hue in NAMED_HUES.items():
        body = next(body for _around, selector, body in rules("styleguide.css") if selector == f'[data-ramp="{name}"]')
        assert {int(step): colour for step, colour in re.findall(r"--brand-(\d+): (#\w+);", body)} == ramp(hue)


def test_the_brand_is_read_from_its_ten_steps_and_nowhere_else() -> None:
    """A re-brand replaces ten primitives: no other sheet may know a colour of the ramp, or any colour at all but white paper."""
    meadow = {colour.lower() for colour in ramp(NAMED_HUES["meadow"]).values()}
    for path in sorted(CSS.glob("*.css")):
        if path.name in ("tokens.css", "styleguide.css"):
            continue
        colours = {
            colour.lower() for _around, _head, body in rules(path.name) for colour in re.findall(r"#[0-9a-fA-F]{3,8}\b", body)
        }
        assert not colours & meadow, path.name
        assert path.name == "print.css" or not colours, path.name
    steps = {step for value in declared().values() for step in re.findall(r"--brand-(\d+)", value)}
    assert steps <= {str(step) for step in ramp(0)}


def test_a_part_of_a_page_may_wear_another_ramp() -> None:
    """What is made of the brand is said again for [data-ramp], or it would keep the page's."""
    made = {name for name, value in declared().items() if "--brand-" in value}
    said = {
        name
        for around, selector, body in rules("tokens.css")
        if selector == ":root, [data-ramp]" and around == ("@layer tokens",)
        for name in re.findall(r"--([\w-]+):", body)
    }
    assert made <= said


def test_forced_colours_are_the_systems_own() -> None:
    """Drawings are not forced: their tokens must name system colours, or they vanish on somebody's ground."""
    forced = {name: value for name, value in declared("(forced-colors: active)").items() if value != declared().get(name)}
    system = {"Canvas", "CanvasText", "LinkText", "Highlight", "ButtonFace", "ButtonText", "GrayText"}
    assert set(forced.values()) <= system
    needed = {"page", "surface", "ink", "ink-2", "ink-3", "line", "line-strong", "accent", "link", "focus-outer"}
    assert needed | {f"chart-{name}" for name in CHARTS} <= set(forced)
