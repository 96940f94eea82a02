"""The same acts in a browser that runs no script."""

from __future__ import annotations

from functools import partial

import pytest

from proposals.models import Proposal
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from tests.journeys.test_keyboard import JOURNEYS
from tests.journeys.test_visitor_to_author import TEXTS
from tests.journeys.test_voter import finalists
from voting.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_writing_and_submitting_need_no_script(newcomer: Newcomer, time: Time) -> None:
    contest = cast.contest(cast.organiser())
    time.is_now(cast.moment(contest, "submission"))
    ana = newcomer("Ana", scripted=False)
    ana.open(contest.get_absolute_url())
    ana.follow("Start a proposal")
    ana.type("Title", "Cool roofs for Dhaka")
    ana.press("Save draft")
    ana.identify()
    ana.type("Pitch", "White paint on 200 roofs.")
    for label, text in TEXTS.items():
        ana.type(label, text)
    ana.press("Save and review")
    ana.eyes.expect(422)
    ana.press("Submit proposal")
    ana.reads("Read the rules and accept them.")
    ana.tick("I have read the rules and accept them")
    ana.type("Name others see", "Ana Rahman")
    ana.press("Submit proposal")
    ana.heading("Your proposal is submitted")
    ana.look("plain-1-receipt")
    assert Proposal.objects.get().status == "submitted"


def test_voting_needs_no_script(newcomer: Newcomer, time: Time) -> None:
    contest = finalists(cast.organiser())[0].contest
    time.is_now(cast.moment(contest, "voting"))
    vera = newcomer("Vera", scripted=False)
    vera.open(f"{contest.get_absolute_url()}vote/")
    for title in ("Cool roofs", "Shade trees", "Night buses", "Water walks"):
        vera.tick(title)
    vera.eyes.expect(422, 409)
    vera.press("Continue with my e-mail address")
    vera.reads("at most 3")
    vera.tick("Water walks", on=False)
    vera.press("Continue with my e-mail address")
    vera.identify()
    vera.press("Cast my vote")
    vera.reads("Your vote is in")
    vera.look("plain-2-voted")
    assert Ballot.objects.get().choices.count() == 3


@pytest.mark.long
@pytest.mark.parametrize("name", ["author", "organiser", "everybody, from creation to results"])
def test_every_journey_needs_no_script(name: str, newcomer: Newcomer, time: Time) -> None:
    """From the first draft of a contest to its results: judging, deciding and organising as well as writing and voting."""
    JOURNEYS[name](partial(newcomer, scripted=False), time)
