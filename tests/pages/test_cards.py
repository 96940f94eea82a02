"""A pasted link shows a picture: for whoever may see the page, with what is public, once drawn and kept."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contests import actions as contests
from contests.models import Contest
from core import branding, clock, social
from judging import actions as judging
from pages.querysets import proposal_page
from pages.templatetags.cards import of_contest, of_proposal
from proposals import actions as proposals
from proposals.models import Proposal
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture(autouse=True)
def sketches(monkeypatch: pytest.MonkeyPatch) -> list[social.Card]:
    """The cards that were asked to be drawn; how they look is tested beside the drawing."""
    asked: list[social.Card] = []
    monkeypatch.setattr(social, "draw", lambda card, brand, logo: asked.append(card) or b"\x89PNG")
    return asked


def metas(client: Client, path: str) -> dict[str, str]:
    html = client.get(path).content.decode()
    found = re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def asked_as(user: Any, path: str) -> int:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(path).status_code


def row(proposal: Proposal, at: Any) -> Proposal:
    """The proposal as its page reads it for a stranger."""
    return proposal_page(Proposal.objects.filter(pk=proposal.pk), AnonymousUser(), at=at).get()


@pytest.mark.parametrize("what", ["home", "contest", "proposal"])
def test_a_link_to_it_has_picture_title_and_sentence(client: Client, contest: Contest, what: str) -> None:
    proposal = cast.submitted(cast.person("Ana"), contest, title="Cool <roofs>")
    path, title, sentence = {
        "home": ("/", "Groundswell", "Propose, improve, vote"),
        "contest": (contest.get_absolute_url(), contest.question, "Summers get hotter"),
        "proposal": (proposal.get_absolute_url(), "Cool <roofs>", "White paint on 200 roofs."),
    }[what]
    with cast.during(contest, "judging"):
        found = metas(client, path)
        picture = client.get(found["og:image"].removeprefix("http://localhost:8000"))
    assert (found["og:title"], found["og:image:width"], found["og:image:height"]) == (title, "1200", "630")
    assert found["og:description"].startswith(sentence) and found["og:image:alt"] and found["og:type"]
    assert found["twitter:card"] == "summary_large_image" and found["twitter:image"] == found["og:image"]
    assert (picture.status_code, picture["Content-Type"]) == (200, "image/png")
    assert picture["Cache-Control"] == "public, max-age=31536000, immutable"  # the address names this version
    assert f'<link rel="canonical" href="http://localhost:8000{path}">' in client.get(path).content.decode()


def test_it_says_question_organiser_phase_and_date(contest: Contest) -> None:
    with cast.during(contest, "submission") as at:
        card = of_contest(cast.fresh(contest), at)
    assert (card.title, card.kicker, card.seed) == (contest.question, "City Climate Office", contest.pk)
    assert [stop.state for stop in card.stops] == ["now", "next", "next", "next", "next", "next"]
    assert card.alt == f"{contest.question} · City Climate Office · Open for proposals. · {card.date}"


def test_the_date_is_the_one_that_comes_next(contest: Contest) -> None:
    with cast.during(contest, "submission") as at:
        assert of_contest(cast.fresh(contest), at).date == "Proposals close Mon 12 Apr 2027, 11:00 Madrid time"
        assert of_contest(contest, at - timedelta(days=30)).date.startswith("Opens Mon 1 Mar 2027")
        assert of_contest(contest, at + timedelta(days=900)).date == ""


def test_a_card_is_for_whoever_may_see_the_page_and_nobody_else(contest: Contest) -> None:
    hidden = cast.draft_contest(contest.created_by, title="Not yet")
    ana = cast.person("Ana")
    draft = cast.draft(ana, contest)
    for path, owner in ((f"/contests/{hidden.slug}/card.png", contest.created_by), (f"/proposals/{draft.pk}/card.png", ana)):
        assert asked_as(None, path) == asked_as(cast.person(f"Stranger of {owner}"), path) == 404
        client = Client()
        client.force_login(owner)
        answer = client.get(path)
        assert answer.status_code == 200 and "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
    for path in ("/contests/no-such/card.png", "/proposals/999999/card.png"):
        assert asked_as(None, path) == 404


def test_a_withdrawn_proposals_card_goes_with_its_page(contest: Contest) -> None:
    ana = cast.person("Ana")
    proposal = cast.submitted(ana, contest)
    path = f"/proposals/{proposal.pk}/card.png"
    with cast.during(contest, "submission"):
        assert asked_as(None, path) == 200
        proposals.withdraw(by=ana, proposal=proposal)
        assert asked_as(None, path) == 404


def test_what_is_decided_but_not_released_is_on_no_card_not_even_the_organisers(contest: Contest) -> None:
    proposal = cast.submitted(cast.person("Ana"), contest)
    cast.judge(contest)
    entry = cast.entry_of(proposal)
    cast.review(contest.memberships.get(role="judge").user, entry)
    phase = cast.phase(contest, "judging")
    assert phase.closes_at is not None
    with clock.simulated(phase.closes_at + timedelta(minutes=1)):
        cast.settle()
        at = clock.now()
        before = of_proposal(row(proposal, at), at)
        judging.decide(by=contest.created_by, phase=phase, decisions={entry.pk: "advances"})
        client = Client()
        client.force_login(contest.created_by)
        held = client.get(f"/proposals/{proposal.pk}/card.png")["ETag"]
        assert held == f'"{before.digest(branding.current())}"' and before.badge == ""
        judging.release(by=contest.created_by, phase=cast.fresh(phase))
        cast.settle()
        released = client.get(f"/proposals/{proposal.pk}/card.png")["ETag"]
        assert released != held
        assert of_proposal(row(proposal, clock.now()), clock.now()).badge == "Semi-finalist"


def test_who_knows_the_version_hears_that_nothing_changed(
    client: Client, contest: Contest, sketches: list[social.Card]
) -> None:
    path = f"{contest.get_absolute_url()}card.png"
    with cast.during(contest, "submission"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first["ETag"]})
        assert first["Cache-Control"] == "public, max-age=300" and client.get(path).content == first.content
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert len(sketches) == 1  # drawn once, kept in the cache


def test_another_title_and_another_brand_are_drawn_anew(
    client: Client, contest: Contest, sketches: list[social.Card]
) -> None:
    path = f"{contest.get_absolute_url()}card.png"
    with cast.during(contest, "submission"):
        first = client.get(path)["ETag"]
        contests.edit_contest(by=contest.created_by, contest=contest, question="What cools a city?")
        second = client.get(path)["ETag"]
        branding.rebrand(by=cast.person("Sam", is_staff=True), version=0, name="Tidewater", hue=236)
        third = client.get(path)["ETag"]
    assert len({first, second, third}) == len(sketches) == 3
    assert metas(client, "/")["og:title"] == "Tidewater"


def test_a_card_costs_the_same_for_a_full_contest(client: Client, contest: Contest) -> None:
    ana = cast.person("Ana")
    proposal = cast.submitted(ana, contest)
    paths = (f"{contest.get_absolute_url()}card.png", f"/proposals/{proposal.pk}/card.png")

    def queries() -> list[int]:
        found = []
        for path in paths:
            with CaptureQueriesContext(connection) as counted:
                assert client.get(path).status_code == 200
            found.append(len(counted))
        return found

    with cast.during(contest, "submission"):
        few = queries()
    for n in range(11):
        cast.join(proposal, cast.person(f"Editor {n}"))
        cast.submitted(cast.person(f"Author {n}"), contest, title=f"Proposal {n}")
    with cast.during(contest, "submission"):
        assert queries() == few
    assert max(few) <= 4


def test_a_team_is_two_names_and_how_many_more(contest: Contest) -> None:
    ana = cast.person("Ana")
    proposal = cast.submitted(ana, contest)
    for name in ("Ben", "Cy"):
        cast.join(proposal, cast.person(name))
    cast.join(proposal, cast.person("Kim Commenter"), "commenter")
    with cast.during(contest, "submission") as at:
        assert of_proposal(row(proposal, at), at).people == "Ana, Ben +1"
        Proposal.objects.filter(pk=proposal.pk).update(credited_to="The Roof Club")
        assert of_proposal(row(proposal, at), at).people == "The Roof Club"


# --- Icons and manifest --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/favicon.ico", "image/x-icon"),
        ("/apple-touch-icon.png", "image/png"),
        ("/brand/icon-192.png", "image/png"),
        ("/brand/icon-512.png", "image/png"),
        ("/brand/icon.svg", "image/svg+xml"),
        ("/manifest.webmanifest", "application/manifest+json"),
        ("/card.png", "image/png"),
    ],
)
def test_pictures_of_the_site_are_there_for_all_and_kept(client: Client, path: str, kind: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, kind)
    assert answer["Cache-Control"].startswith("public") and client.post(path).status_code == 405


def test_the_manifest_names_the_site_and_its_colour(client: Client) -> None:
    branding.rebrand(by=cast.person("Sam", is_staff=True), version=0, name="Tidewater Climate", hue=236)
    found = client.get("/manifest.webmanifest").json()
    said = (found["name"], found["short_name"], found["theme_color"])
    assert said == ("Tidewater Climate", "Tidewater", branding.ramp(236)[600])
    assert {client.get(icon["src"]).status_code for icon in found["icons"]} == {200}


def test_whoever_asks_for_all_cards_at_once_does_not_take_all_threads(contest: Contest) -> None:
    address = f"/contests/{contest.slug}/card.png"
    taken = [social._seats.acquire(blocking=False) for _ in range(social.MOST_WAITING)]
    try:
        assert all(taken)
        refused = Client().get(address)
        assert (refused.status_code, refused["Retry-After"], refused["Cache-Control"]) == (503, "5", "no-store")
    finally:
        for _ in taken:
            social._seats.release()
    assert [Client().get(address).status_code for _ in range(social.MOST_WAITING + 1)] == [200] * (social.MOST_WAITING + 1)
