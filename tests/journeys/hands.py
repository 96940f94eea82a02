"""A person whose only device is a keyboard: Tab to it, see that it has the focus, then Enter, Space, arrows or words.

What Tab does not reach, what hides its focus, and what lies under a sticky bar while it has it, fails the journey
(WCAG 2.1.1, 2.4.3, 2.4.7, 2.4.11).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress

from playwright.sync_api import Locator, TimeoutError

from tests.journeys.people import Person

MOST_TABS = 400
PATIENCE = 1_500  # milliseconds
HAS_FOCUS = "element => element === document.activeElement"
# Where the focus of a control may show: on itself, or on what is drawn in its place (a label beside a hidden radio).
SHOWS_FOCUS = """element => {
  const places = [element, element.nextElementSibling, element.closest('label'), element.parentElement,
                  ...(element.labels || [])].filter(Boolean);
  return places.some(place => {
    const style = getComputedStyle(place);
    return (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none';
  });
}"""
# The middle of the control, or of its label where the control itself has no size, must be on top and on the screen.
IS_HIDDEN = """element => {
  const label = (element.labels || [])[0];
  const mark = element.getBoundingClientRect().width > 4 ? element : label || element;
  const box = mark.getClientRects()[0] || mark.getBoundingClientRect();
  const x = box.left + Math.min(box.width / 2, 40), y = box.top + Math.min(box.height / 2, 20);
  const top = document.elementFromPoint(x, y);
  const own = top && (mark.contains(top) || top.contains(mark) || (label && label.contains(top)));
  return own ? '' : `at ${Math.round(x)},${Math.round(y)} lies ${top ? top.tagName + '.' + top.className : 'nothing'}`;
}"""


class KeyboardPerson(Person):
    """As Person, without a mouse."""

    def tick(self, name: str | re.Pattern[str], *, on: bool = True) -> None:
        self._count(click=True)
        box = self.page.get_by_role("checkbox", name=name)
        self._reach(box)
        if box.is_checked() is not on:
            self.page.keyboard.press("Space")
        assert box.is_checked() is on, f"Space does not tick {name}"

    def choose(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self._count(click=True)
        wanted = (within or self.page).get_by_role("radio", name=name)
        group = wanted.evaluate("radio => radio.name")
        radios = self.page.locator(f'input[type=radio][name="{group}"]')
        self._tab_until(lambda: bool(self.page.evaluate("name => document.activeElement?.name === name", group)), str(name))
        for _ in range(radios.count() + 1):
            if wanted.evaluate(HAS_FOCUS):
                break
            self.page.keyboard.press("ArrowDown")
        self._sees(wanted)
        if not wanted.is_checked():
            self.page.keyboard.press("Space")
        assert wanted.is_checked(), f"the keys do not choose {name}"

    def type(self, label: str, text: str) -> None:
        self._count(field=True)
        field = self.field(label)
        self._reach(field)
        moment = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d))?", text)
        if moment and (field.get_attribute("type") or "").startswith("date"):
            self._type_moment(field, *moment.groups())
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.insert_text(text)
        assert field.input_value() == text, f"{label} holds {field.input_value()!r}"

    def _type_moment(
        self, field: Locator, year: str, month: str, day: str, hour: str | None, minute: str | None
    ) -> None:
        """Chromium's own field: its parts are typed in the order that the browser's own language has."""
        for parts in (f"{month}{day}{year}", f"{day}{month}{year}"):
            field.evaluate("field => { field.blur(); field.focus(); }")  # back to its first part
            self.page.keyboard.type(parts)
            if hour:
                self.page.keyboard.press("ArrowRight")
                self.page.keyboard.type(f"{hour}{minute}" + ("" if int(hour) > 12 else "AM"))
            if field.input_value().startswith(f"{year}-{month}-{day}"):
                return

    def pick(self, label: str, option: str) -> None:
        self._count(field=True)
        field = self.field(label)
        self._reach(field)
        shown = "select => select.selectedOptions[0]?.label"
        self.page.keyboard.type(option[:24])
        for _ in range(40):
            if field.evaluate(shown) == option:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keys do not pick {option} in {label}, but {field.evaluate(shown)}")

    def _click(self, target: Locator) -> None:
        self._count(click=True)
        self._reach(target)
        # Unlike a click, a key is not followed by waiting for the page it brings; some bring none.
        with suppress(TimeoutError), self.page.expect_navigation(timeout=PATIENCE):
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state("load")

    def _reach(self, target: Locator) -> None:
        target.wait_for(state="attached")
        self._tab_until(lambda: bool(target.evaluate(HAS_FOCUS)), str(target))
        self._sees(target)

    def _tab_until(self, there: Callable[[], bool], name: str) -> None:
        for _ in range(MOST_TABS):
            if there():
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {name} on {self.page.url}")

    def _sees(self, target: Locator) -> None:
        assert target.evaluate(SHOWS_FOCUS), f"{target} does not show that it has the focus, on {self.page.url}"
        hidden = target.evaluate(IS_HIDDEN)
        assert not hidden, f"{target} has the focus and is covered: {hidden}, on {self.page.url}"
