"""Contests over REST: the same acts as the console, and the codes of the contract."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from contests import actions
from contests.actions.people import token_of
from contests.models import Contest, Invitation, Membership
from core import clock
from tests import cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/contests/"
NEW = {
    "title": "Quiet nights",
    "question": "How do we sleep?",
    "template": "climate-colab",
    "time_zone": "Europe/Madrid",
    "starts_at": "2027-03-01T09:00:00+01:00",
}


def program(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def send(client: Client, method: str, address: str, body: Any = None, **headers: str) -> Any:
    return getattr(client, method)(address, body or {}, content_type="application/json", headers=headers)


@pytest.fixture
def olga() -> User:
    return cast.organiser()


@pytest.fixture
def draft(olga: User) -> Contest:
    return cast.draft_contest(olga)


def test_a_contest_says_its_phase_counts_and_links(olga: User) -> None:
    contest = cast.contest(olga)
    with cast.during(contest, "submission"):
        body = program().get(f"{ROOT}{contest.slug}/").json()
        assert body["phase"]["kind"] == "submission"
        assert body["phase"]["opens_at"] == "2027-03-01T09:00:00Z"
        assert body["time_zone"] == "Europe/Madrid"
        assert body["counts"] == {"proposals": 0}
        assert set(body["links"]) >= {"self", "page", "proposals"}
        assert program().get(ROOT).json()["results"][0]["slug"] == contest.slug
    with clock.simulated(cast.START - timedelta(days=1)):
        assert program().get(f"{ROOT}{contest.slug}/").json()["phase"] is None


def test_a_draft_is_unknown_to_others(draft: Contest, olga: User) -> None:
    assert program(cast.person("Mia")).get(f"{ROOT}{draft.slug}/").status_code == 404
    assert program().get(ROOT).json()["results"] == []
    assert program(olga).get(ROOT).json()["results"][0]["slug"] == draft.slug


def test_making_a_contest_answers_201_and_twice_the_same_key_makes_one(olga: User) -> None:
    client = program(olga)
    made = send(client, "post", ROOT, NEW, **{"Idempotency-Key": "k1"})
    assert made.status_code == 201
    assert made["Location"] == f"{ROOT}quiet-nights/"
    assert made.json()["status"] == "draft"
    again = send(client, "post", ROOT, NEW, **{"Idempotency-Key": "k1"})
    assert again.json()["slug"] == "quiet-nights"
    assert Contest.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"template": "nothing"},
        {"time_zone": "Mars/Olympus"},
        {"starts_at": "tomorrow"},
        {"starts_at": "2027-03-01T09:00:00"},
        {"title": ""},
        {"titel": "typing mistake"},
    ],
)
def test_a_bad_body_is_400_and_makes_nothing(olga: User, change: dict[str, str]) -> None:
    assert send(program(olga), "post", ROOT, {**NEW, **change}).status_code == 400
    assert not Contest.objects.exists()


def test_making_a_contest_needs_the_right_and_a_name(olga: User) -> None:
    assert send(program(cast.person("Mia")), "post", ROOT, NEW).status_code == 403
    assert send(program(), "post", ROOT, NEW).status_code == 401


def test_a_change_needs_the_etag_that_was_read(draft: Contest, olga: User) -> None:
    client, address = program(olga), f"{ROOT}{draft.slug}/"
    assert send(client, "patch", address, {"topic": "Heat"}).status_code == 428
    etag = client.get(address)["ETag"]
    changed = send(client, "patch", address, {"topic": "Heat"}, **{"If-Match": etag})
    assert changed.status_code == 200
    assert changed.json()["topic"] == "Heat"
    assert send(client, "patch", address, {"topic": "Cold"}, **{"If-Match": etag}).status_code == 412
    assert send(client, "patch", address, {"slug": "x"}, **{"If-Match": changed["ETag"]}).status_code == 400
    assert cast.fresh(draft).topic == "Heat"


def test_publishing_answers_409_with_the_open_points_until_there_are_none(draft: Contest, olga: User) -> None:
    client, address = program(olga), f"{ROOT}{draft.slug}/"
    actions.edit_contest(by=olga, contest=draft, brief="", prizes="")
    refused = send(client, "post", f"{address}publish/")
    assert refused.status_code == 409
    assert [point["code"] for point in refused.json()["open_points"]] == ["brief", "prizes"]
    assert client.get(f"{address}checklist/").json() == refused.json()["open_points"]
    actions.edit_contest(by=olga, contest=draft, brief="Why now.", prizes="Fame.")
    assert send(client, "post", f"{address}publish/").json()["status"] == "published"
    again = send(client, "post", f"{address}publish/")
    assert (again.status_code, again.json()["code"]) == (409, "already_published")


def rows(contest: Contest) -> list[dict[str, Any]]:
    return [
        {
            "kind": phase.kind,
            "name": phase.name,
            "opens_at": phase.opens_at.isoformat(),
            "closes_at": phase.closes_at.isoformat() if phase.closes_at else None,
            "grace_minutes": int(phase.grace.total_seconds() // 60),
        }
        for phase in contest.phases.all()
    ]


def test_a_schedule_is_stated_whole_and_its_problems_name_the_phase(olga: User) -> None:
    contest = cast.contest(olga)
    client, address = program(olga), f"{ROOT}{contest.slug}/schedule/"
    with clock.simulated(cast.START - timedelta(days=1)):
        stated = rows(contest)
        without = send(client, "put", address, {"phases": stated})
        assert (without.status_code, "reason" in without.json()) == (400, True)
        stated[1]["opens_at"] = stated[0]["opens_at"]
        overlap = send(client, "put", address, {"phases": stated, "reason": "Later"})
        assert overlap.status_code == 400
        assert "Semi-final judging" in str(overlap.json())
        stated = rows(contest)
        stated[5]["opens_at"] = (contest.phases.last().opens_at + timedelta(days=2)).isoformat()  # type: ignore[union-attr]
        done = send(client, "put", address, {"phases": stated, "reason": "A holiday"})
        assert done.status_code == 200
        stale = send(client, "put", address, {"phases": stated, "reason": "A holiday"}, **{"If-Match": '"1"'})
        assert stale.status_code == 412
    assert program().get(f"{address}changes/").json()["results"][0]["reason"] == "A holiday"


def test_settings_of_a_phase_are_strict(draft: Contest, olga: User) -> None:
    stated = rows(draft)
    stated[4]["settings"] = {"rule": "loudest"}
    assert send(program(olga), "put", f"{ROOT}{draft.slug}/schedule/", {"phases": stated}).status_code == 400


def test_people_are_invited_listed_and_removed(draft: Contest, olga: User) -> None:
    client, address = program(olga), f"{ROOT}{draft.slug}/"
    invited = send(client, "post", f"{address}memberships/", {"email": "Jo@People.example", "role": "judge"})
    assert invited.status_code == 201
    assert send(client, "post", f"{address}memberships/", {"email": "jo", "role": "judge"}).status_code == 400
    assert send(client, "post", f"{address}memberships/", {"email": "a@b.example", "role": "king"}).status_code == 400
    invitation = Invitation.objects.get()
    answer = f"/api/v1/invitations/{token_of(invitation)}/accept/"
    jo = cast.person("Jo")
    assert send(program(), "post", answer).status_code == 401
    assert send(program(jo), "post", answer).json() == {"contest": draft.slug, "role": "judge", "answer": "accepted"}
    assert send(program(jo), "post", answer).status_code == 409
    assert send(program(jo), "post", "/api/v1/invitations/1.forged:sig/accept/").status_code == 404
    members = client.get(f"{address}memberships/").json()["results"]
    assert [row["role"] for row in members] == ["judge", "organiser"]
    assert "nonce" not in str(client.get(f"{address}invitations/").json())
    assert send(client, "delete", f"{address}memberships/{members[0]['id']}/").status_code == 204
    last = send(client, "delete", f"{address}memberships/{members[1]['id']}/")
    assert (last.status_code, last.json()["code"]) == (409, "last_organiser")
    assert Membership.objects.get().user == olga


def test_an_invitation_can_be_declined_without_an_account_and_taken_back(draft: Contest, olga: User) -> None:
    client, address = program(olga), f"{ROOT}{draft.slug}/"
    for name in ("a", "b"):
        send(client, "post", f"{address}memberships/", {"email": f"{name}@people.example", "role": "judge"})
    first, second = Invitation.objects.order_by("pk")
    assert send(program(), "post", f"/api/v1/invitations/{token_of(first)}/decline/").status_code == 200
    assert send(client, "delete", f"{address}invitations/{first.pk}/").status_code == 409
    assert send(client, "delete", f"{address}invitations/{second.pk}/").status_code == 204
    assert send(program(cast.person("Bo")), "post", f"/api/v1/invitations/{token_of(second)}/accept/").status_code == 409


def test_form_and_rubric_are_stated_whole(draft: Contest, olga: User) -> None:
    client, address = program(olga), f"{ROOT}{draft.slug}/"
    sections = [{"key": "why", "label": "Why?", "max_words": 100}]
    assert send(client, "put", f"{address}sections/", {"sections": sections}).json()["sections"][0]["label"] == "Why?"
    assert send(client, "put", f"{address}sections/", {"sections": sections * 2}).status_code == 400
    assert client.get(f"{address}rubric/").status_code == 400  # two judging phases: name one
    phase = cast.phase(draft, "judging", 2)
    criterion = {"name": "Joy", "question": "Does it please?", "weight": "2", "anchors": ["a", "b", "c", "d", "e"]}
    stated = send(client, "put", f"{address}rubric/", {"phase": phase.pk, "criteria": [criterion]})
    assert [row["name"] for row in stated.json()["criteria"]] == ["Joy"]
    assert client.get(f"{address}rubric/?phase={phase.pk}").json() == stated.json()
    twice = send(client, "put", f"{address}rubric/", {"phase": phase.pk, "criteria": [criterion, criterion]})
    assert twice.status_code == 400
    actions.freeze_rubric(phase=phase)
    frozen = send(client, "put", f"{address}rubric/", {"phase": phase.pk, "criteria": [criterion]})
    assert (frozen.status_code, frozen.json()["code"]) == (409, "rubric_frozen")


@pytest.mark.parametrize(
    "method,path",
    [
        ("patch", ""),
        ("put", "schedule/"),
        ("post", "publish/"),
        ("get", "checklist/"),
        ("get", "memberships/"),
        ("post", "memberships/"),
        ("get", "invitations/"),
        ("put", "sections/"),
        ("put", "rubric/"),
    ],
)
def test_a_member_is_told_403_and_a_visitor_401_before_anything_else(olga: User, method: str, path: str) -> None:
    contest = cast.contest(olga)
    assert send(program(cast.person("Mia")), method, f"{ROOT}{contest.slug}/{path}").status_code == 403
    assert send(program(), method, f"{ROOT}{contest.slug}/{path}").status_code == 401
