"""Every way a request can end badly says what happened, why, and what to do next, in the site's look (U60)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from config import urls as site
from contests.models import Contest
from contests.phases import Kind
from core import clock
from core.permissions import Kind as No
from core.permissions import Refusal, Refused
from proposals.models import Proposal
from tests import cast

pytestmark = pytest.mark.django_db


def crash(request: HttpRequest) -> HttpResponse:
    raise ValueError("a secret detail")


def lose_database(request: HttpRequest) -> HttpResponse:
    raise {"operational": OperationalError, "interface": InterfaceError}[request.GET.get("as", "operational")](
        "host db-7 is away"
    )


def gone(request: HttpRequest) -> HttpResponse:
    raise Refused(Refusal(No.GONE, "removed", "It was removed."))


urlpatterns = [
    path("crash/", crash),
    path("api/v1/crash/", crash),
    path("away/", lose_database),
    path("api/v1/away/", lose_database),
    path("gone/", gone),
    path("api/v1/gone/", gone),
    *site.urlpatterns,
]
handler400, handler403, handler404 = site.handler400, site.handler403, site.handler404
handler429, handler500 = site.handler429, site.handler500


@pytest.fixture
def browser_() -> Iterator[Client]:
    """A browser at a site some of whose pages are broken."""
    with override_settings(ROOT_URLCONF=__name__):
        yield Client(raise_request_exception=False)


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


def explains(answer: Any, status: int, what: str) -> str:
    """The page has this status and heading, tells why, has a way on and the site's own look; its text."""
    html = unescape(answer.content.decode())
    assert answer.status_code == status
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", html) == [what]
    assert 'class="lead"' in html
    assert "css/tokens.css" in html and 'class="site-header' in html and "<script>" not in html and " style=" not in html
    assert re.search(r'<main.*<(a class="button|button class="button)', html, re.DOTALL), "no way on"
    return html


# --- People's mistakes -----------------------------------------------------------------------------------------------


def test_nothing_at_an_address_offers_a_search_and_the_open_contests(client: Client) -> None:
    html = explains(client.get("/nowhere/"), 404, "There is nothing at this address")
    assert 'action="/search/"' in html and 'type="search"' in html
    assert "/contests/?phase=submission" in html and "next=/nowhere/" in html


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("/Contests/Cool-Cities/", "/contests/cool-cities/"),
        ("/contests/COOL-CITIES/proposals/?q=roof", "/contests/cool-cities/proposals/?q=roof"),
        ("/contests/cool-cities/proposals/7-cool-roofs/", "/proposals/7-cool-roofs/"),
        ("/contests/cool-cities/proposals/7-cool-roofs", "/proposals/7-cool-roofs/"),
        ("/proposal/7", "/proposals/7/"),
        ("/Help", "/help/"),
    ],
)
def test_a_near_miss_is_led_to_what_was_meant(client: Client, asked: str, meant: str) -> None:
    answer = client.get(asked)
    assert (answer.status_code, answer.get("Location")) == (302, meant)


def test_what_is_no_near_miss_goes_nowhere_and_never_in_circles(client: Client) -> None:
    for address in ("/contests/nothing/", "/proposals/99/", "/NOWHERE/", "/invitations/ABC-def/"):
        answer = client.get(address, follow=True)
        assert (answer.status_code, len(answer.redirect_chain)) == (404, 0), address
    assert len(client.get("/Contests/Nothing/", follow=True).redirect_chain) == 1
    assert client.post("/Contests/").status_code == 404


def test_a_form_without_our_token_says_what_to_do(contest: Contest) -> None:
    strict = Client(enforce_csrf_checks=True)
    address = f"{contest.get_absolute_url()}proposals/new/"
    html = explains(strict.post(address, {"title": "Cool roofs"}), 403, "Please send that again")
    assert "Your browser sent no cookie" in html and "Back button" in html
    strict.get("/accounts/login/code/")
    words = {"title": "Cool roofs for two hundred homes", "csrfmiddlewaretoken": "x" * 64}
    html = explains(strict.post(address, words, headers={"Origin": "http://testserver"}), 403, "Please send that again")
    assert "Most often the page was open while you signed in" in html and "Cool roofs for two hundred homes" in html
    assert "Send it again" not in html


