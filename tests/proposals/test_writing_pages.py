"""Writing: a visitor begins at once, nothing typed is ever lost, and nobody's words are overwritten in silence."""

from __future__ import annotations

import html as entities
import re
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote_from_bytes

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from contests.models import Contest
from core.html import clean_html
from proposals import actions
from proposals.forms import as_typed
from proposals.models import Proposal
from tests import cast

pytestmark = pytest.mark.django_db

TEXTS = {"title": "Cool roofs", "pitch": "White paint.", "answer_summary": "We paint.\n\nThen we measure."}


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


def new_url(contest: Contest) -> str:
    return reverse("proposal_new", args=[contest.slug])


def edit_url(proposal: Proposal) -> str:
    return reverse("proposal_edit", args=[proposal.pk])


def posted(proposal: Proposal, **texts: Any) -> dict[str, Any]:
    """What a browser sends from the edit page, with these changes."""
    answers = {f"answer_{key}": as_typed(text).replace("\n", "\r\n") for key, text in proposal.answers.items()}
    return {"title": proposal.title, "pitch": proposal.pitch, "version": proposal.version, **answers, **texts}


# --- a visitor ------------------------------------------------------------------------------------------------------


def test_a_visitor_writes_without_an_account(contest: Contest) -> None:
    with cast.during(contest, "submission"):
        page = browser().get(new_url(contest))
    assert page.status_code == 200
    html = page.content.decode()
    assert html.count("<h1") == 1
    assert 'data-words-max="400"' in html and "<details" in html
    for section in contest.sections.all():
        assert section.label in html


def test_a_visitors_draft_becomes_theirs_when_they_sign_in(contest: Contest, ana: User) -> None:
    client = browser()
    with cast.during(contest, "submission"):
        kept = client.post(new_url(contest), TEXTS)
        assert kept.status_code == 302
        assert reverse("account_request_login_code") in kept.url and "next=" in kept.url
        assert not Proposal.objects.exists()
        client.force_login(ana)
        back = parse_qs(kept.url.partition("?")[2])["next"][0]
        landed, again = client.get(back), client.get(back)
    proposal = Proposal.objects.get()
    assert landed.url == again.url == edit_url(proposal)
    assert proposal.created_by == ana
    assert proposal.title == "Cool roofs"
    assert proposal.answers["summary"] == clean_html(TEXTS["answer_summary"])


def test_the_whole_way_by_code(contest: Contest, mailoutbox: list[Any]) -> None:
    client = browser()
    with cast.during(contest, "submission"):
        kept = client.post(new_url(contest), TEXTS)
        sign_in, _, query = kept.url.partition("?")
        asked = client.post(f"{sign_in}?{query}", {"email": "new@people.example", **dict(parse_qsl(query))})
        code = re.search(r"\b([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\b", mailoutbox[-1].body)
        assert code is not None
        page = client.post(asked.url, {"code": code.group(1)}, follow=True)
    proposal = Proposal.objects.get()
    assert page.redirect_chain[-1][0] == edit_url(proposal)
    assert proposal.created_by.email == "new@people.example"


def test_a_draft_is_claimed_once(contest: Contest, ana: User) -> None:
    client = browser()
    with cast.during(contest, "submission"):
        client.post(new_url(contest), TEXTS)
        drafts = client.session["drafts"]
        client.force_login(ana)
        session = client.session
        session["drafts"] = drafts  # a second process that still saw the draft
        session.save()
        client.force_login(ana)
    assert Proposal.objects.count() == 1


def test_a_visitors_draft_survives_the_close(contest: Contest, ana: User) -> None:
    client = browser()
    with cast.during(contest, "submission"):
        client.post(new_url(contest), TEXTS)
    with cast.during(contest, "judging"):
        client.force_login(ana)
        page = client.get(new_url(contest))
    assert page.status_code == 409
    assert "White paint." in page.content.decode()
    assert not Proposal.objects.exists()


def test_what_is_too_long_for_the_session_stays_in_the_form(contest: Contest) -> None:
    long = "word " * 11_000
    texts = TEXTS | {f"answer_{key}": long for key in ("summary", "who", "impact", "cost", "timeline")}
    client = browser()
    with cast.during(contest, "submission"):
        page = client.post(new_url(contest), texts)
    assert page.status_code == 422
    assert page.content.decode().count(long.strip()) == 5
    assert "drafts" not in client.session


def test_a_judge_does_not_enter(contest: Contest) -> None:
    judge = cast.member_of(contest, cast.person("Jo Judge"), "judge")
    with cast.during(contest, "submission"):
        assert browser(judge).get(new_url(contest)).status_code == 403


