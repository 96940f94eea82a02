"""One whole contest by five people at their browsers, from "Create a contest" to its results; the clock moved between phases.

Olga organises, Ana and Ben write, Jude judges, Vera votes. Nothing is done for them but what beat and the worker do.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from contests.models import Contest
from proposals.models import Distinction, Proposal
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from tests.journeys.people import Person
from tests.journeys.test_judge import score_by_choosing, score_with_keys
from tests.journeys.test_organiser import creates_and_publishes
from tests.journeys.test_visitor_to_author import TEXTS
from voting.models import Ballot

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOFS, TREES = "Cool roofs for Dhaka", "Shade trees on every street"


def enters(author: Person, contest: Contest, *, title: str, name: str) -> None:
    """From the contest's page to a receipt."""
    author.open(contest.get_absolute_url())
    author.follow("Start a proposal")
    author.type("Title", title)
    author.type("Pitch", f"{title}, before the hot season.")
    for label, text in TEXTS.items():
        author.type(label, text)
    author.press("Save draft")
    author.identify()
    author.press("Save and review")
    author.tick("I have read the rules and accept them")
    author.type("Name others see", name)
    author.press("Submit proposal")
    author.heading("Your proposal is submitted")
    author.mail(f"Submitted: “{title}”")


def assigns(olga: Person, contest: Contest, phase_pk: int, *, reviews: int) -> None:
    olga.open(f"/manage/{contest.slug}/assignments/?phase={phase_pk}")
    olga.type("Reviews per entry", "1")
    olga.press("Show the plan")
    olga.press("Apply the plan")
    olga.reads(f"{reviews} reviews are assigned.")


def judges_all(jude: Person, points: dict[str, int]) -> None:
    """Open the queue from the mail and go through it to the end."""
    jude.opens_mail("proposals to review")
    jude.follow("Begin with the first one")
    for _each in points:
        title = jude.page.get_by_role("heading", level=1).inner_text()
        score = score_with_keys if jude.eyes.scripted else score_by_choosing
        score(jude, dict.fromkeys(("Feasibility", "Novelty", "Impact", "Presentation"), points[title]))
        jude.type("Feedback to the authors", f"What we think of {title}: say who pays.")
        jude.press("Mark as done")
        jude.reads("Done. You can still change it until the judging closes.")
    jude.reads("All of yours are done. Thank you.")


def decides_and_releases(olga: Person, time: Time, contest: Contest, nth: int, *, choice: str = "") -> None:
    """Everybody goes on; where `choice` is said, it becomes Judges' Choice. Released after the close."""
    cast.settle()
    phase = cast.phase(contest, "judging", nth)
    olga.open(f"/manage/{contest.slug}/shortlist/?phase={phase.pk}")
    olga.reads("4.00")  # the mean of Jude's points for the roofs
    for title in (ROOFS, TREES):
        olga.choose("Goes on", within=olga.page.get_by_role("group", name=re.compile(title)))
    if choice:
        row = olga.page.get_by_role("row").filter(has_text=choice)
        olga.unfold(row.locator("summary"))  # a disclosure has no role that can be asked for
        row.get_by_label("Judges’ Choice", exact=True).check()
        row.get_by_label(re.compile("Why it is Judges’ Choice")).fill("The clearest plan of all.")
    olga.press("Save decisions")
    olga.look(f"whole-decided-{nth}")
    time.is_now(phase.closes_at + timedelta(minutes=20))  # type: ignore[operator]
    olga.open(f"/manage/{contest.slug}/release/?phase={phase.pk}")
    olga.press("Release decisions")
    cast.settle()


def votes(voter: Person, contest: Contest, *titles: str) -> None:
    voter.open(contest.get_absolute_url())
    voter.follow("Vote")
    for title in titles:
        voter.tick(re.compile(title))
    if voter.button("Cast my vote").count():
        voter.press("Cast my vote")
    else:
        voter.press("Continue with my e-mail address")
        voter.identify()
        voter.press("Cast my vote")
    voter.reads("Your vote is in")


def notices(person: Person) -> str:
    """What the person's page of notices says."""
    person.open("/me/notifications/")
    person.heading("Notices")
    person.look(f"whole-notices-{person.address.split('@')[0]}")
    return person.page.locator("main").inner_text()


