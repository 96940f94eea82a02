"""Talking about proposals: who, when, in which order, and what is left of a comment that is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from community import actions
from community.models import Comment
from core import clock
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


@pytest.mark.parametrize("kind", ["submission", "judging", "revision", "voting", "results"])
def test_every_phase_of_a_public_contest_takes_comments(contest, proposal, kind):
    for phase in contest.phases.filter(kind="judging"):
        type(phase).objects.filter(pk=phase.pk).update(released_at=cast.START)
    with cast.during(cast.fresh(contest), kind):
        actions.comment(by=cast.person("Mia"), proposal=cast.fresh(proposal), text="Who paints?")
    assert Comment.objects.get().text == "Who paints?"


def test_before_the_first_phase_comments_are_refused_with_a_date(contest, proposal):
    with clock.simulated(cast.START - timedelta(days=1)), pytest.raises(Refused) as refused:
        actions.comment(by=cast.person("Mia"), proposal=proposal, text="Early")
    assert refused.value.refusal.code == "phase_not_open"
    assert refused.value.refusal.until == cast.START


def test_a_draft_is_not_discussed(contest):
    ana = cast.person("Ana Author")
    with cast.during(contest, "submission"), pytest.raises(Refused) as refused:
        actions.comment(by=ana, proposal=cast.draft(ana, contest), text="Note to self")
    assert refused.value.refusal.code == "not_submitted"


def test_a_strangers_draft_does_not_exist_for_others(contest):
    draft = cast.draft(cast.person("Ana Author"), contest)
    with cast.during(contest, "submission"), pytest.raises(Refused) as refused:
        actions.comment(by=cast.person("Mia"), proposal=draft, text="I see you")
    assert refused.value.refusal.kind == "hidden"


@pytest.mark.parametrize("text", ["", "   \n", "x" * 5001, "\u202e\x00"])
def test_an_empty_or_endless_comment_is_refused(contest, proposal, text):
    with cast.during(contest, "submission"), pytest.raises(ValidationError) as wrong:
        actions.comment(by=cast.person("Mia"), proposal=proposal, text=text)
    assert "text" in wrong.value.message_dict


def test_a_writer_without_a_name_is_asked_for_one(contest, proposal):
    nameless = cast.person("Nora")
    nameless.display_name = ""
    with cast.during(contest, "submission"), pytest.raises(ValidationError) as wrong:
        actions.comment(by=nameless, proposal=proposal, text="Hello")
    assert "display_name" in wrong.value.message_dict


def test_a_reply_belongs_to_the_same_discussion(contest, proposal):
    other = cast.submitted(cast.person("Ben Author"), contest, title="Green tram stops")
    mia = cast.person("Mia")
    with cast.during(contest, "submission"):
        elsewhere = actions.comment(by=mia, proposal=other, text="Over here")
        with pytest.raises(ValidationError):
            actions.comment(by=mia, proposal=proposal, text="Wrong room", parent=elsewhere)


def test_the_thread_puts_replies_under_what_they_answer(contest, proposal, django_assert_num_queries):
    mia, ana = cast.person("Mia"), proposal.created_by
    with cast.during(contest, "submission") as at:

        def say(text, minutes, parent=None, by=mia):
            with clock.simulated(at + timedelta(minutes=minutes)):
                return actions.comment(by=by, proposal=proposal, text=text, parent=parent)

        first = say("first", 0)
        say("second", 1)
        reply = say("reply to first", 2, parent=first, by=ana)
        say("later reply to first", 4, parent=first)
        say("reply to the reply", 3, parent=reply)
    with django_assert_num_queries(1):
        thread = [(c.text, depth, str(c.author)) for c, depth in Comment.objects.thread(proposal)]
    assert thread == [
        ("first", 0, "Mia"),
        ("reply to first", 1, "Ana Author"),
        ("reply to the reply", 2, "Mia"),
        ("later reply to first", 1, "Mia"),
        ("second", 0, "Mia"),
    ]


def test_a_thread_thousands_deep_is_no_danger(contest, proposal):
    rows = [actions.Imported(text=str(n), at=cast.START, parent=n - 1 if n else None) for n in range(1100)]
    actions.import_comments(by=contest.created_by, proposal=proposal, comments=rows)
    thread = Comment.objects.thread(proposal)
    assert [depth for _, depth in thread] == list(range(1100))


def test_a_comment_can_be_edited_for_fifteen_minutes_by_its_writer_only(contest, proposal):
    mia = cast.person("Mia")
    with cast.during(contest, "submission") as at:
        written = actions.comment(by=mia, proposal=proposal, text="Typpo")
        with clock.simulated(at + timedelta(minutes=14)):
            assert actions.edit(by=mia, comment=written, text="Typo").edited_at
            with pytest.raises(Refused):
                actions.edit(by=proposal.created_by, comment=written, text="Praise")
        with clock.simulated(at + timedelta(minutes=15)), pytest.raises(Refused) as refused:
            actions.edit(by=mia, comment=written, text="Something else")
    assert refused.value.refusal.code == "too_late_to_edit"
    assert cast.fresh(written).text == "Typo"


def test_a_deleted_comment_leaves_a_place_without_words_or_name(contest, proposal):
    mia = cast.person("Mia")
    with cast.during(contest, "submission"):
        written = actions.comment(by=mia, proposal=proposal, text="I regret this")
        reply = actions.comment(by=proposal.created_by, proposal=proposal, text="Why?", parent=written)
        actions.delete_own(by=mia, comment=written)
        with pytest.raises(Refused):
            actions.edit(by=mia, comment=written, text="Back again")
    gone = cast.fresh(written)
    assert (gone.text, gone.is_tombstone, gone.author) == ("", True, None)
    assert [c.pk for c, _ in Comment.objects.thread(proposal)] == [gone.pk, reply.pk]
    assert "regret" not in str(list(Fact.objects.values_list("data", flat=True)))


def test_imported_comments_keep_date_credit_gaps_and_order(contest, proposal):
    rows = [
        actions.Imported(text="", at=cast.START, tombstone=True),
        actions.Imported(text="¿Y los niños?", at=cast.START, credited_to="Vecina de Chamberí", parent=0),
        actions.Imported(text="", at=cast.START, credited_to="Luis"),
    ]
    made = actions.import_comments(by=contest.created_by, proposal=proposal, comments=rows)
    assert [(c.text, c.credited_to, c.is_tombstone) for c in made] == [
        ("", "", True), ("¿Y los niños?", "Vecina de Chamberí", False), ("", "Luis", False),
    ]  # fmt: skip
    assert made[1].parent_id == made[0].pk and made[1].at == cast.START
    with pytest.raises(Refused):
        actions.import_comments(by=cast.person("Mia"), proposal=proposal, comments=rows)
    one = actions.import_comment(
        by=contest.created_by, proposal=proposal, text="Tarde", at=cast.START, parent=made[2], credited_to="Eva"
    )
    assert one.parent_id == made[2].pk
