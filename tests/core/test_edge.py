"""The outermost door: headers on every answer, nothing written from another site, staff signs in daily."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from community.models import Support
from core import branding, clock
from tests import cast
from tests.headers import problems

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "DATABASE_URL": "postgres://groundswell@127.0.0.1:1/groundswell",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "SECRET_KEY": secrets.token_urlsafe(50),
    "SITE_URL": "https://contests.example.org",
    "EMAIL_URL": "smtp://mail.example.org:25",
}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("ask", "status"),
    [
        (lambda c: c.get("/"), 200),
        (lambda c: c.get("/nothing/here/"), 404),
        (lambda c: c.get("/static/css/tokens.css"), 200),
        (lambda c: c.get("/static/none.css"), 404),
        (lambda c: c.delete("/contests/"), 403),
        (lambda c: c.get("/me/"), 302),
        (lambda c: c.get("/api/v1/me/"), 401),
        (lambda c: c.post("/accounts/login/", {}), 403),  # no token
        (lambda c: c.get("/", headers={"Host": "evil.example"}), 400),
        (lambda c: c.get("/health/live/"), 200),
        (lambda c: c.get("/robots.txt"), 200),
    ],
)
def test_w20_every_kind_of_answer_has_all_headers(ask: Callable[[Client], Any], status: int, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    answer = ask(Client(enforce_csrf_checks=True, raise_request_exception=False))
    assert (answer.status_code, problems(answer)) == (status, [])


@pytest.mark.django_db
def test_addresses_that_hold_a_secret_are_told_to_no_other_site() -> None:
    assert Client().get("/accounts/login/code/")["Referrer-Policy"] == "same-origin"
    assert Client().get("/")["Referrer-Policy"] == "strict-origin-when-cross-origin"


@pytest.mark.django_db
def test_w4_another_site_makes_nobody_write() -> None:
    """Not even with a token it has stolen; what another site may do is link here."""
    fan = cast.person("Fay Fan")
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana Author"), contest)
    client, support = Client(), f"/proposals/{proposal.pk}/support/"
    client.force_login(fan)
    with cast.during(contest, "submission"):
        for site, status in (("cross-site", 403), ("same-site", 302), ("same-origin", 302)):
            Support.objects.all().delete()
            answer = client.post(support, headers={"Sec-Fetch-Site": site})
            assert answer.status_code in (status, 303 if status == 302 else status), site
            assert Support.objects.exists() is (status == 302), site
        assert client.get(proposal.get_absolute_url(), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 200


@pytest.mark.django_db
def test_a_program_with_its_own_token_may_write_from_anywhere() -> None:
    answer = Client().put(
        "/api/v1/proposals/1/support/", headers={"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer nothing"}
    )
    assert answer.status_code == 401


@pytest.mark.django_db
def test_signing_out_makes_the_browser_forget_its_copies() -> None:
    client = Client()
    client.force_login(cast.person("Mia Member"))
    assert "Clear-Site-Data" not in client.get("/me/")
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache"'


@pytest.mark.django_db
@pytest.mark.parametrize(("is_staff", "hours"), [(True, 12), (False, 14 * 24)])
def test_a_staff_session_ends_after_half_a_day(is_staff: bool, hours: int) -> None:
    person = cast.person("Stella Staff", is_staff=is_staff)
    client = Client()
    client.post("/accounts/login/", {"login": person.email, "password": "correct horse"})
    assert client.session["_auth_user_id"] == str(person.pk)
    left = timedelta(seconds=client.session.get_expiry_age())
    assert abs(left - timedelta(hours=hours)) < timedelta(minutes=1)


@pytest.mark.django_db
def test_w10_the_admin_has_no_sign_in_of_its_own(settings: Any) -> None:
    answer = Client().get("/admin/login/?next=/admin/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_security_txt_says_whom_to_tell_and_is_not_stale(settings: Any) -> None:
    settings.SECURITY_CONTACT = "security@contests.example.org"
    lines = dict(line.split(": ", 1) for line in Client().get("/.well-known/security.txt").content.decode().splitlines())
    assert lines["Contact"] == "mailto:security@contests.example.org"
    expires = lines["Expires"]
    now = clock.now()
    assert now.isoformat() < expires < (now + timedelta(days=367)).isoformat(), "RFC 9116: less than a year is advised"
    assert lines["Canonical"] == f"{django_settings.SITE_URL}/.well-known/security.txt"


@pytest.mark.django_db
def test_without_a_security_contact_the_sites_own_is_named(settings: Any) -> None:
    settings.SECURITY_CONTACT = ""
    branding.remember(replace(branding.default(), contact="hello@streets.example"), seconds=60)
    assert "Contact: mailto:hello@streets.example\n" in Client().get("/.well-known/security.txt").content.decode()
    branding.remember(branding.default(), seconds=60)
    assert f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}\n" in Client().get("/.well-known/security.txt").content.decode()


@pytest.mark.django_db
def test_password_managers_find_the_page() -> None:
    answer = Client().get("/.well-known/change-password")
    assert answer["Location"] == "/accounts/password/change/"


def in_production(code: str, **more: str) -> str:
    """What a production process prints."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **PRODUCTION, **more}
    command = [sys.executable, "-c", f"import django; django.setup(); from django.conf import settings as s; {code}"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.once
def test_production_has_locked_cookies_and_remembers_https(tmp_path: Path) -> None:
    said = in_production(
        "from django.urls import reverse; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.SESSION_COOKIE_SECURE,"
        " s.SESSION_COOKIE_HTTPONLY, s.SECURE_HSTS_SECONDS, s.SECURE_SSL_REDIRECT, s.ALLOWED_HOSTS,"
        " 'upgrade-insecure-requests' in s.CONTENT_SECURITY_POLICY['DIRECTIVES'], reverse('admin:index'))",
        GROUNDSWELL_VAR=str(tmp_path),
        ADMIN_PATH="engine-room",
    )
    assert said.split() == [
        "__Host-sessionid", "__Host-csrftoken", "True", "True", "63072000", "True", "['contests.example.org']", "True",
        "/engine-room/",
    ]  # fmt: skip