def test_five_people_take_a_contest_from_its_creation_to_its_results(newcomer: Newcomer, time: Time) -> None:
    cast.person("Olga", can_create_contests=True)
    time.is_now(cast.START - timedelta(days=7))
    olga, ana, ben, jude, vera = (newcomer(name) for name in ("Olga", "Ana", "Ben", "Jude", "Vera"))

    olga.sign_in()
    contest = creates_and_publishes(olga)
    olga.open(f"/manage/{contest.slug}/people/")
    olga.choose("Judge: ")
    olga.type("E-mail addresses", jude.address)
    olga.press("Invite")
    jude.opens_mail("You are invited: judge")
    jude.press("Sign in to accept")
    jude.identify()
    jude.press("Accept")
    olga.mail("accepted: judge")

    time.is_now(cast.moment(contest, "submission"))
    enters(ana, contest, title=ROOFS, name="Ana Rahman")
    enters(ben, contest, title=TREES, name="Ben Okoro")
    ben.open(f"{contest.get_absolute_url()}proposals/")
    ben.reads(ROOFS)
    ben.look("whole-1-proposals")

    time.is_now(cast.moment(contest, "judging"))
    assigns(olga, contest, cast.phase(contest, "judging").pk, reviews=2)
    judges_all(jude, {ROOFS: 4, TREES: 3})
    decides_and_releases(olga, time, contest, 1)

    time.is_now(cast.moment(contest, "revision"))
    ana.opens_mail(f"“{ROOFS}” goes on")
    ana.heading("Feedback on your proposal")
    ana.reads("say who pays")
    ana.look("whole-2-feedback")
    ana.open("/me/")
    ana.look("whole-3-me")
    ana.open(f"/proposals/{Proposal.objects.get(title=ROOFS).pk}/edit/")
    ana.type("Pitch", "White paint, paid by the ward council.")
    ana.press("Save and review")
    ana.tick("I have read the rules and accept them")
    ana.press("Submit proposal")
    ana.heading("Your proposal is submitted")

    time.is_now(cast.moment(contest, "judging", 2))
    assigns(olga, contest, cast.phase(contest, "judging", 2).pk, reviews=2)
    judges_all(jude, {ROOFS: 4, TREES: 5})
    decides_and_releases(olga, time, contest, 2, choice=TREES)

    vote = cast.phase(contest, "voting")
    time.is_now(cast.moment(contest, "voting"))
    vera.open(contest.get_absolute_url())
    vera.look("whole-4-voting")
    votes(vera, contest, ROOFS, TREES)
    votes(ben, contest, ROOFS)
    votes(jude, contest, ROOFS)
    assert Ballot.objects.filter(phase=vote, state="counted").count() == 3
    olga.open(f"/manage/{contest.slug}/results/")
    olga.reads("Totals are hidden until voting closes")
    olga.look("whole-5-hidden")

    time.is_now(vote.closes_at + timedelta(minutes=1))  # type: ignore[operator]
    vera.eyes.expect(404)
    vera.open(f"{contest.get_absolute_url()}results/")
    vera.does_not_read("The winners")
    olga.open(f"/manage/{contest.slug}/results/")
    olga.reads("ballots counted")
    olga.look("whole-6-count")
    olga.press("Release results")
    olga.look("whole-7-released")
    cast.settle()

    vera.opens_mail("The results are out")
    vera.heading("How can our city stay cool without heating the planet?")
    vera.look("whole-8-results")
    for name, winner in (("Popular Choice", ROOFS), ("Judges' Choice", TREES)):
        award = vera.page.get_by_role("region", name=re.compile(name.replace("'", "[’']")))
        expect(award).to_contain_text(winner)
    gates = vera.page.get_by_role("region", name="How it was decided")
    for figure in ("2 submitted", "2 semi-finalists", "2 finalists", "3 ballots counted"):
        expect(gates).to_contain_text(re.compile(figure.replace(" ", r"\s+")))
    count = vera.page.get_by_role("region", name="The count", exact=True)
    expect(count.get_by_role("row").filter(has_text=ROOFS)).to_contain_text("3")
    expect(count.get_by_role("row").filter(has_text=TREES)).to_contain_text("1")
    won = set(Distinction.objects.filter(kind__endswith="_choice").values_list("kind", "proposal__title"))
    assert won == {("popular_choice", ROOFS), ("judges_choice", TREES)}

    for person, subjects in (
        (olga, ("accepted: judge", "The results are out")),
        (ana, (f"Submitted: “{ROOFS}”", f"“{ROOFS}” goes on", "You can revise now", "Voting is open", "The results are out")),
        (ben, (f"Submitted: “{TREES}”", f"“{TREES}” goes on", "Your vote is recorded", "The results are out")),
        (jude, ("Judging has begun", "2 proposals to review", "Your vote is recorded", "The results are out")),
        (vera, ("Your vote is recorded", "The results are out")),
    ):
        page = notices(person)
        for subject in subjects:
            assert subject in page, f"{person.address} reads no notice about {subject}:\n{page}"
            person.mail(subject)
    assert "because you voted" in notices(vera) and "in less than a minute" not in notices(vera)
    vera.open("/")
    vera.look("whole-9-home")
