"""A stranger finds a question, writes an answer before saying who they are, and has it submitted."""

from __future__ import annotations

import pytest

from proposals.models import Proposal
from tests import cast
from tests.journeys.conftest import Newcomer, Time

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

TEXTS = {
    "What would you do?": cast.ANSWERS["summary"],
    "Who will do it?": cast.ANSWERS["who"],
    "What difference will it make?": cast.ANSWERS["impact"],
    "What does it cost, and what do you need?": cast.ANSWERS["cost"],
}


def test_a_visitor_writes_first_signs_up_later_and_submits(newcomer: Newcomer, time: Time) -> None:
    contest = cast.contest(cast.organiser())
    time.is_now(cast.moment(contest, "submission"))
    ana = newcomer("Ana")

    ana.open("/")
    ana.look("author-1-home")
    ana.follow(contest.question)
    ana.look("author-2-contest")
    ana.clicks = 0  # the journey is counted from the contest's page

    ana.follow("Start a proposal")
    ana.heading("Start a proposal")
    ana.look("author-3-new")
    ana.type("Title", "Cool roofs for Dhaka")
    ana.type("Pitch", "White paint on 200 roofs before the hot season.")
    ana.press("Save draft")
    ana.look("author-4-who")
    typed = ana.fields
    ana.identify()
    account_fields = ana.fields - typed - 1  # the code is not a question about the person

    ana.heading("Cool roofs for Dhaka")
    ana.look("author-5-draft")
    ana.reads("Draft")
    assert ana.field("Pitch").input_value().startswith("White paint")
    for label, text in TEXTS.items():
        ana.type(label, text)
    ana.press("Save and review")
    ana.look("author-6-review")
    ana.tick("I have read the rules and accept them")
    ana.type("Name others see", "Ana Rahman")
    account_fields += 1
    ana.press("Submit proposal")

    ana.heading("Your proposal is submitted")
    ana.look("author-7-receipt")
    ana.reads("Semi-final judging begins on 12 April 2027")
    assert ana.clicks <= 7, f"{ana.clicks} clicks"
    assert account_fields <= 2

    mail = ana.mail("Cool roofs for Dhaka")
    assert "Semi-final judging" in mail.body and "Madrid time" in mail.body
    proposal = Proposal.objects.get()
    assert (proposal.status, str(proposal.team.get().user)) == ("submitted", "Ana Rahman")

    stranger = newcomer("Stranger")
    stranger.open(proposal.get_absolute_url())
    stranger.heading("Cool roofs for Dhaka")
    stranger.reads("Ana Rahman")
    stranger.look("author-8-public")
