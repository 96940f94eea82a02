"""The discussion on the page and over REST: the same acts, the same refusals."""

from __future__ import annotations

import json

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse

from accounts import actions as accounts
from community import actions
from community.models import Comment, Follow, Support
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return cast.contest(cast.organiser())


@pytest.fixture
def proposal(contest):
    return cast.submitted(cast.person("Ana Author"), contest)


def shown(proposal, user) -> str:
    request = RequestFactory().get(proposal.get_absolute_url())
    request.user = user
    return render_to_string("community/comments.html", {"proposal": cast.fresh(proposal)}, request)


def test_what_people_write_is_shown_as_text_with_links(contest, proposal):
    mia = cast.person("Mia")
    with cast.during(contest, "submission"):
        text = "<script>alert(1)</script> see https://example.org/roofs\n\nsecond <b>line</b>"
        actions.comment(by=mia, proposal=proposal, text=text)
        page = shown(proposal, mia)
    assert "<script>" not in page and "<b>line" not in page and "&lt;script&gt;" in page
    assert '<a href="https://example.org/roofs" rel="nofollow">' in page


def test_the_page_asks_as_many_questions_for_one_comment_as_for_twelve(
    contest, proposal, django_assert_max_num_queries, client
):
    mia = cast.person("Mia")
    with cast.during(contest, "submission"):
        rows = [actions.Imported(text="One", at=cast.START)]
        actions.import_comments(by=contest.created_by, proposal=proposal, comments=rows)
        with django_assert_max_num_queries(50) as one:
            shown(proposal, mia)
        rows = [actions.Imported(text=str(n), at=cast.START, parent=max(n - 1, 0) or None) for n in range(11)]
        actions.import_comments(by=contest.created_by, proposal=proposal, comments=rows)
        with django_assert_max_num_queries(50) as twelve:
            shown(proposal, mia)
    assert len(one) == len(twelve)


def test_gone_and_empty_comments_say_so(contest, proposal):
    rows = [
        actions.Imported(text="", at=cast.START, tombstone=True),
        actions.Imported(text="", at=cast.START, credited_to="Luis", parent=0),
    ]
    actions.import_comments(by=contest.created_by, proposal=proposal, comments=rows)
    page = shown(proposal, cast.person("Mia"))
    assert "[deleted]" in page and "[empty]" in page and "Luis" in page


def test_a_newcomer_gives_name_and_comment_in_one_step(contest, proposal, client):
    newcomer = accounts.register(email="new@people.example")
    client.force_login(newcomer, backend="allauth.account.auth_backends.AuthenticationBackend")
    with cast.during(contest, "submission"):
        answer = client.post(reverse("proposal_comment", args=[proposal.pk]), {"text": "Hello"})
        assert answer.status_code == 422
        assert "Name others see" in answer.content.decode() and "Hello" in answer.content.decode()
        answer = client.post(reverse("proposal_comment", args=[proposal.pk]), {"text": "Hello", "display_name": "Nora"})
    written = Comment.objects.get()
    assert (answer.status_code, str(written.author)) == (303, "Nora")
    assert answer["Location"] == f"{proposal.get_absolute_url()}#comment-{written.pk}"


def test_the_same_words_sent_twice_are_one_comment(contest, proposal, client):
    client.force_login(cast.person("Mia"), backend="allauth.account.auth_backends.AuthenticationBackend")
    with cast.during(contest, "submission"):
        for _ in range(2):
            client.post(reverse("proposal_comment", args=[proposal.pk]), {"text": "Hello"})
    assert Comment.objects.count() == 1


def test_a_visitor_is_sent_to_sign_in_and_comes_back_to_this_site_only(contest, proposal, client):
    with cast.during(contest, "submission"):
        answer = client.post(reverse("proposal_support", args=[proposal.pk]), {"next": "https://evil.example/"})
        assert answer.status_code == 303 and "/accounts/login/code/" in answer["Location"]
        client.force_login(cast.person("Mia"), backend="allauth.account.auth_backends.AuthenticationBackend")
        answer = client.post(reverse("proposal_support", args=[proposal.pk]), {"next": "https://evil.example/"})
    assert answer["Location"] == proposal.get_absolute_url()
    assert Support.objects.count() == 1


def test_edit_and_delete_are_offered_to_the_writer_only(contest, proposal, client):
    mia = cast.person("Mia")
    with cast.during(contest, "submission"):
        written = actions.comment(by=mia, proposal=proposal, text="Mine")
        edit = reverse("comment_edit", args=[written.pk])
        assert edit in shown(proposal, mia) and edit not in shown(proposal, proposal.created_by)
        client.force_login(mia, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(edit).status_code == 200
        assert client.post(edit, {"text": "  "}).status_code == 422
        assert client.post(edit, {"text": "Mended"}).status_code == 303
        assert client.post(reverse("comment_delete", args=[written.pk])).status_code == 303
        assert client.get(edit).status_code == 409
        assert client.get(reverse("comment", args=[written.pk])).status_code == 303
    assert cast.fresh(written).is_tombstone


def test_follow_and_unfollow_by_button(contest, client):
    client.force_login(cast.person("Mia"), backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("contest_follow", args=[contest.slug])
    assert client.post(address)["Location"] == contest.get_absolute_url() and Follow.objects.count() == 1
    client.post(address, {"follow": "no"})
    assert not Follow.objects.exists()
    assert client.get(address).status_code == 405


def test_comments_supports_and_follows_over_rest(contest, proposal, client):
    headers = {"Authorization": f"Bearer {accounts.issue_token(by=cast.person('Mia'), name='test')}"}
    address = f"/api/v1/proposals/{proposal.pk}/comments/"

    def call(method, path, data=None):
        return client.generic(method, path, json.dumps(data or {}), "application/json", headers=headers)

    with cast.during(contest, "submission"):
        first = call("POST", address, {"text": "Hi"}).json()
        assert call("POST", address, {"text": "Re", "parent": first["id"]}).json()["parent"] == first["id"]
        assert call("POST", address, {"text": "x", "author": 1}).status_code == 400
        assert call("POST", address, {"text": "x", "parent": 999}).status_code == 400
        assert call("POST", address, {"text": ""}).status_code == 400
        assert [row["text"] for row in client.get(address).json()["results"]] == ["Hi", "Re"]
        one = f"/api/v1/comments/{first['id']}/"
        assert call("PATCH", one, {"text": "Hello"}).json()["text"] == "Hello"
        assert call("DELETE", one).json() | {"at": 0} == {
            "id": first["id"], "proposal": proposal.pk, "parent": None, "author": None, "text": "",
            "is_tombstone": True, "at": 0, "edited_at": call("GET", one).json()["edited_at"],
        }  # fmt: skip
        support = f"/api/v1/proposals/{proposal.pk}/support/"
        assert call("PUT", support).json() == {"supported": True, "count": 1}
        assert call("DELETE", support).json() == {"supported": False, "count": 0}
        follow = f"/api/v1/contests/{contest.slug}/follow/"
        assert call("PUT", follow).json() == {"following": True}
        assert call("DELETE", follow).json() == {"following": False}
        assert client.put(support).status_code == 401
    with cast.during(contest, "judging"):
        pass
    cast.member_of(contest, cast.person("Jude"), "judge")
    draft = cast.draft(cast.person("Ben"), contest)
    assert call("POST", f"/api/v1/proposals/{draft.pk}/comments/", {"text": "I see you"}).status_code == 404
