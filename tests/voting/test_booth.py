"""The page and the REST interface of the vote."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contests.models import Contest, Phase
from contests.roles import Role
from contests.rules import sees
from contests.transitions import Status
from core import clock
from core.registries import steps
from proposals.models import Entry
from tests import cast
from tests.voting.stage import Stage, set_up
from tests.voting.test_casting import statements
from voting import actions
from voting.models import Ballot
from voting.querysets import booth, votes_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return set_up()


@pytest.fixture
def voter() -> Any:
    return cast.person("Vera Voter")


def page_of(stage: Stage) -> str:
    return f"/contests/{stage.contest.slug}/vote/"


def api_of(stage: Stage) -> str:
    return f"/api/v1/contests/{stage.contest.slug}/ballot/"


def signed_in(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def ticked(html: str) -> list[int]:
    boxes = re.findall(r'<input class="ballot-item__input"[^>]*>', html)
    return sorted(int(re.search(r'value="(\d+)"', box)[1]) for box in boxes if " checked" in box)  # type: ignore[index]


def order(html: str) -> list[int]:
    return [int(value) for value in re.findall(r'ballot-item__input"[^>]*value="(\d+)"', html)]


def hidden(html: str) -> dict[str, str]:
    """The hidden fields of the page's first form, as a browser would send them."""
    main = html.split("<main", 1)[1].split("</form>", 1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))


def ballot_form(stage: Stage, *choices: int) -> dict[str, Any]:
    return {"phase": stage.phase.pk, "choices": list(choices)}


def test_a_member_casts_changes_and_withdraws_on_the_page(stage: Stage, voter: Any) -> None:
    client = signed_in(voter)
    with stage.voting():
        before = client.get(page_of(stage)).content.decode()
        assert "Cast my vote" in before
        assert before.count("button--primary") == 1
        answer = client.post(page_of(stage), ballot_form(stage, *stage.ids[:2]), follow=True)
        assert answer.redirect_chain[0][1] == 303
        html = answer.content.decode()
        ballot = Ballot.objects.get(voter=voter)
        assert ballot.receipt in html
        assert ticked(html) == stage.ids[:2]
        assert "Change my vote" in html
        assert "Cast my vote" not in html
        client.post(page_of(stage), ballot_form(stage, stage.ids[2]))
        assert list(ballot.choices.values_list("entry", flat=True)) == [stage.ids[2]]
        html = client.post(page_of(stage) + "withdraw/", {"phase": stage.phase.pk}, follow=True).content.decode()
        assert "Cast my vote" in html
        assert ticked(html) == []


def test_a_visitor_ticks_signs_in_by_code_and_finds_the_ballot_as_it_was(stage: Stage) -> None:
    client = Client()
    with clock.simulated(stage.phase.opens_at + timedelta(days=1)):
        assert "Continue with my e-mail address" in client.get(page_of(stage)).content.decode()
        answer = client.post(page_of(stage), ballot_form(stage, *stage.ids[1:3]))
        assert answer.status_code == 303
        assert not Ballot.objects.exists()
        back = f"{page_of(stage)}?phase={stage.phase.pk}"
        page = client.get(answer["Location"])
        typed = {"email": "new@people.example", **hidden(page.content.decode())}
        page = client.post(page.request["PATH_INFO"], typed, follow=True)
        code = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", mail.outbox[-1].body, re.M)
        assert code, mail.outbox[-1].body
        typed = {"code": code[1], **hidden(page.content.decode())}
        answer = client.post(page.request["PATH_INFO"], typed, follow=True)
        assert answer.redirect_chain == [(back, 302)]
        html = answer.content.decode()
        assert ticked(html) == stage.ids[1:3]
        assert html.count("Cast my vote") == 1
        client.post(page_of(stage), ballot_form(stage, *stage.ids[1:3]))
    ballot = Ballot.objects.get(voter__email="new@people.example")
    assert sorted(ballot.choices.values_list("entry", flat=True)) == stage.ids[1:3]


@pytest.mark.parametrize("who", ["member", "visitor"])
def test_what_is_wrong_is_said_on_the_page_and_the_ticks_stay(stage: Stage, voter: Any, who: str) -> None:
    client = signed_in(voter) if who == "member" else Client()
    with stage.voting():
        answer = client.post(page_of(stage), ballot_form(stage, *stage.ids))
        assert answer.status_code == 422
        assert "at most 3" in answer.content.decode()
        assert ticked(answer.content.decode()) == stage.ids
        assert client.post(page_of(stage), ballot_form(stage)).status_code == 422
        assert client.post(page_of(stage), {"phase": stage.phase.pk, "choices": ["<b>"]}).status_code == 422
    assert not Ballot.objects.exists()