def test_before_and_after_the_phase_no_proposal_begins(contest: Contest) -> None:
    with cast.during(contest, "judging"):
        assert browser().get(new_url(contest)).status_code == 409


# --- a member -------------------------------------------------------------------------------------------------------


def test_saving_twice_at_once_begins_one_draft(contest: Contest, ana: User) -> None:
    client = browser(ana)
    with cast.during(contest, "submission"):
        first, second = (client.post(new_url(contest), TEXTS | {"once": "abc"}) for _ in range(2))
        third = client.post(new_url(contest), TEXTS | {"once": "abc", "pitch": "Another one."})
    assert first.url == second.url != third.url
    assert Proposal.objects.count() == 2


def test_save_draft(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "submission"):
        page = browser(ana).post(edit_url(proposal), posted(proposal, answer_who="Neighbours."))
    assert page.status_code == 302
    saved = cast.fresh(proposal)
    assert saved.version == proposal.version + 1
    assert saved.answers == {**proposal.answers, "who": "<p>Neighbours.</p>"}


@pytest.mark.parametrize(
    "stored",
    [
        "<p>One.</p>\n\n<p>Two <strong>bold</strong>.</p>",
        "<ul><li>a</li><li>b</li></ul>",
        "<p>a &lt; b &amp; c</p>",
        "<p>see &lt;p&gt; here</p>",
        "<p>one<br>two</p>",
        "<p>one</p><p>two</p>",
        "<p>a  b</p>",
        "  <p>a</p>\n",
        '<p><a href="https://a.example" rel="nofollow ugc noopener">https://a.example</a></p>',
        "<p>\N{NO-BREAK SPACE}x\u200b</p>",
    ],
)
def test_saving_without_a_change_changes_nothing(contest: Contest, ana: User, stored: str) -> None:
    proposal = cast.draft(ana, contest)
    Proposal.objects.filter(pk=proposal.pk).update(answers={"summary": stored})
    proposal = cast.fresh(proposal)
    with cast.during(contest, "submission"):
        page = browser(ana).get(edit_url(proposal))
        shown = re.search(r'name="answer_summary"[^>]*>\n(.*?)</textarea>', page.content.decode(), re.S)
        assert shown is not None
        sent = posted(proposal, answer_summary=entities.unescape(shown.group(1)).replace("\n", "\r\n"))
        browser(ana).post(edit_url(proposal), sent)
    assert cast.fresh(proposal).answers == {"summary": stored}
    assert cast.fresh(proposal).version == proposal.version


def test_simple_answers_are_shown_as_text_and_others_as_html() -> None:
    assert as_typed(clean_html("One.\n\nTwo\nthree, https://a.example")) == "One.\n\nTwo\nthree, https://a.example"
    assert as_typed("<p>One <em>two</em></p>") == "<p>One <em>two</em></p>"


def test_a_submitted_proposal_says_what_is_not_submitted(contest: Contest, ana: User) -> None:
    proposal = cast.submitted(ana, contest)
    client = browser(ana)
    with cast.during(contest, "submission"):
        client.post(edit_url(proposal), posted(proposal, pitch="Green paint."))
        page = client.get(edit_url(proposal)).content.decode()
        assert "not submitted" in page
        client.post(edit_url(proposal), posted(cast.fresh(proposal), pitch=proposal.pitch))
        assert not cast.fresh(proposal).has_unsubmitted_changes


def test_missing_parts_are_linked_to_their_fields(contest: Contest, ana: User) -> None:
    with cast.during(contest, "submission"):
        proposal = actions.start(by=ana, contest=contest, title="Bare")
        page = browser(ana).get(edit_url(proposal)).content.decode()
    for name in ("pitch", "answer_summary", "answer_cost"):
        assert f'href="#id_{name}"' in page and f'id="id_{name}"' in page


def test_after_the_close_what_was_typed_comes_back(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "judging"):
        page = browser(ana).post(edit_url(proposal), posted(proposal, answer_who="Too late, but not lost."))
    assert page.status_code == 409
    assert "Too late, but not lost." in page.content.decode()


# --- odd input ------------------------------------------------------------------------------------------------------

ODD = {
    "nul": "a\x00b",
    "controls": "a\x01\x02\x1b[31mb",
    "surrogate": "a\udce2b",
    "bidi": "a\u202eb\u2066c",
    "huge": "x" * 1_000_000,
    "noncharacter": "a\uffffb",
    "combining": "e" + "\u0301" * 300,
    "emoji": "👩‍👩‍👧‍👧🏳️‍🌈",
}


