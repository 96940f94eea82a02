"""Supports are not votes; follows bring news; the numbers on the cards equal a recount."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connections, transaction

from community import actions
from community.models import Follow, Support
from core.models import Fact
from core.permissions import Refused
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest():
    return cast.contest(cast.organiser())


@pytest.fixture
def proposal(contest):
    return cast.submitted(cast.person("Ana Author"), contest)


def test_support_states_what_shall_be(contest, proposal):
    mia = cast.person("Mia")
    with cast.during(contest, "submission"):
        assert [actions.support(by=mia, proposal=proposal) for _ in range(3)] == [True, False, False]
        assert [actions.unsupport(by=mia, proposal=proposal) for _ in range(2)] == [True, False]
    assert not Support.objects.exists()
    assert Fact.objects.filter(verb__startswith="support.").count() == 2


def test_nobody_supports_while_people_vote(contest, proposal):
    for phase in contest.phases.filter(kind="judging"):
        type(phase).objects.filter(pk=phase.pk).update(released_at=cast.START)
    with cast.during(cast.fresh(contest), "voting"), pytest.raises(Refused) as refused:
        actions.support(by=cast.person("Mia"), proposal=cast.fresh(proposal))
    assert refused.value.refusal.code == "phase_closed"


def test_the_database_holds_one_support_per_person(contest, proposal):
    mia = cast.person("Mia")
    Support.objects.create(proposal=proposal, user=mia, at=cast.START)
    with pytest.raises(IntegrityError), transaction.atomic():
        Support.objects.create(proposal=proposal, user=mia, at=cast.START)


@pytest.mark.django_db(transaction=True)
def test_a_double_click_supports_once(contest, proposal):
    mia = cast.person("Mia")

    def click(_):
        try:
            return actions.support(by=mia, proposal=proposal)
        finally:
            connections.close_all()

    with cast.during(contest, "submission"), ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(click, range(16)))
    assert sum(answers) == 1 and Support.objects.count() == 1


def test_the_numbers_on_the_card_equal_a_recount(contest, proposal):
    mia, ben = cast.person("Mia"), cast.person("Ben")
    with cast.during(contest, "submission"):
        first = actions.comment(by=mia, proposal=proposal, text="One")
        actions.comment(by=ben, proposal=proposal, text="Two", parent=first)
        actions.delete_own(by=mia, comment=first)
        actions.support(by=mia, proposal=proposal)
        actions.support(by=ben, proposal=proposal)
        actions.unsupport(by=ben, proposal=proposal)
    counted = cast.fresh(proposal)
    assert (counted.comment_count, counted.support_count) == (1, 1)


def test_following_is_for_members_and_ends_when_they_say_so(contest):
    mia = cast.person("Mia")
    assert [actions.follow(by=mia, contest=contest) for _ in range(2)] == [True, False]
    assert Follow.objects.by_user(mia).count() == 1
    assert [actions.unfollow(by=mia, contest=contest) for _ in range(2)] == [True, False]
    hidden = cast.draft_contest(contest.created_by, title="Not yet")
    with pytest.raises(Refused):
        actions.follow(by=mia, contest=hidden)