def test_own_proposals_cannot_be_ticked(stage: Stage) -> None:
    mate = cast.join(stage.entries[0].proposal, cast.person("Mia Mate"))
    with stage.voting():
        html = signed_in(mate).get(page_of(stage)).content.decode()
    box = re.search(rf'<input class="ballot-item__input"[^>]*value="{stage.ids[0]}"[^>]*>', html)
    assert box and " disabled" in box[0]
    assert html.count(" disabled") == 1


def test_a_shut_booth_says_why_and_when(stage: Stage, voter: Any) -> None:
    client = signed_in(voter)
    with stage.voting():
        actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:1])
    with clock.simulated(stage.phase.opens_at - timedelta(days=2)):
        html = client.get(page_of(stage)).content.decode()
        assert "Voting is not open yet" in html
        assert "in 2 days" in html
        assert client.post(page_of(stage), ballot_form(stage, stage.ids[0])).status_code == 409
        assert Client().post(page_of(stage), ballot_form(stage, stage.ids[0])).status_code == 409
    with stage.closed():
        html = client.get(page_of(stage)).content.decode()
        assert "Voting has closed" in html
        assert Ballot.objects.get().receipt in html
        assert client.post(page_of(stage) + "withdraw/").status_code == 409


def test_the_order_is_each_voters_own_and_stays(stage: Stage) -> None:
    people = [cast.person(f"Voter {n}") for n in range(8)]
    with stage.voting():
        orders = [order(signed_in(person).get(page_of(stage)).content.decode()) for person in people]
        again = [order(signed_in(person).get(page_of(stage)).content.decode()) for person in people]
        visitor = Client()
        assert order(visitor.get(page_of(stage)).content.decode()) == order(visitor.get(page_of(stage)).content.decode())
    assert orders == again
    assert {tuple(sorted(o)) for o in orders} == {tuple(stage.ids)}
    assert len({tuple(o) for o in orders}) > 1


def test_a_contest_one_may_not_see_has_no_booth(stage: Stage, voter: Any) -> None:
    type(stage.contest).objects.update(visibility="invited")
    with stage.voting():
        assert signed_in(voter).get(page_of(stage)).status_code == 404
        assert signed_in(voter).put(api_of(stage), {"choices": []}, content_type="application/json").status_code == 404


@pytest.mark.parametrize("visibility", ["public", "unlisted", "invited"])
@pytest.mark.parametrize("status", list(Status))
def test_one_contest_is_seen_by_those_whose_lists_have_it(stage: Stage, status: str, visibility: str) -> None:
    contests = Contest.objects.filter(pk=stage.contest.pk)
    contests.update(status=status, visibility=visibility)
    people = [AnonymousUser(), cast.person("Nora Nobody"), cast.person("Stan Staff", is_staff=True), stage.author]
    people += [cast.member_of(stage.contest, cast.person(f"Mr {role}"), role) for role in Role]
    people.append(cast.member_of(stage.contest, people[-1], Role.JUDGE))  # somebody with two roles
    for person in people:
        listed = contests.visible_to(person).exists()
        assert sees(person, contests.get()) is listed
        assert booth(stage.phase, person).is_visible is listed
        assert bool(votes_of(stage.contest.slug, person)) is listed


def test_a_vote_costs_at_most_twelve_statements_in_a_request(stage: Stage, voter: Any) -> None:
    client = signed_in(voter)
    proposals = [{"proposal": entry.proposal_id} for entry in stage.entries[:3]]
    with stage.voting():
        with CaptureQueriesContext(connection) as captured:
            assert client.put(api_of(stage), {"choices": proposals}, content_type="application/json").status_code == 200
        assert len(statements(captured)) + 1 <= 12  # the simulated clock saves one
        client = signed_in(cast.person("Victor Voter"))
        with CaptureQueriesContext(connection) as captured:
            assert client.post(page_of(stage), ballot_form(stage, *stage.ids[:3])).status_code == 303
        assert len(statements(captured)) + 2 <= 12


def test_the_page_costs_the_same_with_more_on_the_ballot(voter: Any) -> None:
    stage = set_up(finalists=12)
    client = signed_in(voter)
    costs = []
    with stage.voting():
        actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:1])
        for keep in (12, 1):
            Entry.objects.filter(pk__in=stage.ids[keep:]).delete()
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page_of(stage)).status_code == 200
            costs.append(len(captured))
    assert costs[0] == costs[1] <= 10


