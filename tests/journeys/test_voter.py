"""Somebody follows a link to a finalist, votes with an e-mail address only, changes their mind, and sees it close."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from proposals.models import Proposal
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from voting.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBERS = {"one": "Cool roofs", "two": "Shade trees", "three": "Night buses", "four": "Water walks"}


def finalists(organiser: User) -> list[Proposal]:
    """Four proposals that both judgings let through to the vote."""
    contest = cast.contest(organiser)
    entered = [cast.submitted(cast.person(f"Author {number}"), contest, title=title) for number, title in NUMBERS.items()]
    cast.judged(contest)
    cast.judged(contest, 2)
    return entered


def test_a_first_time_visitor_votes_with_an_address_alone(newcomer: Newcomer, time: Time) -> None:
    entered = finalists(cast.organiser())
    contest = entered[0].contest
    vote = cast.phase(contest, "voting")
    time.is_now(cast.moment(contest, "voting"))
    vera = newcomer("Vera", viewport={"width": 390, "height": 844})

    vera.open(entered[0].get_absolute_url())
    vera.heading("Cool roofs")
    vera.look("voter-1-finalist")
    vera.follow("Vote")
    vera.look("voter-2-ballot")
    assert vera.page.get_by_role("checkbox", checked=True).count() == 0
    vera.tick("Cool roofs")
    vera.reads("1 of 3 chosen, 2 left")
    vera.press("Continue with my e-mail address")
    vera.look("voter-3-who")
    vera.identify()
    vera.reads("We kept what you chose")
    assert not Ballot.objects.exists(), "nothing counts before it is cast"
    vera.look("voter-4-kept")
    vera.press("Cast my vote")

    vera.reads("Your vote is in")
    vera.look("voter-5-receipt")
    ballot = Ballot.objects.get(phase=vote)
    vera.reads(ballot.receipt)
    assert ballot.receipt in vera.mail("vote").body
    assert (vera.clicks, vera.fields) == (6, 2), "Vote, a tick, Continue, Send, Confirm, Cast; the address and its code"

    vera.tick("Cool roofs", on=False)
    vera.tick("Shade trees")
    vera.tick("Night buses")
    vera.press("Change my vote")
    vera.reads("Your vote is in")
    chosen = Ballot.objects.get(phase=vote).choices.values_list("entry__proposal__title", flat=True)
    assert set(chosen) == {"Shade trees", "Night buses"}

    vera.press("Withdraw my vote")
    vera.reads("Your vote is withdrawn")
    vera.look("voter-6-withdrawn")
    assert Ballot.objects.get(phase=vote).state == "withdrawn"
    vera.tick("Water walks")
    vera.press("Cast my vote")
    vera.reads("Your vote is in")

    for address in (contest.get_absolute_url(), f"{contest.get_absolute_url()}proposals/", entered[3].get_absolute_url()):
        vera.open(address)
        for number in ("1 ballot", "1 vote", "100"):
            vera.does_not_read(number)

    time.is_now(vote.closes_at + timedelta(seconds=30))  # type: ignore[operator]
    vera.open(f"{contest.get_absolute_url()}vote/")
    vera.heading("Voting has closed")
    vera.reads(Ballot.objects.get(phase=vote).receipt)
    vera.look("voter-7-closed")


def test_a_vote_that_comes_too_late_is_told_so(newcomer: Newcomer, time: Time) -> None:
    contest = finalists(cast.organiser())[0].contest
    vote = cast.phase(contest, "voting")
    time.is_now(vote.closes_at - timedelta(minutes=1))  # type: ignore[operator]
    cast.person("Late")
    late = newcomer("Late")
    late.sign_in()
    late.open(f"{contest.get_absolute_url()}vote/")
    late.tick("Cool roofs")
    time.is_now(vote.closes_at + timedelta(seconds=1))  # type: ignore[operator]
    late.eyes.expect(409)
    late.press("Cast my vote")
    late.reads("closed")
    late.look("voter-8-late")
    assert not Ballot.objects.exists()