def test_words_from_another_site_are_not_shown_as_ones_own(contest: Contest) -> None:
    """W4: a page elsewhere cannot put its words into our frame."""
    strict = Client(enforce_csrf_checks=True)
    for headers in ({}, {"Origin": "https://evil.example"}, {"Origin": "null"}):
        answer = strict.post("/search/", {"title": "You have won a prize, send money"}, headers=headers)
        assert "You have won" not in answer.content.decode()


def test_secrets_are_never_handed_back() -> None:
    strict = Client(enforce_csrf_checks=True)
    words = {"login": "ana@people.example", "password": "correct horse battery"}
    answer = strict.post("/accounts/login/", words, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403 and "horse" not in answer.content.decode()


def test_too_much_at_once_is_413_with_the_limit(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
    html = explains(client.post("/accounts/login/", {"login": "x" * 2_600_000}), 413, "That was too much to send at once")
    assert "2.5 MB" in html and "Back button" in html


def test_a_request_that_makes_no_sense_is_400(client: Client, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["testserver"]
    explains(client.get("/", headers={"Host": "evil.example"}), 400, "We could not read that request")
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    explains(client.post("/accounts/login/", {str(n): "" for n in range(9)}), 400, "We could not read that request")


def test_too_many_tries_say_when_to_try_again(client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    cache.clear()
    for _ in range(2):
        answer = client.post("/accounts/login/", {"login": "ana@people.example", "password": "guess"})
    html = explains(answer, 429, "Too many tries in a short time")
    assert "try again in 5 minutes" in html and answer["Retry-After"] == "300"


def test_what_is_gone_for_good_is_410(browser_: Client) -> None:
    assert "It was removed." in explains(browser_.get("/gone/"), 410, "This is no longer here")


def test_a_removed_proposal_leaves_a_stone_without_its_words(client: Client, contest: Contest) -> None:
    proposal = cast.submitted(cast.person("Ana Author"), contest, title="Zanzibar roofs")
    Proposal.objects.filter(pk=proposal.pk).update(status="removed", slug="")
    html = explains(client.get(f"/proposals/{proposal.pk}/"), 410, "This is no longer here")
    assert "Zanzibar" not in html and f"{contest.get_absolute_url()}proposals/" in html
    Contest.objects.filter(pk=contest.pk).update(visibility="invited")
    assert client.get(f"/proposals/{proposal.pk}/").status_code == 404


# --- Ours ------------------------------------------------------------------------------------------------------------


def test_a_broken_page_says_so_with_a_reference_that_the_log_has(browser_: Client, caplog: pytest.LogCaptureFixture) -> None:
    answer = browser_.get("/crash/")
    html = explains(answer, 500, "Something broke on our side")
    reference = answer["X-Request-ID"]
    assert f">{reference}</code>" in html and reference in caplog.text
    assert "secret detail" not in html and "Traceback" not in html


def test_the_reference_is_the_one_the_request_came_with(browser_: Client) -> None:
    answer = browser_.get("/crash/", headers={"X-Request-ID": "0123abcd-proxy"})
    assert answer["X-Request-ID"] == "0123abcd-proxy"
    hostile = browser_.get("/crash/", headers={"X-Request-ID": "<script>alert(1)</script>"})
    assert "<script>alert" not in hostile.content.decode()


def test_the_apology_needs_no_database(browser_: Client) -> None:
    def fail(*_: Any) -> None:
        raise ValueError("everything is broken")

    with connection.execute_wrapper(fail):
        explains(browser_.get("/crash/"), 500, "Something broke on our side")


def test_even_a_broken_template_ends_in_words(browser_: Client, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "nowhere.Storage"}}
    answer = browser_.get("/crash/")
    assert answer.status_code == 500 and b"Please try again" in answer.content


@pytest.mark.parametrize("kind", ["operational", "interface"])
def test_a_database_that_is_away_is_503_and_asks_to_try_again(browser_: Client, kind: str) -> None:
    """J12: never a stack trace, never a host name."""
    answer = browser_.get(f"/away/?as={kind}")
    html = explains(answer, 503, "We cannot reach our records right now")
    assert answer["Retry-After"] == "30" and "Try again" in html and "db-7" not in html


def test_while_the_database_is_away_every_page_says_so(browser_: Client) -> None:
    def fail(*_: Any) -> None:
        raise OperationalError("host db-7 is away")

    browser_.force_login(cast.person("Moira Member"))
    with connection.execute_wrapper(fail):
        for address in ("/", "/contests/", "/me/", "/nowhere/", "/contests/cool-cities/vote/", "/health/ready/"):
            assert browser_.get(address).status_code == 503, address
        assert browser_.get("/health/live/").status_code == 200


def test_what_was_sent_meanwhile_is_handed_back_to_be_sent_again(browser_: Client) -> None:
    words = {"title": "Cool roofs for two hundred homes", "choices": ["4", "7"], "csrfmiddlewaretoken": "x" * 64}
    html = explains(
        browser_.post("/away/", words, headers={"Origin": "http://testserver"}), 503, "We cannot reach our records right now"
    )
    assert "not stored or counted" in html
    assert re.search(r'<textarea[^>]*name="title"[^>]*>\s*Cool roofs for two hundred homes</textarea>', html)
    assert html.count('type="hidden" name="choices"') == 2
    assert "Csrfmiddlewaretoken" not in html
    assert 'action="/away/"' in html and "Send it again" in html


# --- Programs --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/api/v1/nowhere/", 404, "not_found"),
        ("/api/v1/crash/", 500, "error"),
        ("/api/v1/away/", 503, "unavailable"),
        ("/api/v1/gone/", 410, "removed"),
    ],
)
def test_programs_get_the_same_as_json(browser_: Client, address: str, status: int, code: str) -> None:
    answer = browser_.get(address)
    told = json.loads(answer.content)
    assert (answer.status_code, told["code"], set(told)) == (status, code, {"code", "reason", "until"})
    assert told["reason"] and "secret" not in told["reason"]


def test_programs_learn_what_is_too_large(client: Client, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client.force_login(cast.person("Ana Author"))
    answer = client.post("/api/v1/proposals/", {"contest": "x" * 2000}, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


# --- Deadlines -------------------------------------------------------------------------------------------------------


def test_a_new_proposal_after_the_close_learns_what_closed_when_and_where_to_go(client: Client, contest: Contest) -> None:
    client.force_login(cast.person("Dina of Dhaka", time_zone="Asia/Dhaka"))
    with clock.simulated(cast.moment(contest, Kind.JUDGING)):
        html = explains(client.get(f"{contest.get_absolute_url()}proposals/new/"), 409, "The deadline has passed")
    assert "” closed" in html and "Madrid time" in html and "your time, Dhaka" in html
    assert "Nothing is lost" in html
    assert f'href="{contest.get_absolute_url()}proposals/"' in html and f'href="{contest.get_absolute_url()}"' in html


def test_each_act_after_its_close_says_when_it_closed(client: Client, contest: Contest) -> None:
    ana = cast.person("Ana Author")
    proposal, draft = cast.submitted(ana, contest), cast.draft(ana, contest, title="Cool walls")
    assignment = cast.assigned(cast.judge(contest), cast.entry_of(proposal))
    cast.judged(contest)
    cast.judged(contest, 2)
    with clock.simulated(cast.moment(contest, Kind.RESULTS)):
        client.force_login(ana)
        for act in ("edit", "submit"):
            html = explains(client.get(f"/proposals/{draft.pk}/{act}/"), 409, "The deadline has passed")
            assert "Nothing is lost" in html and "Madrid time" in html
        assert client.post(f"/proposals/{draft.pk}/edit/", {"title": "Late"}).status_code == 409
        client.force_login(assignment.judge)
        late = client.post(f"/judge/{assignment.pk}/", {"done": "1"})
        assert late.status_code in (409, 422)


def test_a_vote_after_the_close_is_refused_with_the_time_and_the_way_on(client: Client, contest: Contest) -> None:
    cast.submitted(cast.person("Ana Author"), contest)
    cast.judged(contest)
    cast.judged(contest, 2)
    vote = cast.phase(contest, Kind.VOTING)
    with cast.during(contest, Kind.VOTING):
        entry = vote.entries.get().pk
    client.force_login(cast.person("Vera Voter"))
    with clock.simulated(vote.ends_at + timedelta(minutes=2)):
        html = explains(
            client.post(f"{contest.get_absolute_url()}vote/", {"phase": vote.pk, "choices": [entry]}), 409, "Voting has closed"
        )
    assert "2 minutes ago" in html and "See the contest" in html


def test_what_is_not_open_yet_says_until_when(client: Client, contest: Contest) -> None:
    with clock.simulated(cast.START - timedelta(hours=3)):
        html = explains(client.get(f"{contest.get_absolute_url()}proposals/new/"), 409, "Not open yet")
    assert "in 3 hours" in html