# --- REST -----------------------------------------------------------------------------------------------------------


def test_the_ballot_over_rest(stage: Stage, voter: Any) -> None:
    client, address = signed_in(voter), api_of(stage)
    proposals = [entry.proposal_id for entry in stage.entries]
    with stage.voting():
        assert client.get(address).status_code == 404
        body = {"choices": [{"proposal": pk} for pk in proposals[:2]]}
        put = client.put(address, body, content_type="application/json")
        assert put.status_code == 200
        assert put.json() == client.put(address, body, content_type="application/json").json() == client.get(address).json()
        answer = put.json()
        assert (answer["state"], answer["most"], answer["choices"]) == ("counted", 3, body["choices"])
        assert answer["receipt"] == Ballot.objects.get().receipt
        assert client.delete(address).status_code == 204
        assert client.delete(address).status_code == 204
        assert client.get(address).json()["state"] == "withdrawn"


@pytest.mark.parametrize(
    ("choose", "status", "code"),
    [(4, 409, "too_many_choices"), (0, 409, "no_choice"), (-1, 409, "not_on_ballot")],
)
def test_rest_says_what_is_wrong_with_a_ballot(stage: Stage, voter: Any, choose: int, status: int, code: str) -> None:
    proposals = [entry.proposal_id for entry in stage.entries[:choose]] if choose >= 0 else [987654321]
    body = {"choices": [{"proposal": pk} for pk in proposals]}
    with stage.voting():
        answer = signed_in(voter).put(api_of(stage), body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "body", [{}, {"choices": [1]}, {"choices": [{"proposal": 1, "weight": 9}]}, {"choices": [], "as": 1}, [], {"choices": 7}]
)
def test_rest_refuses_what_it_cannot_read(stage: Stage, voter: Any, body: Any) -> None:
    with stage.voting():
        assert signed_in(voter).put(api_of(stage), body, content_type="application/json").status_code == 400


def test_rest_tells_a_visitor_to_sign_in_and_a_late_one_why_not(stage: Stage) -> None:
    body = {"choices": [{"proposal": stage.entries[0].proposal_id}]}
    with stage.voting():
        assert Client().get(api_of(stage)).status_code == 401
        assert Client().put(api_of(stage), body, content_type="application/json").status_code == 401
    with clock.simulated(stage.phase.opens_at - timedelta(days=1)):
        answer = Client().put(api_of(stage), body, content_type="application/json")
        assert answer.status_code == 409
        assert answer.json()["until"] is not None


def test_several_votes_have_to_be_told_apart(stage: Stage, voter: Any) -> None:
    results = cast.phase(stage.contest, "results")
    opens = results.opens_at + timedelta(days=10)
    Phase.objects.filter(pk=results.pk).update(closes_at=opens, ends_at=opens)
    Phase.objects.create(
        contest=stage.contest, kind="voting", name="Second vote", position=99, opens_at=opens,
        closes_at=opens + timedelta(days=5), settings={"most": 1},
    )  # fmt: skip
    with stage.voting():
        assert signed_in(voter).get(api_of(stage)).status_code == 400
        assert signed_in(voter).get(f"{api_of(stage)}?phase={stage.phase.pk}").status_code == 404
        body = {"phase": stage.phase.pk, "choices": [{"proposal": stage.entries[0].proposal_id}]}
        assert signed_in(voter).put(api_of(stage), body, content_type="application/json").status_code == 200
        assert signed_in(voter).get(f"{api_of(stage)}?phase={stage.phase.pk}").status_code == 200


# --- What is next ---------------------------------------------------------------------------------------------------


def test_voting_is_the_next_step_until_one_has_voted(stage: Stage, voter: Any) -> None:
    def mine() -> list[tuple[str, int]]:
        waiting = steps(voter, [cast.fresh(stage.contest)], at=clock.now())
        return [(str(step.verb), step.urgency) for step in waiting if "vote" in step.verb.lower()]

    with clock.simulated(stage.phase.opens_at - timedelta(seconds=1)):
        assert mine() == []
    with stage.voting():
        assert mine() == [("Vote", 50)]
        actions.cast(phase=stage.phase, by=voter, choices=stage.ids[:1])
        assert mine() == [("Change my vote", 15)]
        actions.withdraw(phase=stage.phase, by=voter)
        assert mine() == [("Vote", 50)]
    with clock.simulated(stage.phase.closes_at):
        assert mine() == []
