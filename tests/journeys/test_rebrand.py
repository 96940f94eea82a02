"""One hue, a name and a logo re-brand pages, mails and cards, with every contrast passing (scorecard 53)."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from core import branding
from tests import cast
from tests.core.test_branding import png
from tests.core.test_social import colours_of, near
from tests.journeys.conftest import Newcomer, Time

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def face_given_back() -> None:
    """The live server shares this process's memory."""
    branding.remember(branding.default())


def test_staff_give_the_site_another_face(newcomer: Newcomer, time: Time) -> None:
    contest = cast.contest(cast.organiser())
    cast.person("Sam", is_staff=True)
    time.is_now(cast.moment(contest, "submission"))
    sam = newcomer("Sam")
    sam.sign_in()
    sam.open("/platform/")
    sam.look("rebrand-1-default")
    sam.choose(re.compile("^Heather"))
    expect(sam.page.locator("#sample")).to_contain_text("hue 305°")  # before anything is saved
    sam.type("Name of the site", "Coastline Commons")
    sam.page.get_by_label(re.compile("^Logo")).set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": png("#FFD21F").getvalue()}
    )
    sam.press("Save")
    sam.reads("Saved.")
    sam.reads("This logo is too light to colour the site")
    sam.look("rebrand-2-saved")
    for scheme in ("light", "dark"):
        sam.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for path in ("/", contest.get_absolute_url()):
            sam.open(path)
            sam.look()  # axe asks for every contrast
    ramp = branding.ramp(305)
    wanted = "rgb({}, {}, {})".format(*(int(ramp[600][n : n + 2], 16) for n in (1, 3, 5)))
    sam.page.emulate_media(color_scheme="light")
    sam.open(contest.get_absolute_url())
    button = sam.page.locator(".button--primary").first
    assert button.evaluate("one => getComputedStyle(one).backgroundColor") == wanted
    guest = newcomer("Guest")
    guest.open(contest.get_absolute_url())
    expect(guest.page).to_have_title(re.compile("Coastline Commons$"))
    picture = guest.page.locator('meta[property="og:image"]').get_attribute("content") or ""
    drawn = guest.page.request.get(guest.home + re.sub("^https?://[^/]+", "", picture)).body()
    assert near(ramp[500], colours_of(drawn)) and near("#FFD21F", colours_of(drawn))
    guest.open("/accounts/login/code/")
    guest.type("E-mail address", guest.address)
    guest.press("Send me a code")
    mail = guest.mail("Your code for Coastline Commons")
    assert mail.from_email.startswith("Coastline Commons <") and ramp[500] in mail.alternatives[0][0]


def test_a_colour_is_tried_and_saved_without_a_script(newcomer: Newcomer, time: Time) -> None:
    cast.person("Sam", is_staff=True)
    sam = newcomer("Sam", scripted=False)
    sam.sign_in()
    sam.open("/platform/")
    sam.type("Hue", "90")
    sam.press("Try the colour")
    sam.reads("hue 90°")
    assert branding.stored().hue == 160
    sam.press("Save")
    assert branding.stored().hue == 90
    sam.press("Back to the default")
    sam.reads("The site has its default name, colour and words again.")
