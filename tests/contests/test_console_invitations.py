"""An invitation works once, for whoever clicks first, and looking at it changes nothing (threats P11, V15)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse

from contests import actions
from contests.actions.people import LIFETIME, token_of
from contests.models import Contest, Invitation, Membership
from core import clock
from core.models import Fact
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def invitation(contest: Contest) -> Invitation:
    return actions.invite(by=contest.created_by, contest=contest, email="jo@people.example", role="judge")


def page_of(invitation: Invitation) -> str:
    return reverse("invitation", args=[token_of(invitation)])


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_looking_ten_times_changes_nothing(invitation: Invitation) -> None:
    before = Invitation.objects.values().get(), Fact.objects.count()
    for client in [Client(), signed_in(cast.person("Jo"))] * 5:
        page = client.get(page_of(invitation))
        assert page.status_code == 200
        assert client.head(page_of(invitation)).status_code == 200
        assert "Olga Organiser invites you" in page.content.decode()
        assert "scores the criteria" in page.content.decode()
    assert (Invitation.objects.values().get(), Fact.objects.count()) == before


def test_accepting_gives_the_role_and_leads_to_the_work(invitation: Invitation) -> None:
    jo = cast.person("Jo")
    answer = signed_in(jo).post(page_of(invitation), {"answer": "accept"})
    assert (answer.status_code, answer["Location"]) == (303, "/judge/")
    assert Membership.objects.get(user=jo).role == "judge"
    assert "You have accepted" in signed_in(jo).get(page_of(invitation)).content.decode()
    other = signed_in(cast.person("Eve")).post(page_of(invitation), {"answer": "accept"})
    assert other.status_code == 409
    assert "has been accepted" in other.content.decode()
    assert Membership.objects.filter(role="judge").count() == 1


def test_a_visitor_signs_in_first_and_comes_back(invitation: Invitation) -> None:
    answer = Client().post(page_of(invitation), {"answer": "accept"})
    assert answer.status_code == 303
    assert f"next={page_of(invitation)}".replace(":", "%3A") in answer["Location"].replace("%2F", "/")
    assert Invitation.objects.get().used_at is None


def test_declining_needs_no_account_and_is_answered_kindly(invitation: Invitation) -> None:
    page = Client().post(page_of(invitation), {"answer": "decline"}).content.decode()
    assert "Thank you for the answer" in page
    assert Invitation.objects.get().answer == "declined"
    assert signed_in(cast.person("Jo")).post(page_of(invitation), {"answer": "accept"}).status_code == 409


def test_an_unknown_link_an_old_one_and_one_taken_back_are_explained(invitation: Invitation, contest: Contest) -> None:
    unknown = Client().get(reverse("invitation", args=["1.abc:forged"]))
    assert unknown.status_code == 404
    assert "We do not know this invitation" in unknown.content.decode()
    with clock.simulated(invitation.created_at + LIFETIME + timedelta(minutes=1)):
        assert "no longer open" in Client().get(page_of(invitation)).content.decode()
    actions.revoke_invitation(by=contest.created_by, invitation=invitation)
    assert "no longer open" in Client().get(page_of(invitation)).content.decode()


def test_inviting_again_renews_the_same_invitation(invitation: Invitation, contest: Contest) -> None:
    with clock.simulated(invitation.expires_at + timedelta(days=1)):
        again = actions.invite(by=contest.created_by, contest=contest, email="JO@people.example ", role="judge")
        assert again.pk == invitation.pk
        actions.accept_invitation(by=cast.person("Jo"), invitation=again)


def test_an_answered_invitation_cannot_be_taken_back(invitation: Invitation, contest: Contest) -> None:
    actions.decline_invitation(by=cast.person("Jo"), invitation=invitation)
    with pytest.raises(ValidationError, match="answered before"):
        actions.revoke_invitation(by=contest.created_by, invitation=invitation)


@pytest.mark.django_db(transaction=True)
def test_of_twenty_who_accept_at_once_one_becomes_a_judge(invitation: Invitation) -> None:
    people = [cast.person(f"Person {number}") for number in range(20)]
    together = threading.Barrier(len(people))
    accepted, refused = [], []

    def accept(person: Any) -> None:
        try:
            together.wait(timeout=30)
            accepted.append(actions.accept_invitation(by=person, invitation=invitation))
        except ValidationError as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert (len(accepted), len(refused)) == (1, 19)
    assert Membership.objects.filter(role="judge").count() == 1