@pytest.mark.parametrize("field", ["title", "pitch", "answer_summary", "version", "once", "cover_alt"])
@pytest.mark.parametrize("kind", ODD)
def test_odd_input_is_refused_or_stored_clean(contest: Contest, ana: User, field: str, kind: str) -> None:
    proposal = cast.draft(ana, contest)
    data = posted(proposal, **{field: ODD[kind]})
    body = encoded(data)
    client = browser(ana)
    with cast.during(contest, "submission"):
        for url in (edit_url(proposal), new_url(contest)):
            page = client.post(url, body, content_type="application/x-www-form-urlencoded")
            assert page.status_code in (302, 422)
            if page.status_code == 422 and field in ("title", "pitch", "answer_summary"):
                html = page.content.decode(errors="surrogatepass")
                assert f'aria-describedby="id_{field}' in html or "error-summary" in html
                if kind == "huge":
                    assert ODD[kind] in html
    stored = cast.fresh(proposal)
    assert not re.search("[\x00-\x08\u202e\u2066]", f"{stored.title}{stored.pitch}{stored.answers}")


def encoded(data: dict[str, Any]) -> bytes:
    def quoted(value: Any) -> str:
        return quote_from_bytes(str(value).encode("utf-8", "surrogatepass"))

    return "&".join(f"{name}={quoted(value)}" for name, value in data.items()).encode()


@pytest.mark.parametrize("missing", ["title", "pitch", "answer_summary", "version"])
def test_a_missing_field_loses_no_text(contest: Contest, ana: User, missing: str) -> None:
    proposal = cast.draft(ana, contest)
    data = posted(proposal, answer_who="New words.")
    del data[missing]
    with cast.during(contest, "submission"):
        page = browser(ana).post(edit_url(proposal), data)
    saved = cast.fresh(proposal)
    if missing == "version":
        assert page.status_code == 422 and "New words." in page.content.decode()
    else:
        assert page.status_code == 302
        assert (saved.title, saved.pitch) == (proposal.title, proposal.pitch)
        assert saved.answers == {**proposal.answers, "who": "<p>New words.</p>"}


def test_a_title_is_needed(contest: Contest, ana: User) -> None:
    with cast.during(contest, "submission"):
        for data in ({"pitch": "No title."}, {"title": "  ", "pitch": "No title."}):
            page = browser(ana).post(new_url(contest), data)
            assert page.status_code == 422
            assert "No title." in page.content.decode() and "Give your proposal a title." in page.content.decode()


# --- two at once ----------------------------------------------------------------------------------------------------


def test_the_second_writer_sees_both_texts_and_decides(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    ben = cast.join(proposal, cast.person("Ben Both"))
    with cast.during(contest, "submission"):
        browser(ana).post(edit_url(proposal), posted(proposal, answer_who="Ana's words."))
        page = browser(ben).post(edit_url(proposal), posted(proposal, answer_who="Ben's words."))
        html = page.content.decode()
        assert page.status_code == 409
        assert "Ana&#x27;s words." in html and "Ben&#x27;s words." in html
        assert cast.fresh(proposal).answers["who"] == clean_html("Ana's words.")
        version = re.search(r'name="version" value="(\d+)"', html)
        assert version is not None
        kept = browser(ben).post(edit_url(proposal), {"version": version.group(1), "answer_who": "Ben's words."})
    assert kept.status_code == 302
    saved = cast.fresh(proposal)
    assert saved.answers == {**proposal.answers, "who": clean_html("Ben's words.")}


def test_one_part_of_mine_and_one_of_theirs(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "submission"):
        data = {"version": 1, "answer_who": "Mine.", "answer_cost": "Mine.", "theirs_answer_cost": "1"}
        browser(ana).post(edit_url(proposal), data)
    assert cast.fresh(proposal).answers == {**proposal.answers, "who": "<p>Mine.</p>"}


def test_the_number_of_queries_does_not_grow_with_the_versions(contest: Contest, ana: User) -> None:
    proposal = cast.submitted(ana, contest)
    client = browser(ana)
    urls = [reverse(name, args=[proposal.pk]) for name in ("proposal_edit", "proposal_submit", "proposal_history")]

    def counts() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    with cast.during(contest, "submission"):
        counts()
        one = counts()
        for _ in range(11):
            actions.submit(by=ana, proposal=proposal, accept_rules=True)
        assert counts() == one
