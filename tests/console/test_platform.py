"""The page where staff name and colour the site, and its REST twin: one action, two doors."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from core import branding
from core.models import Branding
from tests import cast
from tests.core.test_branding import png

pytestmark = pytest.mark.django_db
PAGE, API = "/platform/", "/api/v1/platform/"


@pytest.fixture
def desk() -> Client:
    client = Client()
    client.force_login(cast.person("Sam Staff", is_staff=True))
    return client


def typed(**changes: Any) -> dict[str, Any]:
    return {"version": 0, "name": "Tidewater", "tagline": "", "contact": "", "palette": "tide", "hue": "160", **changes}


def file(content: io.BytesIO, name: str = "logo.png") -> SimpleUploadedFile:
    content.seek(0)
    return SimpleUploadedFile(name, content.read(), content_type="image/png")


def test_a_preset_is_chosen_saved_and_seen_at_once(desk: Client) -> None:
    answer = desk.post(PAGE, typed(), follow=True)
    assert answer.redirect_chain == [(PAGE, 303)]
    html = answer.content.decode()
    assert "Saved." in html and "Tidewater</title>" in html and "/brand.css?v=1" in html
    assert branding.stored().hue == 236


@pytest.mark.parametrize(
    ("palette", "hue", "stored"),
    [
        ("ember", "160", 38),  # a preset; the number was not touched
        ("own", "90", 90),
        ("meadow", "90", 90),  # only the number was touched: it is what they mean
        ("heather", "90", 305),  # both: the choice, which stands first
        ("own", "0", 0),
        ("own", "359", 359),
    ],
)
def test_palette_and_number_say_one_hue(desk: Client, palette: str, hue: str, stored: int) -> None:
    assert desk.post(PAGE, typed(palette=palette, hue=hue)).status_code == 303
    assert branding.stored().hue == stored


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "This field is required."),
        ("name", "x" * 61, "at most 60 characters"),
        ("name", "—", "at least one letter or digit"),
        ("hue", "360", "less than or equal to 359"),
        ("hue", "-1", "greater than or equal to 0"),
        ("hue", "green", "Enter a whole number."),
        ("hue", "", "Give the hue as a number"),
        ("contact", "nowhere", "valid email address"),
    ],
)
def test_a_wrong_field_is_told_beside_it_and_nothing_typed_is_lost(desk: Client, field: str, value: str, said: str) -> None:
    answer = desk.post(PAGE, typed(palette="own", tagline="Ideas for coasts.", **{field: value}))
    form = answer.context["form"]
    assert answer.status_code == 422 and said in str(form.errors[field])
    assert form["tagline"].value() == "Ideas for coasts." and form[field].value() == value
    assert f'aria-describedby="id_{field}_helptext id_{field}_error"' in answer.content.decode()
    assert not Branding.objects.exists()


def test_a_logo_that_is_none_is_refused_beside_its_field_and_the_rest_is_kept(desk: Client) -> None:
    answer = desk.post(PAGE, typed(logo=file(io.BytesIO(b"<svg><script/></svg>"), "logo.svg")))
    assert answer.status_code == 422 and "logo" in answer.context["form"].errors
    assert answer.context["form"]["name"].value() == "Tidewater" and not Branding.objects.exists()


def test_a_pale_logo_is_used_and_the_page_says_what_it_is_not_used_for(desk: Client) -> None:
    assert desk.post(PAGE, typed(logo=file(png("#FFE000")))).status_code == 303
    html = desk.get(PAGE).content.decode()
    assert "This logo is too light to colour the site" in html and "is used for the logo only" in html
    desk.post(PAGE, typed(version=1, drop_logo="on"))
    assert not branding.stored().logo and "too light" not in desk.get(PAGE).content.decode()


def test_trying_a_colour_shows_the_sample_and_saves_nothing(desk: Client) -> None:
    answer = desk.post(PAGE, typed(palette="own", hue="90", **{"try": "1"}))
    html = answer.content.decode()
    assert answer.status_code == 200 and "hue 90°" in html and branding.ramp(90)[600] in html
    assert answer.context["form"]["hue"].value() == "90" and not Branding.objects.exists()


def test_the_live_sample_is_a_piece_of_the_page(desk: Client) -> None:
    html = desk.get("/platform/sample/?palette=own&hue=305&name=Heather%3Cb%3E").content.decode()
    assert "<html" not in html and branding.ramp(305)[600] in html and "Heather&lt;b&gt;" in html
    for nonsense in ("?hue=900&palette=own", "?hue=x", ""):
        assert branding.ramp(160)[600] in desk.get(f"/platform/sample/{nonsense}").content.decode()


def test_who_saved_meanwhile_is_not_overwritten(desk: Client) -> None:
    desk.post(PAGE, typed())
    answer = desk.post(PAGE, typed(name="Mine"))
    assert answer.status_code == 422 and "Somebody else saved this page meanwhile" in answer.content.decode()
    again = {**typed(name="Mine"), "version": answer.context["form"]["version"].value()}
    assert desk.post(PAGE, again).status_code == 303 and branding.stored().name == "Mine"


def test_the_way_back_is_offered_as_soon_as_there_is_one(desk: Client) -> None:
    assert "Back to the default" not in desk.get(PAGE).content.decode()
    desk.post(PAGE, typed())
    assert "Back to the default" in desk.get(PAGE).content.decode()
    assert desk.post("/platform/default/").status_code == 303
    assert branding.stored().is_default


def test_the_page_is_staffs_alone() -> None:
    client = Client()
    assert client.get(PAGE)["Location"].startswith("/accounts/login/code/")
    client.force_login(cast.organiser())
    for path in (PAGE, "/platform/sample/"):
        assert client.get(path).status_code == 403
    assert client.post(PAGE, typed()).status_code == client.post("/platform/default/").status_code == 403
    assert not Branding.objects.exists()


# --- The REST twin -------------------------------------------------------------------------------------------------


def test_programs_read_change_and_undo_it_with_etags(desk: Client) -> None:
    read = desk.get(API)
    assert read["ETag"] == '"0"' and read.json()["name"] == "Groundswell"
    body, headers = {"name": "Tidewater", "hue": 236}, {"If-Match": read["ETag"]}
    changed = desk.patch(API, body, content_type="application/json", headers=headers)
    assert (changed.status_code, changed.json()["hue"], changed["ETag"]) == (200, 236, '"1"')
    assert desk.patch(API, body, content_type="application/json", headers=headers).status_code == 412
    assert desk.patch(API, body, content_type="application/json").status_code == 428
    undone = desk.delete(API, headers={"If-Match": '"1"'})
    assert (undone.status_code, undone.json()["hue"], undone.json()["name"]) == (200, 160, "Groundswell")


@pytest.mark.parametrize(
    "body", [{"hue": 360}, {"hue": "green"}, {"name": ""}, {"name": "x" * 61}, {"colour": "red"}, {"contact": "x"}]
)
def test_programs_are_told_what_is_wrong(desk: Client, body: dict[str, Any]) -> None:
    answer = desk.patch(API, body, content_type="application/json", headers={"If-Match": '"0"'})
    assert answer.status_code == 400 and list(answer.json()) == list(body)


def test_programs_put_and_take_a_logo(desk: Client) -> None:
    body = encode_multipart(BOUNDARY, {"logo": file(png())})
    put = desk.put(f"{API}logo/", body, content_type=MULTIPART_CONTENT, headers={"If-Match": '"0"'})
    assert put.status_code == 200 and put.json()["logo"] == "/brand/logo.webp?v=1"
    taken = desk.delete(f"{API}logo/", headers={"If-Match": '"1"'})
    assert taken.status_code == 200 and taken.json()["logo"] == ""
