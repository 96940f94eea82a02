"""The action bar of a contest: exactly one primary action, and the right one for each phase and person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from contests.phases import Kind
from core import clock
from results import actions as results
from tests import cast

pytestmark = pytest.mark.django_db

PEOPLE = ("visitor", "member", "author", "judge", "organiser")


def bar(html: str) -> tuple[str, int]:
    """The words of the primary action, and how many primary actions the bar holds."""
    found = re.search(r'<section class="action-bar".*?</section>', html, re.DOTALL)
    assert found is not None
    primary = re.findall(r'class="button button--primary[^"]*"[^>]*>(.*?)</(?:a|button)>', found.group(0), re.DOTALL)
    return re.sub(r"<[^>]+>", "", primary[0]).strip(), len(primary)


class Scene:
    """A contest with one of each, and what everybody is offered in it."""

    def __init__(self) -> None:
        self.organiser = cast.organiser()
        self.contest = cast.contest(self.organiser)
        self.judge = cast.judge(self.contest)
        self.author, self.member = cast.person("Ana Author"), cast.person("Mem Ber")

    def offers(self) -> dict[str, str]:
        """The primary action of each person, now."""
        found = {}
        for name in PEOPLE:
            client = Client()
            if name != "visitor":
                client.force_login(getattr(self, name))
            words, number = bar(client.get(self.contest.get_absolute_url()).content.decode())
            assert number == 1, f"{name} has {number} primary actions"
            found[name] = words
        return found


def expect(words: str, **others: str) -> dict[str, str]:
    return dict.fromkeys(PEOPLE, words) | others


def test_everybody_has_one_right_thing_to_do_in_every_phase() -> None:
    scene = Scene()
    contest = scene.contest
    with clock.simulated(cast.START - timedelta(days=3)):
        assert scene.offers() == expect("Follow", organiser="Manage this contest")

    proposal = cast.submitted(scene.author, contest)
    with cast.during(contest, Kind.SUBMISSION):
        assert scene.offers() == expect("Start a proposal", judge="Read the proposals")

    cast.assigned(scene.judge, cast.entry_of(proposal))
    read = expect("Read the proposals", organiser="Manage this contest")
    with cast.during(contest, Kind.JUDGING):
        assert scene.offers() == read | {"author": "See your proposal", "judge": "Open my queue (0 of 1)"}

    cast.judged(contest)
    with cast.during(contest, Kind.REVISION):
        assert scene.offers() == read | {"author": "Revise your proposal"}

    with cast.during(contest, Kind.VOTING):  # the second judging is not released yet
        assert scene.offers() == read | {"author": "See your proposal", "organiser": "Decide the shortlist"}

    cast.judged(contest, 2)
    with cast.during(contest, Kind.VOTING):
        assert scene.offers() == expect("Vote")

    with clock.simulated(cast.phase(contest, Kind.RESULTS).opens_at + timedelta(hours=1)):
        cast.settle()
        assert scene.offers() == expect(
            "Read the proposals", author="Read your feedback", organiser="Release results"
        )
        results.release(by=scene.organiser, contest=cast.fresh(contest))
        assert scene.offers() == expect("See the results")


def test_a_phase_behind_unreleased_decisions_says_that_it_waits(client: Client) -> None:
    contest = cast.contest(cast.organiser())
    cast.submitted(cast.person("Ana Author"), contest)
    with cast.during(contest, Kind.REVISION):
        html = client.get(contest.get_absolute_url()).content.decode()
    assert "Waiting for decisions" in html
    assert "“Revision” starts when the judges’ decisions are released." in html


def test_following_is_a_second_action_and_can_be_undone(client: Client) -> None:
    contest = cast.contest(cast.organiser())
    client.force_login(cast.person("Mem Ber"))
    with cast.during(contest, Kind.SUBMISSION):
        client.post(f"{contest.get_absolute_url()}follow/", {"follow": "yes"})
        html = client.get(contest.get_absolute_url()).content.decode()
    assert "Stop following" in html
    assert bar(html) == ("Start a proposal", 1)


def test_a_draft_is_a_preview_with_the_way_back_to_setting_it_up(client: Client) -> None:
    organiser = cast.organiser()
    contest = cast.draft_contest(organiser)
    client.force_login(organiser)
    with clock.simulated(cast.START - timedelta(days=3)):
        html = client.get(contest.get_absolute_url()).content.decode()
    assert "This is a preview" in html
    assert f"/manage/{contest.slug}/setup/" in html
    assert bar(html)[1] == 1
