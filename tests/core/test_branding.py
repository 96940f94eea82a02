"""One row re-brands the site: who may, what is refused, what every colour measures, and what it costs."""

from __future__ import annotations

import io
import re
from email.header import decode_header
from email.utils import getaddresses
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from PIL import Image, ImageDraw

from core import branding
from core.branding import Brand
from core.colours import contrast, ramp
from core.database import Stale
from core.models import Branding, Fact
from core.permissions import Refused
from tests import cast

pytestmark = pytest.mark.django_db
HUES = (0, 38, 90, 160, 236, 305, 359)


@pytest.fixture
def staff() -> Any:
    return cast.person("Sam Staff", is_staff=True)


def png(colour: str = "#C02020", size: tuple[int, int] = (320, 80), kind: str = "PNG") -> io.BytesIO:
    """A logo: a bar of one colour on nothing."""
    picture = Image.new("RGBA", size, "#00000000")
    ImageDraw.Draw(picture).rectangle([8, 8, size[0] - 8, size[1] - 8], fill=colour)
    out = io.BytesIO()
    (picture.convert("RGB") if kind == "GIF" else picture).save(out, kind)
    out.seek(0)
    return out


def test_without_a_row_the_site_has_its_default(django_assert_num_queries: Any) -> None:
    branding.remember(None)
    with django_assert_num_queries(3):  # in a test's transaction: a savepoint round the one query
        brand = branding.current()
    assert (brand.name, brand.hue, brand.version, brand.logo) == ("Groundswell", 160, 0, "")
    assert brand.has_default_hue and brand.tagline
    with django_assert_num_queries(0):
        assert branding.current() is brand  # remembered


def test_the_memory_lasts_ten_seconds_and_no_longer(staff: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    branding.remember(None)
    branding.current()
    Branding.objects.create(hue=38)  # as another process does it
    now = branding.time.monotonic()
    assert branding.current().hue == 160
    monkeypatch.setattr(branding.time, "monotonic", lambda: now + 10.1)
    assert branding.current().hue == 38


def test_a_missing_table_never_fails_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_args: Any) -> None:
        raise DatabaseError("no such table: core_branding")

    branding.remember(None)
    monkeypatch.setattr(Branding.objects, "first", gone)
    assert branding.current() == branding.default()


def test_staff_changes_it_and_a_fact_says_which_fields_without_their_words(staff: Any) -> None:
    row = branding.rebrand(by=staff, version=0, name="  Tidewater \n Climate ", hue=236, contact="hello@tide.example")
    assert (row.name, row.hue, row.version) == ("Tidewater Climate", 236, 1)
    assert branding.current().name == "Tidewater Climate"
    fact = Fact.objects.get(verb="platform.branded")
    assert fact.data == {"fields": ["contact", "hue", "name"], "hue": 236, "version": 1} and fact.actor_id == staff.pk


def test_back_to_the_default_takes_everything_away_but_the_count_of_versions(staff: Any) -> None:
    words = {"name": "Tidewater", "tagline": "Coasts.", "contact": "a@tide.example"}
    row = branding.rebrand(by=staff, version=0, hue=236, picture=png(), **words)
    row = branding.restore_default(by=staff, version=row.version)
    assert row.is_default and row.version == 2  # addresses that name a version are never used twice
    assert branding.current() == Brand(name="Groundswell", version=2)
    assert Fact.objects.filter(verb="platform.branded").count() == 2


