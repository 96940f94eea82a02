"""Every component with its states, seen as different people see them: bright, dark, forced, mirrored, still, on paper."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from core.templatetags.styleguide import PARTS
from tests.journeys.conftest import Newcomer
from tests.journeys.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
STYLE = "(node, name) => getComputedStyle(node)[name]"


@pytest.fixture
def guide(newcomer: Newcomer) -> Person:
    person = newcomer("Guide")
    person.open("/styleguide/")
    return person


def style(page: Page, selector: str, name: str) -> str:
    return str(page.locator(selector).first.evaluate(STYLE, name))


def test_every_component_is_there_and_axe_finds_nothing_in_either_scheme(guide: Person) -> None:
    names = guide.page.locator(".guide__all h2.guide__title").all_inner_texts()
    assert sorted(PARTS) == list(range(1, 35))
    assert {" ".join(name.split()) for name in names} == {f"{n} {name}" for n, name in PARTS.items()} | {"0 Type and colour"}
    for scheme in ("light", "dark"):
        guide.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        guide.look("styleguide" if scheme == "light" else "")


def test_a_dialog_opens_and_closes_without_script_and_axe_finds_nothing_in_it(newcomer: Newcomer, guide: Person) -> None:
    plain = newcomer("Plain", scripted=False)
    plain.open("/styleguide/")
    for person in (plain, guide):
        dialog = person.page.locator("#sample-dialog")
        expect(dialog).to_be_hidden()
        person.press("Withdraw the proposal")
        expect(dialog).to_be_visible()
        if person is guide:
            assert Axe().run(person.page, context="#sample-dialog").response["violations"] == []
        person.press("Close", within=dialog)
        expect(dialog).to_be_hidden()


@pytest.mark.parametrize("width", [320, 390])
def test_right_to_left_nothing_sticks_out_and_only_arrows_turn(guide: Person, width: int) -> None:
    guide.page.set_viewport_size({"width": width, "height": 844})
    assert guide.page.evaluate(TOO_WIDE) <= 0
    guide.page.evaluate("document.documentElement.dir = 'rtl'")
    assert guide.page.evaluate(TOO_WIDE) <= 0
    assert style(guide.page, ".icon--forward", "transform").startswith("matrix(-1")
    assert style(guide.page, ".icon--tick", "transform") == "none"


def test_who_wants_no_motion_gets_a_fade_of_eighty_milliseconds_at_most(guide: Person) -> None:
    moving = guide.page.evaluate(
        """() => [...document.querySelectorAll('*')].flatMap(node => {
            const seen = getComputedStyle(node);
            const times = `${seen.transitionDuration}, ${seen.animationDuration}`.split(', ');
            const long = times.some(time => parseFloat(time) > 0.08);
            const moves = seen.transitionProperty !== 'opacity, visibility' && parseFloat(seen.transitionDuration) > 0;
            return long || moves ? [node.className || node.tagName] : [];
        })"""
    )
    assert moving == []
    guide.page.emulate_media(reduced_motion="no-preference")
    assert style(guide.page, ".skeleton__line", "animationName") == "breathe"  # the check above would see one


def test_with_forced_colours_the_focus_the_chips_and_the_line_stay(newcomer: Newcomer) -> None:
    person = newcomer("Forced", forced_colors="active")
    person.open("/styleguide/")
    page = person.page
    assert page.evaluate("matchMedia('(forced-colors: active)').matches")
    for selector in (".chip--open", ".button--primary", ".notice", ".avatar", ".station--next .station__dot"):
        assert style(page, selector, "borderTopStyle") not in ("none", "hidden"), selector
        assert float(style(page, selector, "borderTopWidth").removesuffix("px")) >= 1, selector
    ground = style(page, "body", "backgroundColor")
    for selector in (".station--past .station__path path", ".station--next .station__path path", ".mini-line"):
        assert style(page, selector, "stroke") not in (ground, "none"), selector
    button = page.locator("#button .button--primary").first
    button.scroll_into_view_if_needed()
    box = button.bounding_box()
    assert box
    around = {"x": box["x"] - 8, "y": box["y"] - 8, "width": box["width"] + 16, "height": box["height"] + 16}
    without = page.screenshot(clip=around)  # type: ignore[arg-type]
    page.keyboard.press("Tab")  # the ring is for the keyboard
    button.focus()
    assert page.screenshot(clip=around) != without  # type: ignore[arg-type]
    assert style(page, "#button .button--primary", "outlineStyle") == "solid"


def test_on_paper_there_is_what_one_reads_and_nothing_to_press(guide: Person) -> None:
    guide.page.emulate_media(media="print", color_scheme="dark")
    for selector in ("body > .site-header", "body > .action-bar", ".site-footer", ".crumbs", ".pager", ".guide__nav"):
        expect(guide.page.locator(selector).first).to_be_hidden()
    assert guide.page.locator(".button:visible").count() == 0
    expect(guide.page.locator(".print-head")).to_contain_text("/styleguide/")
    expect(guide.page.locator(".phase-line").first).to_be_visible()
    assert style(guide.page, "body", "backgroundColor") == "rgb(255, 255, 255)"
    assert style(guide.page, ".station--past .station__path path", "stroke") == "rgb(0, 0, 0)"
    address = guide.page.locator("#link a[href^='https:']").evaluate("node => getComputedStyle(node, '::after').content")
    assert "https://www.example.org/heat" in address


def test_the_letters_that_stand_in_take_the_same_room(guide: Person) -> None:
    """CLS: until the font has come a paragraph is as high, and nearly as wide, as with it."""
    measure = """family => {
        const line = document.createElement('span');
        line.textContent = 'Propose a change to one street. Experts help the best ideas grow, then everybody votes.';
        line.className = 'nowrap';
        document.querySelector('main').append(line);
        line.style.fontFamily = family;
        const {width, height} = line.getBoundingClientRect();
        line.remove();
        return [width, height];
    }"""
    assert guide.page.evaluate("document.fonts.load('16px \"Atkinson Hyperlegible Next\"').then(faces => faces.length)") == 1
    wide, high = guide.page.evaluate(measure, '"Atkinson Hyperlegible Next"')
    near_wide, near_high = guide.page.evaluate(measure, '"Stand-in Arial", "Stand-in DejaVu"')
    other_wide, _other_high = guide.page.evaluate(measure, "monospace")
    assert abs(near_wide / wide - 1) < 0.03
    assert abs(near_high - high) <= 1
    assert abs(other_wide / wide - 1) > 0.03  # any font at all would not do


def test_the_first_tabs_lead_to_what_the_page_has(guide: Person) -> None:
    guide.page.keyboard.press("Tab")
    expect(guide.page.get_by_role("link", name="Skip to the content").first).to_be_focused()
    guide.page.keyboard.press("Tab")
    guide.page.keyboard.press("Tab")
    expect(guide.page.locator(".skip-links .skip-link--action")).to_be_focused()
    guide.page.keyboard.press("Enter")
    guide.page.keyboard.press("Tab")
    expect(guide.page.locator("body > .action-bar .button--primary")).to_be_focused()


def test_the_bar_counts_the_rows_and_the_meter_the_points(guide: Person) -> None:
    guide.page.get_by_label("Choose Shade for the tram stop").check()
    expect(guide.page.locator("[data-bulk-bar] [role=status]")).to_have_text("2 chosen")
