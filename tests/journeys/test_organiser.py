"""An organiser makes a contest from a template, publishes it, and takes it through its first judging."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contests.models import Contest, Invitation
from judging import actions as judging
from judging.models import Assignment, Decision
from proposals.models import Distinction
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from tests.journeys.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
QUESTION = "How can our city stay cool without heating the planet?"


def creates_and_publishes(olga: Person) -> Contest:
    """From "Create a contest" to a published one, by the console's pages alone."""
    olga.open("/manage/")
    olga.look("organiser-1-manage")
    olga.follow("Create a contest")
    olga.look("organiser-2-new")
    olga.choose("Climate CoLab")
    olga.type("The question", QUESTION)
    olga.type("Short title", "Cool city")
    olga.type("It opens on", "2027-03-01T10:00")
    olga.pick("Time zone", "Europe/Madrid")
    olga.type("Organiser", "City Climate Office")
    olga.press("Create the draft")
    olga.look("organiser-3-checklist")
    contest = Contest.objects.get()
    assert (contest.status, contest.sections.count()) == ("draft", 5)

    olga.eyes.expect(409, 422)
    olga.press("Publish contest")
    olga.reads("The contest is not published yet")
    olga.look("organiser-4-refused")
    olga.type("Brief", "Summers get hotter.\n\nShow us what works in a city of a million.")
    olga.press("Save")
    olga.reads("Everything that people need is there.")
    olga.press("Publish contest")
    olga.reads("Published")
    olga.look("organiser-5-published")
    return Contest.objects.get()


def test_an_organiser_goes_from_a_template_to_released_decisions(newcomer: Newcomer, time: Time) -> None:
    cast.person("Olga", can_create_contests=True)
    time.is_now(cast.START - timedelta(days=7))
    olga = newcomer("Olga")
    olga.sign_in()
    contest = creates_and_publishes(olga)
    assert contest.status == "published"
    assert olga.fields <= 2 + 6 + 1, "sign-in, five fields and the template's title, the brief"
    address = f"/manage/{contest.slug}"

    olga.follow("People")
    olga.look("organiser-6-people")
    olga.choose("Judge: ")
    olga.type("E-mail addresses", "jude@people.example, ida@people.example")
    olga.press("Invite")
    olga.reads("jude@people.example")
    olga.look("organiser-7-invited")
    assert Invitation.objects.filter(role="judge").count() == 2

    entered = [cast.submitted(cast.person(f"Author {n}"), contest, title=title)
               for n, title in enumerate(("Cool roofs", "Shade trees", "Night buses"))]  # fmt: skip
    judges = [cast.judge(contest, name) for name in ("Jude", "Ida")]
    time.is_now(cast.moment(contest, "judging"))
    olga.open(f"{address}/entries/")
    olga.look("organiser-8-entries")
    olga.follow("Assignments")
    olga.type("Reviews per entry", "2")
    olga.type("At most, per judge", "12")
    olga.press("Show the plan")
    olga.reads("6 new reviews would be asked for.")
    olga.look("organiser-9-plan")
    assert not Assignment.objects.exists(), "a plan assigns nothing"
    olga.press("Apply the plan")
    olga.reads("6 reviews are assigned.")
    olga.look("organiser-10-assigned")

    phase = cast.phase(contest, "judging")
    for assignment in Assignment.objects.select_related("entry__proposal", "judge"):
        points = {"Cool roofs": 5, "Shade trees": 4, "Night buses": 2}[assignment.entry.proposal.title]
        marks = {criterion.pk: points for criterion in phase.criteria.all()}
        judging.save_review(by=assignment.judge, assignment=assignment, version=0, marks=marks, feedback="Well argued.")
        judging.mark_done(by=assignment.judge, assignment=assignment)
    cast.settle()
    assert len(judges) == 2

    olga.follow("Shortlist")
    olga.reads("5.00")
    olga.look("organiser-11-scores")
    olga.type("Take the top", "2")
    olga.press("Fill in below")
    olga.reads("The table is filled in but not saved yet.")
    olga.press("Save decisions")
    olga.look("organiser-12-decided")
    assert set(Decision.objects.values_list("entry__proposal__title", "outcome")) == {
        ("Cool roofs", "advances"), ("Shade trees", "advances"), ("Night buses", "stays"),
    }  # fmt: skip
    olga.follow("See the letter about Cool roofs")
    olga.reads("Well argued.")
    olga.look("organiser-13-letter")
    olga.follow("Back to the shortlist")
    olga.follow("Go to the release")
    olga.look("organiser-14-too-early")
    assert olga.button("Release decisions").is_disabled(), "not before the judging closes"
    stranger = newcomer("Stranger")
    stranger.open(entered[0].get_absolute_url())
    stranger.does_not_read("Semi-finalist")

    time.is_now(phase.closes_at + timedelta(minutes=16))  # type: ignore[operator]
    olga.open(f"{address}/release/?phase={phase.pk}")
    olga.press("Release decisions")
    olga.look("organiser-15-released")
    cast.settle()
    assert Distinction.objects.filter(kind="semi_finalist").count() == 2
    stranger.open(entered[0].get_absolute_url())
    stranger.reads("Semi-finalist")
    stranger.look("organiser-16-public")
