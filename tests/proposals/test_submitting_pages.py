"""Review, submit, receipt, withdraw, history and the picture."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import User
from contests import actions as contests
from contests.models import Contest
from proposals import actions
from proposals.models import Proposal, TeamMember
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def ana() -> User:
    return cast.person("Ana Author")


def browser(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def url(name: str, proposal: Proposal) -> str:
    return reverse(f"proposal_{name}", args=[proposal.pk])


def picture(size: tuple[int, int] = (60, 40)) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", size, "teal").save(out, "JPEG")
    return SimpleUploadedFile("roof.jpg", out.getvalue(), "image/jpeg")


def test_three_clicks_from_draft_to_receipt(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    client = browser(ana)
    with cast.during(contest, "submission") as at:
        review = client.get(url("submit", proposal)).content.decode()
        assert "White paint on 200 roofs." in review and "CC BY 4.0" in review
        sent = client.post(url("submit", proposal), {"accept_rules": "on", "version": 1, "rules": 1})
        assert sent.url == url("receipt", proposal)
        receipt = client.get(sent.url).content.decode()
    submitted = cast.fresh(proposal)
    assert submitted.status == "submitted"
    assert f"{at:%H:%M:%S} UTC" in receipt
    for phase in contest.phases.all():
        assert phase.name in receipt


def test_a_newcomer_is_asked_for_a_name_once(contest: Contest) -> None:
    newcomer = User.objects.create_user("new@people.example")
    proposal = cast.draft(newcomer, contest)
    client = browser(newcomer)
    with cast.during(contest, "submission"):
        nameless = client.post(url("submit", proposal), {"accept_rules": "on"})
        assert nameless.status_code == 422 and "which name" in nameless.content.decode()
        client.post(url("submit", proposal), {"accept_rules": "on", "display_name": "Nia New"})
    assert cast.fresh(proposal).status == "submitted"
    assert cast.fresh(newcomer).display_name == "Nia New"


def test_without_the_tick_or_with_gaps_nothing_is_submitted(contest: Contest, ana: User) -> None:
    client = browser(ana)
    with cast.during(contest, "submission"):
        bare = actions.start(by=ana, contest=contest, title="Bare")
        assert client.post(url("submit", bare), {}).status_code == 422
        page = client.post(url("submit", bare), {"accept_rules": "on"})
    assert page.status_code == 422
    assert f"{url('edit', bare)}#id_answer_summary" in page.content.decode()
    assert cast.fresh(bare).status == "draft"


def test_what_changed_since_the_review_is_not_submitted(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "submission"):
        actions.save_draft(by=ana, proposal=proposal, version=1, pitch="Changed by a co-author.")
        page = browser(ana).post(url("submit", proposal), {"accept_rules": "on", "version": 1})
    assert page.status_code == 409 and "Changed by a co-author." in page.content.decode()
    assert cast.fresh(proposal).status == "draft"


def test_rules_that_changed_are_read_again(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "submission"):
        contests.edit_contest(by=contest.created_by, contest=contest, rules_text="New rules.")
        page = browser(ana).post(url("submit", proposal), {"accept_rules": "on", "version": 1, "rules": 1})
    assert page.status_code == 422 and "New rules." in page.content.decode()
    assert cast.fresh(proposal).status == "draft"


def test_withdrawing_asks_once_and_keeps_the_texts(contest: Contest, ana: User) -> None:
    proposal = cast.submitted(ana, contest)
    client = browser(ana)
    with cast.during(contest, "submission"):
        assert "Withdraw proposal" in client.get(url("withdraw", proposal)).content.decode()
        assert cast.fresh(proposal).status == "submitted"
        client.post(url("withdraw", proposal))
        assert cast.fresh(proposal).status == "withdrawn"
        assert client.get(url("edit", proposal)).status_code == 200
        assert browser().get(url("cover", proposal)).status_code == 404


def test_history_is_the_teams(contest: Contest, ana: User) -> None:
    proposal = cast.submitted(ana, contest)
    with cast.during(contest, "submission"):
        page = browser(ana).get(url("history", proposal), {"version": "1"}).content.decode()
        assert "submitted" in page and cast.ANSWERS["summary"] in page
        assert browser(cast.person("Mia")).get(url("history", proposal)).status_code == 403
        assert browser().get(url("history", proposal)).status_code == 302


# --- the picture ----------------------------------------------------------------------------------------------------


def test_a_picture_needs_words_and_keeps_the_text_when_it_fails(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    client = browser(ana)
    with cast.during(contest, "submission"):
        data: dict[str, Any] = {"version": 1, "pitch": "Better pitch.", "cover": picture(), "cover_alt": ""}
        page = client.post(url("edit", proposal), data)
        assert page.status_code == 422 and "what the picture shows" in page.content.decode()
        assert cast.fresh(proposal).pitch == "Better pitch."
        assert 'name="version" value="2"' in page.content.decode()
        data = {"version": 2, "cover": picture(), "cover_alt": "A white roof"}
        assert client.post(url("edit", proposal), data).status_code == 302
        data = {"version": 3, "cover_alt": "A very white roof"}
        assert client.post(url("edit", proposal), data).status_code == 302
    saved = cast.fresh(proposal)
    assert saved.cover and saved.cover_alt == "A very white roof"


@pytest.mark.parametrize("lie", [b"", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"GIF89a;"])
def test_what_is_no_picture_is_refused_beside_the_field(contest: Contest, ana: User, lie: bytes) -> None:
    proposal = cast.draft(ana, contest)
    data = {"version": 1, "cover": SimpleUploadedFile("x.png", lie, "image/png"), "cover_alt": "Nothing"}
    with cast.during(contest, "submission"):
        page = browser(ana).post(url("edit", proposal), data)
    assert page.status_code == 422 and 'id="id_cover_error"' in page.content.decode()
    assert not cast.fresh(proposal).cover


def test_a_picture_is_seen_by_who_sees_the_proposal_and_can_run_nothing(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "submission"):
        actions.set_cover(by=ana, proposal=proposal, picture=picture(), alt="A roof")
        assert browser().get(url("cover", proposal)).status_code == 404
        mine = browser(ana).get(url("cover", proposal))
        assert mine.status_code == 200 and "private" in mine["Cache-Control"]
        assert b"".join(mine.streaming_content)[:4] == b"RIFF"  # type: ignore[attr-defined]
        actions.submit(by=ana, proposal=proposal, accept_rules=True)
        seen = browser().get(url("cover", proposal))
    assert seen["Content-Type"] == "image/webp" and seen["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in seen["Content-Security-Policy"] and "public" in seen["Cache-Control"]
    seen.close()


# --- access ends at once (P10) --------------------------------------------------------------------------------------

PAGES = ["edit", "preview", "submit", "receipt", "withdraw", "history"]
ENDPOINTS = [
    ("patch", "api_proposal", {"title": "Mine"}),
    ("post", "api_proposal_submit", {"accept_rules": True}),
    ("post", "api_proposal_withdraw", {}),
    ("get", "api_proposal_revisions", None),
]


@pytest.mark.parametrize("is_submitted", [False, True])
def test_a_removed_co_author_loses_access_at_once(contest: Contest, ana: User, is_submitted: bool) -> None:
    make = cast.submitted if is_submitted else cast.draft
    proposal = make(ana, contest)
    ben = cast.join(proposal, cast.person("Ben Both"))
    client = browser(ben)
    with cast.during(contest, "submission"):
        assert client.get(url("edit", proposal)).status_code == 200
        TeamMember.objects.filter(user=ben).delete()
        expected = 403 if is_submitted else 404
        for page in PAGES:
            assert client.get(url(page, proposal)).status_code == expected, page
            if page in ("edit", "submit", "withdraw"):
                assert client.post(url(page, proposal), {"version": 1, "title": "Mine"}).status_code == expected, page
        for method, name, body in ENDPOINTS:
            address = reverse(name, args=[proposal.pk])
            sent = getattr(client, method)(address, body, content_type="application/json", headers={"If-Match": '"1"'})
            assert sent.status_code == expected, name
        cover = client.put(reverse("api_proposal_cover", args=[proposal.pk]), b"", content_type="multipart/form-data; boundary=x")
        assert cover.status_code == expected
        if not is_submitted:
            assert client.get(reverse("api_proposal", args=[proposal.pk])).status_code == 404
            assert client.get(reverse("api_proposals"), {"mine": "true"}).json()["results"] == []
    assert cast.fresh(proposal).title == proposal.title
