"""Every page as other people's browsers show it: mirrored, in longer words, with wider spacing, in a few colours only."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Newcomer, Time
from tests.journeys.test_pages import NOW, PAGES, PHONE, SMALLEST, site

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
TOO_WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
MIRRORED = "document.documentElement.dir = 'rtl'"
# The pseudo-language of ux.md 4.3: every word of the page 40 % longer, in brackets that show where a text was cut.
LONGER = """() => {
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), texts = [];
  while (walk.nextNode()) if (walk.currentNode.data.trim()) texts.push(walk.currentNode);
  for (const text of texts) {
    if (['SCRIPT', 'STYLE', 'TEMPLATE'].includes(text.parentElement.tagName)) continue;
    text.data = '⟦' + text.data.replace(/(\\p{L}{4,})/gu, word => word + word.slice(0, Math.ceil(word.length * 0.4))) + '⟧';
  }
}"""
# WCAG 1.4.12, set as a browser extension sets it: outside the page's own policy.
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }'
    + ' p { margin-block-end: 2em !important }');
  document.adoptedStyleSheets.push(sheet);
}"""
CUT = """() => [...document.querySelectorAll('main *, header *, footer *')].filter(e => {
  const style = getComputedStyle(e), clipped = ['hidden', 'clip'].includes(style.overflowY);
  if (!clipped || !e.innerText?.trim() || style.position === 'absolute' || e.closest('[hidden], .visually-hidden'))
    return false;
  return !style.webkitLineClamp.match(/\\d/) && e.scrollHeight > e.clientHeight + 4;
}).map(e => `${e.tagName}.${e.className}: ${e.innerText.slice(0, 40)}`)"""


@pytest.mark.parametrize("who", PAGES, ids=lambda who: who or "guest")
def test_every_page_holds_in_other_peoples_browsers(who: str, newcomer: Newcomer, time: Time) -> None:
    made = site()
    time.is_now(NOW)
    person = newcomer(who or "Guest", viewport=PHONE)
    if who:
        person.sign_in()
    problems = []
    for address in PAGES[who](made):
        for mode, change in (("mirrored", MIRRORED), ("in longer words", LONGER), ("spaced", SPACED)):
            person.open(address)
            person.page.evaluate(change)
            for size in (PHONE, SMALLEST):
                person.page.set_viewport_size(size)  # type: ignore[arg-type]
                if (wide := person.page.evaluate(TOO_WIDE)) > 0:
                    problems.append(f"{address} {mode} is {wide} pixels wider than {size['width']}")
                problems += [f"{address} {mode} at {size['width']} cuts {text}" for text in person.page.evaluate(CUT)]
        person.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
        person.page.emulate_media(forced_colors="active")
        person.open(address)
        person.look(f"forced-{who}{address}".replace("/", "-"))
        person.page.emulate_media(forced_colors="none")
    assert not problems, "\n".join(problems)
