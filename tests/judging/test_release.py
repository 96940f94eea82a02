"""Deciding and releasing: pending until one person releases everything in one act."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from core import clock
from core.models import Fact
from core.permissions import Refused
from judging import actions
from judging.models import Assignment, Decision, EntryScore
from proposals.models import Distinction, Entry
from tests import cast


def decide_both(stage: SimpleNamespace, **more: object) -> None:
    decisions = {stage.roofs_entry.pk: "advances", stage.trees_entry.pk: "stays"}
    actions.decide(by=stage.organiser, phase=stage.phase, decisions=decisions, **more)  # type: ignore[arg-type]


def after_close(stage: SimpleNamespace) -> object:
    return clock.simulated(stage.phase.closes_at + timedelta(minutes=1))


def test_a_release_sets_outcomes_letters_distinctions_and_the_entries_of_the_next_phase(stage: SimpleNamespace) -> None:
    cast.judged(stage.contest, advancing=[stage.roofs])
    assert [cast.fresh(e).outcome for e in (stage.roofs_entry, stage.trees_entry)] == ["advances", "stays"]
    assert list(Distinction.objects.values_list("proposal", "kind")) == [(stage.roofs.pk, "semi_finalist")]
    assert Distinction.objects.get().released_at is not None
    revision = cast.phase(stage.contest, "revision")
    assert list(Entry.objects.filter(phase=revision).values_list("proposal", flat=True)) == [stage.roofs.pk]
    assert not Decision.objects.filter(released_at=None).exists()
    assert cast.fresh(stage.phase).released_at is not None
    assert Fact.objects.get(verb="decisions.released").data == {
        "advancing": [stage.roofs_entry.pk],
        "staying": [stage.trees_entry.pk],
    }


def test_both_judgings_lead_to_the_vote(stage: SimpleNamespace) -> None:
    cast.judged(stage.contest, 1)
    cast.judged(stage.contest, 2, advancing=[stage.trees])
    voting = cast.phase(stage.contest, "voting")
    assert list(Entry.objects.filter(phase=voting).values_list("proposal", flat=True)) == [stage.trees.pk]
    assert set(Distinction.objects.filter(kind="finalist").values_list("proposal", flat=True)) == {stage.trees.pk}


def test_a_release_needs_a_decision_for_every_entry(stage: SimpleNamespace) -> None:
    with after_close(stage):
        actions.decide(by=stage.organiser, phase=stage.phase, decisions={stage.roofs_entry.pk: "advances"})
        with pytest.raises(ValidationError, match="1 entry has no decision yet"):
            actions.release(by=stage.organiser, phase=stage.phase)
    assert cast.fresh(stage.roofs_entry).outcome == "pending"


def test_nothing_is_released_while_judges_still_read(stage: SimpleNamespace) -> None:
    with clock.simulated(stage.phase.closes_at - timedelta(seconds=1)):
        decide_both(stage)
        with pytest.raises(Refused) as refused:
            actions.release(by=stage.organiser, phase=stage.phase)
    assert (refused.value.refusal.code, refused.value.refusal.until) == ("judging_runs", stage.phase.closes_at)


def test_a_second_release_and_a_late_decision_are_refused(stage: SimpleNamespace) -> None:
    cast.judged(stage.contest)
    with after_close(stage):
        for act in (lambda: actions.release(by=stage.organiser, phase=stage.phase), lambda: decide_both(stage)):
            with pytest.raises(Refused) as refused:
                act()
            assert refused.value.refusal.code == "released"
    assert Fact.objects.filter(verb="decisions.released").count() == 1


def test_the_second_judging_waits_for_the_release_of_the_first(stage: SimpleNamespace) -> None:
    final = cast.phase(stage.contest, "judging", 2)
    with clock.simulated(final.closes_at + timedelta(days=1)), pytest.raises(Refused) as refused:
        actions.release(by=stage.organiser, phase=final)
    assert refused.value.refusal.code == "earlier_judging"


def test_a_decision_can_be_taken_back_until_the_release(stage: SimpleNamespace) -> None:
    with after_close(stage):
        decide_both(stage)
        left = actions.decide(by=stage.organiser, phase=stage.phase, decisions={stage.roofs_entry.pk: "pending"})
    assert (left, actions.undecided(phase=stage.phase)) == (1, 1)


@pytest.mark.parametrize("outcome", ["", "wins", "ADVANCES"])
def test_an_unknown_outcome_is_refused_in_words(stage: SimpleNamespace, outcome: str) -> None:
    with after_close(stage), pytest.raises(ValidationError, match="advances"):
        actions.decide(by=stage.organiser, phase=stage.phase, decisions={stage.roofs_entry.pk: outcome})


def test_an_organiser_decides_nothing_about_a_proposal_of_their_own(stage: SimpleNamespace) -> None:
    cast.join(stage.roofs, stage.organiser)
    with after_close(stage):
        with pytest.raises(ValidationError, match="cannot decide about these entries"):
            decide_both(stage)
        actions.decide(by=stage.organiser, phase=stage.phase, decisions={stage.trees_entry.pk: "stays"})


def test_judges_choice_belongs_to_the_last_judging_and_is_held_back(stage: SimpleNamespace) -> None:
    choice = {stage.roofs_entry.pk: "Ready to start tomorrow."}
    with after_close(stage), pytest.raises(ValidationError, match="last judging"):
        decide_both(stage, judges_choice=choice)
    cast.judged(stage.contest, 1)
    final = cast.phase(stage.contest, "judging", 2)
    with clock.simulated(final.closes_at + timedelta(minutes=1)):
        cast.settle()
        roofs, trees = (Entry.objects.get(phase=final, proposal=p) for p in (stage.roofs, stage.trees))
        with pytest.raises(ValidationError, match="goes on"):
            actions.decide(
                by=stage.organiser, phase=final, decisions={trees.pk: "stays"}, judges_choice={trees.pk: "Lovely."}
            )
        with pytest.raises(ValidationError, match="Say why"):
            actions.decide(by=stage.organiser, phase=final, decisions={roofs.pk: "advances"}, judges_choice={roofs.pk: " "})
        decisions = {roofs.pk: "advances", trees.pk: "stays"}
        actions.decide(by=stage.organiser, phase=final, decisions=decisions, judges_choice={roofs.pk: "Ready to start."})
        actions.release(by=stage.organiser, phase=final)
    award = Distinction.objects.get(kind="judges_choice")
    assert (award.proposal_id, award.reason, award.released_at) == (stage.roofs.pk, "Ready to start.", None)


def test_the_letter_says_the_outcome_the_judges_words_and_the_organisers_own(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs_entry, feedback="Name who paints.")
    cast.review(stage.jo, stage.roofs_entry, feedback="A pleasure to read.")
    with after_close(stage):
        decide_both(stage, letters={stage.roofs_entry.pk: "Come to the workshop."})
    text = actions.letter_for(stage.roofs_entry).as_text()
    assert text.startswith("Dear Ana Author,")
    for part in ("“Cool roofs” goes on", "Come to the workshop.", "Judge 1\nName who paints.", "Judge 2\nA pleasure"):
        assert part in text
    assert "Jude" not in text and "Jo Judge" not in text
    assert "does not go on" in actions.letter_for(stage.roofs_entry, outcome="stays").as_text()


def test_a_judge_who_joined_the_team_since_does_not_enter_the_record(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs_entry, points=5, feedback="Mine is the best.")
    cast.review(stage.jo, stage.roofs_entry, points=2)
    cast.join(stage.roofs, stage.jude)
    cast.judged(stage.contest)
    assert EntryScore.objects.get(entry=stage.roofs_entry).mean == 2
    assert Assignment.objects.get(judge=stage.jude, entry=stage.roofs_entry).state == "recused"
    assert "Mine is the best." not in actions.letter_for(stage.roofs_entry).as_text()
