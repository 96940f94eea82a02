"""A judge follows the mail, reads, scores with the keyboard alone, says done, and steps aside where they must."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from contests import actions as contests
from contests.models import Membership
from judging import actions as judging
from judging.models import Assignment, Review
from tests import cast
from tests.journeys.conftest import Newcomer, Time
from tests.journeys.people import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MARKS = {"Feasibility": 4, "Novelty": 3, "Impact": 5, "Presentation": 4}
FEEDBACK = "Clear about who paints. Say how the roofs are chosen."


def score_with_keys(judge: Person, marks: dict[str, int]) -> None:
    """Tab to the first criterion, then one number key for each and Tab to the next."""
    scales = judge.page.locator("fieldset", has=judge.page.get_by_role("radio"))
    judge.page.locator("main").focus()
    for criterion, points in marks.items():
        scale = scales.filter(has_text=criterion)
        for _step in range(30):
            judge.page.keyboard.press("Tab")
            if scale.locator(":focus").count():
                break
        judge.page.keyboard.press(str(points))
        judge.clicks += 1
        expect(scale.locator("input:checked")).to_have_value(str(points))


def score_by_choosing(judge: Person, marks: dict[str, int]) -> None:
    """One radio of each criterion, as without script."""
    scales = judge.page.locator("fieldset", has=judge.page.get_by_role("radio"))
    for criterion, points in marks.items():
        scales.filter(has_text=criterion).locator(f'input[value="{points}"]').check()
        judge.clicks += 1


def tab_to(judge: Person, target: Locator) -> None:
    for _step in range(60):
        if target.evaluate("node => node === document.activeElement"):
            return
        judge.page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {target}")


def test_a_judge_is_invited_scores_with_the_keyboard_and_declares_a_conflict(newcomer: Newcomer, time: Time) -> None:
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    entered = [cast.submitted(cast.person(f"Author {n}"), contest, title=title) for n, title in
               enumerate(("Cool roofs", "Shade trees", "Night buses"))]  # fmt: skip
    time.is_now(cast.moment(contest, "judging"))
    contests.invite(by=organiser, contest=contest, email="jude@people.example", role="judge")
    jude = newcomer("Jude")

    jude.opens_mail("judge")
    jude.heading("You are invited as judge")
    jude.look("judge-1-invitation")
    assert not Membership.objects.filter(contest=contest, role="judge").exists(), "opening the link accepts nothing"
    jude.press("Sign in to accept")
    jude.identify()
    jude.press("Accept")
    jude.heading("Your judging queue")
    jude.look("judge-2-empty")
    assert Membership.objects.filter(contest=contest, role="judge", user__email=jude.address).exists()

    phase = cast.phase(contest, "judging")
    judging.assign_balanced(by=organiser, phase=phase, reviews_per_entry=1, max_per_judge=10)
    jude.opens_mail("3 proposals to review")
    jude.heading("Your judging queue")
    jude.look("judge-3-queue")
    jude.follow("Begin with the first one")
    first = jude.page.get_by_role("heading", level=1).inner_text()
    expect(jude.page.get_by_role("radio", checked=True)).to_have_count(0)
    jude.look("judge-4-desk")

    jude.clicks = 0
    score_with_keys(jude, MARKS)
    tab_to(jude, jude.field("Feedback to the authors"))
    jude.page.keyboard.type(FEEDBACK)
    expect(jude.page.locator("#review-saved")).to_contain_text("Saved")
    jude.look("judge-5-scored")
    tab_to(jude, jude.button("Save and next"))
    jude.page.keyboard.press("Enter")
    jude.reads("Saved. It counts once you mark it as done.")
    assert jude.clicks == len(MARKS), "four keys, the words, one button: nothing else"
    review = Review.objects.get(assignment__judge__email=jude.address)
    assert (review.feedback, [mark.points for mark in review.marks.order_by("criterion__position")]) == (
        FEEDBACK, list(MARKS.values()),
    )  # fmt: skip
    assert review.assignment.state == "open", "saving is not yet the judgement"

    second = jude.page.get_by_role("heading", level=1).inner_text()
    assert second != first
    jude.type("What connects you", "She is my sister.")
    jude.press("Declare a conflict")
    jude.heading("Your judging queue")
    jude.does_not_read(second)
    jude.look("judge-6-stepped-aside")
    aside = Assignment.objects.get(state="recused")
    assert aside.entry.proposal.title == second
    jude.eyes.expect(403, 404)
    jude.open(aside.get_absolute_url())
    expect(jude.page.get_by_role("radio")).to_have_count(0)

    jude.open("/judge/")
    jude.follow(first)
    jude.press("Mark as done")
    jude.reads("Done. You can still change it until the judging closes.")
    jude.look("judge-7-done")
    assert Review.objects.get(assignment__entry__proposal__title=first).assignment.state == "done"
    assert len(entered) == 3
