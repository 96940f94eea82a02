"""Eyes that never complain prove nothing: each fault that a page may have is planted once, and seen."""

from __future__ import annotations

import pytest

from tests.journeys.conftest import Newcomer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FAULTS = {
    "axe image-alt": "document.querySelector('main').append(document.createElement('img'))",
    "axe color-contrast": "document.querySelector('h1').classList.add('hint'), document.querySelector('h1').style.color = '#ccc'",
    "console: Applying inline style": "document.querySelector('main').setAttribute('style', 'color: red')",
    "a request to another host": "location.href = 'http://127.0.0.1:9/'",
    "script error": "setTimeout(() => { throw new Error('planted') })",
    "404 for GET": "fetch('/nowhere/')",
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_seen(fault: str, newcomer: Newcomer) -> None:
    person = newcomer("Eve")
    person.open("/about/")
    person.look()
    person.page.evaluate(f"() => {{ {FAULTS[fault]} }}")
    person.page.wait_for_timeout(200)
    if fault.startswith("axe"):
        with pytest.raises(AssertionError, match=fault):
            person.look()
    else:
        with pytest.raises(AssertionError, match=fault):
            person.eyes.close()
    person.eyes.complaints.clear()
