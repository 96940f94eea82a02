"""Proposals over REST: the same acts, the same rights, strict input."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from accounts.models import User
from contests.models import Contest
from proposals import actions
from proposals.models import Distinction, Proposal
from tests import cast

pytestmark = pytest.mark.django_db
ROOT = "/api/v1/proposals/"


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def ana() -> User:
    return cast.person("Ana Author")


def program(user: User | None = None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def send(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    return getattr(client, method)(ROOT + path, body, content_type="application/json", headers=headers)


def test_write_and_submit(contest: Contest, ana: User) -> None:
    client = program(ana)
    body = {"contest": contest.slug, "title": "Trees", "pitch": "Shade.", "answers": cast.ANSWERS}
    with cast.during(contest, "submission"):
        made = send(client, "post", "", body)
        assert made.status_code == 201, made.content
        pk = made.json()["id"]
        assert made.json()["answers"]["who"] == f"<p>{cast.ANSWERS['who']}</p>"
        saved = send(client, "patch", f"{pk}/", {"pitch": "More shade."}, **{"If-Match": made["ETag"]})
        assert saved.status_code == 200 and saved["ETag"] != made["ETag"]
        done = send(client, "post", f"{pk}/submit/", {"accept_rules": True})
        assert done.json()["status"] == "submitted" and done.json()["submitted"]["number"] == 1
        assert client.get(f"{ROOT}{pk}/revisions/").json()["results"][0]["pitch"] == "More shade."
        gone = send(client, "post", f"{pk}/withdraw/", {})
        assert gone.json()["status"] == "withdrawn"


def test_a_change_names_the_version_it_is_based_on(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    client = program(ana)
    with cast.during(contest, "submission"):
        assert send(client, "patch", f"{proposal.pk}/", {"title": "A"}).status_code == 428
        assert send(client, "patch", f"{proposal.pk}/", {"title": "A"}, **{"If-Match": '"9"'}).status_code == 412
        assert send(client, "patch", f"{proposal.pk}/", {"title": "A"}, **{"If-Match": '"x"'}).status_code == 412
        actions.save_draft(by=ana, proposal=proposal, version=1, pitch="Another.")
        late = send(client, "post", f"{proposal.pk}/submit/", {"accept_rules": True}, **{"If-Match": '"1"'})
        assert late.status_code == 412
    assert cast.fresh(proposal).title == proposal.title


def test_the_same_key_begins_one_proposal(contest: Contest, ana: User) -> None:
    body = {"contest": contest.slug, "title": "Trees"}
    with cast.during(contest, "submission"):
        first = send(program(ana), "post", "", body, **{"Idempotency-Key": "k1"})
        second = send(program(ana), "post", "", body, **{"Idempotency-Key": "k1"})
        other = send(program(cast.person("Ben")), "post", "", body, **{"Idempotency-Key": "k1"})
    assert first.json()["id"] == second.json()["id"] != other.json()["id"]


def test_others_read_what_was_submitted_never_the_working_copy(contest: Contest, ana: User) -> None:
    proposal = cast.submitted(ana, contest, title="Cool roofs")
    with cast.during(contest, "submission"):
        actions.save_draft(by=ana, proposal=proposal, version=1, title="Secret plan", answers={"who": "Secret"})
        for client in (program(), program(cast.person("Mia")), program(contest.created_by)):
            answers = client.get(f"{ROOT}{proposal.pk}/"), client.get(ROOT), client.get(ROOT, {"q": "secret"})
            assert all(answer.status_code == 200 for answer in answers)
            assert not any("ecret" in str(answer.json()) for answer in answers)
            assert "ETag" not in answers[0]
        mine = program(ana).get(f"{ROOT}{proposal.pk}/").json()
        assert mine["title"] == "Secret plan" and mine["submitted"]["title"] == "Cool roofs"
        assert mine["has_unsubmitted_changes"]


def test_lists(contest: Contest, ana: User) -> None:
    made = [cast.submitted(ana, contest, title=f"Idea {n}") for n in range(5)]
    draft = cast.draft(ana, contest, title="Idea in a drawer")
    judging = cast.phase(contest, "judging")
    Distinction.objects.create(proposal=made[0], phase=judging, kind="finalist", released_at=cast.START)
    Distinction.objects.create(proposal=made[1], phase=judging, kind="finalist")

    def ids(client: Client, **query: str) -> list[int]:
        answer = client.get(ROOT, query)
        assert answer.status_code == 200, answer.content
        return [row["id"] for row in answer.json()["results"]]

    with cast.during(contest, "submission"):
        everybody = {proposal.pk for proposal in made}
        assert set(ids(program())) == set(ids(program(ana))) == everybody
        assert set(ids(program(ana), mine="true")) == everybody | {draft.pk}
        assert ids(program(), mine="true") == []
        assert ids(program(ana), mine="true", status="draft") == [draft.pk]
        assert ids(program(), status="draft") == []
        assert ids(program(), stage="finalist") == [made[0].pk]
        assert ids(program(), stage="winner") == []
        assert ids(program(), q="IDEA 3") == [made[3].pk]
        assert ids(program(), contest="elsewhere") == []
        shuffled = ids(program(), order="shuffled", seed="a")
        assert shuffled == ids(program(), order="shuffled", seed="a") and set(shuffled) == everybody
        assert len({tuple(ids(program(), order="shuffled", seed=str(n))) for n in range(20)}) > 5


@pytest.mark.parametrize("order", ["newest", "oldest", "discussed", "shuffled"])
def test_pages_follow_each_other_without_gaps(contest: Contest, ana: User, order: str) -> None:
    made = {cast.submitted(ana, contest, title=f"Idea {n}").pk for n in range(7)}
    seen: list[int] = []
    with cast.during(contest, "submission"):
        page = program().get(ROOT, {"order": order, "page_size": 3, "seed": "s"}).json()
        while True:
            seen += [row["id"] for row in page["results"]]
            if page["next"] is None:
                break
            page = program().get(page["next"]).json()
    assert len(seen) == 7 and set(seen) == made


def test_lists_ask_the_same_number_of_questions_however_long(
    contest: Contest, ana: User, django_assert_max_num_queries: Any
) -> None:
    for n in range(12):
        cast.submitted(ana, contest, title=f"Idea {n}")
    with cast.during(contest, "submission"), django_assert_max_num_queries(4):
        assert len(program().get(ROOT).json()["results"]) == 12


@pytest.mark.parametrize(
    "body",
    [
        {"title": "A", "status": "submitted"},
        {"title": "A", "created_by": 1},
        {"title": ""},
        {"title": "x" * 121},
        {"title": "a\x00b"},
        {"title": "a\ud800b"},
        {"title": ["a"]},
        {"title": "A", "answers": {"nowhere": "text"}},
        {"title": "A", "answers": {"summary": 7 * [1]}},
        {"title": "A", "answers": {"summary": "x" * 60_001}},
        {"title": "A", "answers": "text"},
        {"title": "A", "version": 7},
        [],
        "text",
        None,
        7,
    ],
)
def test_odd_input_is_a_400_with_reasons(contest: Contest, ana: User, body: Any) -> None:
    proposal = cast.draft(ana, contest)
    whole = {"contest": contest.slug, **body} if isinstance(body, dict) else body
    with cast.during(contest, "submission"):
        made = send(program(ana), "post", "", whole)
        changed = send(program(ana), "patch", f"{proposal.pk}/", body, **{"If-Match": '"1"'})
    assert made.status_code == changed.status_code == 400
    assert made["Content-Type"] == "application/json" and made.json()
    assert Proposal.objects.count() == 1


def test_unknown_filters_are_a_400(contest: Contest) -> None:
    for query in ({"sort": "x"}, {"order": "votes"}, {"stage": "secret"}, {"status": "x"}, {"page_size": "0"}):
        assert program().get(ROOT, query).status_code == 400, query
    for query in ({"cursor": "nonsense"}, {"q": "\x00"}):
        assert program().get(ROOT, query).status_code in (400, 404), query


def test_who_may_not_write(contest: Contest, ana: User) -> None:
    body = {"contest": contest.slug, "title": "Trees"}
    judge = cast.member_of(contest, cast.person("Jo Judge"), "judge")
    with cast.during(contest, "submission"):
        assert send(program(), "post", "", body).status_code in (401, 403)
        assert send(program(judge), "post", "", body).status_code == 403
        assert send(program(ana), "post", "", {"contest": "nowhere", "title": "A"}).status_code == 404
    with cast.during(contest, "judging"):
        refused = send(program(ana), "post", "", body)
        assert refused.status_code == 409 and refused.json()["code"] == "phase_closed"


def test_a_picture(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "PNG")

    def put(data: bytes, **more: str) -> Any:
        form = {"cover": SimpleUploadedFile("a.png", data, "image/png"), **more}
        body = encode_multipart(BOUNDARY, form)
        return program(ana).put(f"{ROOT}{proposal.pk}/cover/", body, content_type=MULTIPART_CONTENT)

    with cast.during(contest, "submission"):
        assert put(out.getvalue()).status_code == 400
        assert put(b"<svg/>", cover_alt="A roof").json().keys() == {"cover"}
        good = put(out.getvalue(), cover_alt="A roof")
    assert good.status_code == 200 and good.json()["cover"].endswith("/cover/")


@pytest.mark.parametrize("body", ["[" * 100_000, '{"title":' * 50_000, "{", "\xff", '{"title": 1e999}'])
def test_broken_or_bottomless_json_is_a_400(contest: Contest, ana: User, body: str) -> None:
    with cast.during(contest, "submission"):
        answer = program(ana).post(ROOT, body.encode("latin-1"), content_type="application/json")
    assert answer.status_code == 400 and answer["Content-Type"] == "application/json"