@pytest.mark.parametrize("who", ["organiser", "member", "nobody"])
def test_nobody_but_staff_may(who: str) -> None:
    people = {"organiser": cast.organiser, "member": lambda: cast.person("Mara"), "nobody": AnonymousUser}
    with pytest.raises(Refused):
        branding.rebrand(by=people[who](), version=0, name="Mine")
    assert not Branding.objects.exists() and not Fact.objects.filter(verb="platform.branded").exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", " \u2028 "), ("name", "—"), ("name", "x" * 61), ("tagline", "x" * 161),
        ("hue", -1), ("hue", 360), ("contact", "no address"), ("contact", "a@b.example\nBcc: all@b.example x"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_said_beside_its_field(staff: Any, field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        branding.rebrand(by=staff, version=0, **{field: value})  # type: ignore[arg-type]
    assert list(refused.value.message_dict) == [field]
    assert not Branding.objects.exists()


def test_the_database_itself_holds_one_row_and_a_hue_in_degrees() -> None:
    for wrong in (Branding(id=2), Branding(id=1, hue=360)):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong.save(force_insert=True)


def test_two_at_once_do_not_overwrite_each_other(staff: Any) -> None:
    branding.rebrand(by=staff, version=0, name="First")
    with pytest.raises(Stale):
        branding.rebrand(by=staff, version=0, name="Second")
    assert branding.stored().name == "First"


def test_w18_no_name_adds_a_header_to_a_mail(staff: Any) -> None:
    branding.rebrand(by=staff, version=0, name='Evil"\r\nBcc: all@people.example\x00 <x@y.example>, Ö')
    sender = branding.current().sender
    assert "\n" not in sender and "\r" not in sender
    ((name, address),) = getaddresses([sender])  # one address, the settings' own
    assert address.startswith("hello@")
    words, charset = decode_header(name)[0]
    assert (words.decode(charset) if charset else words).startswith('Evil" Bcc: all@people.example')


# --- Logo ----------------------------------------------------------------------------------------------------------


def test_a_logo_is_written_anew_and_the_old_one_goes(staff: Any, django_capture_on_commit_callbacks: Any) -> None:
    row = branding.rebrand(by=staff, version=0, picture=png())
    first, brand = row.logo, branding.current()
    assert brand.logo == "/brand/logo.webp?v=1" and brand.logo_width == 128
    answer = Client().get(brand.logo)
    assert answer["Content-Type"] == "image/webp" and "immutable" in answer["Cache-Control"]
    with Image.open(io.BytesIO(answer.content)) as logo:
        assert (logo.format, logo.size) == ("WEBP", (320, 80))
    with django_capture_on_commit_callbacks(execute=True):
        branding.rebrand(by=staff, version=1, drop_logo=True)
    assert not default_storage.exists(first) and Client().get("/brand/logo.webp").status_code == 404


@pytest.mark.parametrize(
    "picture",
    [
        io.BytesIO(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        io.BytesIO(b""),
        png(kind="GIF"),
        png(size=(900, 20)),
        png(size=(20, 90)),
    ],
)
def test_a_bad_logo_is_refused(staff: Any, picture: io.BytesIO) -> None:
    picture.seek(0)
    with pytest.raises(ValidationError) as refused:
        branding.rebrand(by=staff, version=0, name="Kept out", picture=picture)
    assert list(refused.value.message_dict) == ["logo"] and not Branding.objects.exists()


@pytest.mark.parametrize(("colour", "pale"), [("#FFE000", True), ("#7FD6FF", True), ("#0A3D62", False)])
def test_a_logo_too_light_for_text_is_known_and_never_colours_the_site(staff: Any, colour: str, pale: bool) -> None:
    branding.rebrand(by=staff, version=0, picture=png(colour))
    brand = branding.current()
    assert brand.logo_is_pale is pale
    assert brand.colours == ramp(160)


# --- What it looks like --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("hue", HUES)
def test_the_style_sheet_holds_ten_primitives_that_can_be_read(staff: Any, client: Client, hue: int) -> None:
    branding.rebrand(by=staff, version=0, hue=hue)
    answer = client.get("/brand.css?v=1")
    found = {int(step): colour for step, colour in re.findall(r"--brand-(\d+):(#[0-9A-F]{6});", answer.content.decode())}
    assert answer["Content-Type"].startswith("text/css") and answer.content.startswith(b"@layer theme{:root{")
    assert sorted(found) == [50, 100, 200, 300, 400, 500, 600, 700, 800, 900]
    assert contrast(found[600], branding.PAGE) >= 4.5 and contrast("#FFFFFF", found[600]) >= 4.5
    assert contrast(found[800], found[100]) >= 7 and contrast(found[500], branding.PAGE) >= 3


def test_the_style_sheet_is_kept_for_good_at_its_version_and_shared_with_all(staff: Any, client: Client) -> None:
    branding.rebrand(by=staff, version=0, hue=38)
    assert client.get("/brand.css")["Cache-Control"] == "public, max-age=300"
    client.force_login(staff)
    assert client.get("/brand.css?v=1")["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "no-store" in client.get("/brand.css")["Cache-Control"]
    assert "style-src 'self'" in client.get("/")["Content-Security-Policy"]


def test_the_default_hue_costs_nothing_and_another_costs_one_link(staff: Any, client: Client) -> None:
    assert "brand.css" not in client.get("/help/").content.decode()
    branding.rebrand(by=staff, version=0, name="Tidewater")
    assert "brand.css" not in client.get("/help/").content.decode()
    branding.rebrand(by=staff, version=1, hue=236)
    assert client.get("/help/").content.decode().count('href="/brand.css?v=2"') == 1


def test_a_page_carries_the_new_face_everywhere(staff: Any, client: Client) -> None:
    branding.rebrand(
        by=staff, version=0, name="Tide & Water", tagline="Ideas for coasts.", hue=236, contact="hi@tide.example", picture=png()
    )
    html = client.get("/help/").content.decode()
    assert "Tide &amp; Water</title>" in html and html.count("Groundswell") == 0
    assert "Ideas for coasts." in html and "mailto:hi@tide.example" in html
    assert 'src="/brand/logo.webp?v=1"' in html and ramp(236)[900] in html  # logo, theme-color
    assert "/brand/icon.svg?v=1" in html and "/manifest.webmanifest?v=1" in html


def test_a_page_asks_for_no_brand_while_it_is_remembered(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        client.get("/help/")


def test_the_api_description_has_the_sites_name(staff: Any, client: Client) -> None:
    branding.rebrand(by=staff, version=0, name="Tidewater")
    assert b"title: Tidewater" in client.get("/api/v1/schema/").content
