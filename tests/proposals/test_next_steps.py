"""What waits for an author: start, continue, submit the changes, revise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from contests.models import Contest
from core import clock
from proposals import actions, rules
from proposals.models import Entry
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def ana() -> User:
    return cast.person("Ana Author")


def steps(user: Any, *contests: Contest) -> list[str]:
    fresh = list(Contest.objects.with_phases().filter(pk__in=[contest.pk for contest in contests]))
    return [step.verb for step in rules.next_steps(user, fresh, clock.now())]


def test_the_way_of_an_author(contest: Contest, ana: User) -> None:
    with cast.during(contest, "submission"):
        assert steps(ana, contest) == ["Start a proposal"]
        proposal = actions.start(by=ana, contest=contest, title="Trees", pitch="Shade.", answers=cast.ANSWERS)
        assert steps(ana, contest) == ["Continue your draft"]
        actions.submit(by=ana, proposal=proposal, accept_rules=True)
        assert steps(ana, contest) == []
        actions.save_draft(by=ana, proposal=proposal, version=1, pitch="More shade.")
        assert steps(ana, contest) == ["Submit your changes"]
        actions.withdraw(by=ana, proposal=proposal)
        assert steps(ana, contest) == []
    with cast.during(contest, "judging"):
        assert steps(ana, contest) == []


def test_drafts_go_on_in_the_grace(contest: Contest, ana: User) -> None:
    cast.draft(ana, contest)
    submission = cast.phase(contest, "submission")
    assert submission.closes_at is not None
    with clock.simulated(submission.closes_at + timedelta(minutes=5)):
        assert steps(ana, contest) == ["Continue your draft"]
        assert steps(cast.person("Late"), contest) == []
    with clock.simulated(submission.closes_at + timedelta(minutes=15)):
        assert steps(ana, contest) == []


def test_judges_are_not_invited_to_enter_and_visitors_are(contest: Contest) -> None:
    judge = cast.member_of(contest, cast.person("Jo Judge"), "judge")
    with cast.during(contest, "submission"):
        assert steps(judge, contest) == []
        assert steps(AnonymousUser(), contest) == ["Start a proposal"]


def test_only_advanced_teams_revise(contest: Contest, ana: User) -> None:
    goes_on, stays = cast.submitted(ana, contest), cast.submitted(cast.person("Ben"), contest)
    type(contest.phases.first()).objects.filter(contest=contest, kind="judging").update(released_at=cast.START)  # type: ignore[union-attr]
    revision = cast.phase(contest, "revision")
    Entry.objects.create(proposal=goes_on, phase=revision, revision=goes_on.submitted_revision, at=cast.START)
    with clock.simulated(cast.moment(contest, "revision")):
        assert steps(ana, contest) == ["Revise your proposal"]
        assert steps(stays.created_by, contest) == []
        actions.save_draft(by=ana, proposal=goes_on, version=goes_on.version, pitch="Better.")
        assert steps(ana, contest) == ["Submit your changes"]
        actions.submit(by=ana, proposal=cast.fresh(goes_on), accept_rules=True)
        assert steps(ana, contest) == []  # done: nobody is asked twice


def test_twelve_contests_ask_as_many_questions_as_one(contest: Contest, ana: User) -> None:
    others = [cast.contest(contest.created_by, title=f"Contest {n}") for n in range(11)]
    for other in (contest, *others[:5]):
        cast.draft(ana, other)
    counts = []
    with clock.simulated(cast.moment(contest, "submission")):
        for some in ([contest], [contest, *others]):
            with CaptureQueriesContext(connection) as queries:
                assert len(steps(ana, *some)) == len(some)
            counts.append(len(queries))
    assert counts[0] == counts[1]
