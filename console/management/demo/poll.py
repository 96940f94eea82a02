"""The vote and the day of the results."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from accounts.models import User
from console.management.demo.hurry import with_way_back
from console.management.demo.stage import Stage
from contests.models import Contest, Phase
from proposals.models import Entry
from results import actions as results
from voting import actions as voting

VOTE = 4
CHANGES, WITHDRAWALS = 4, 2


def plan(stage: Stage) -> None:
    """Put the ballots and the results on the agenda."""
    opens, closes = stage.dates[VOTE]
    assert closes is not None
    stage.agenda.at(opens + timedelta(hours=3), partial(_open, stage))
    stage.agenda.at(closes + timedelta(hours=17), partial(_announce, stage))


def _open(stage: Stage) -> None:
    """Decide who votes when: many in the first days, some every day, most of them in the evening over there."""
    stage.agenda.settle()
    phase = stage.phase(VOTE)
    pulls = _pulls(stage, phase)
    authors = {user.pk for text in stage.texts for user in stage.team(text)}
    able = [member for member in stage.troupe.members if member.pk not in authors and member != stage.troupe.named["member"]]
    opens, closes = stage.dates[VOTE]
    assert closes is not None
    until = min(closes, stage.agenda.today) - timedelta(minutes=40)
    for number, voter in enumerate(stage.chance.sample(able, stage.words["ballots"])):
        when = opens + timedelta(hours=4) + (until - opens - timedelta(hours=4)) * stage.chance.random() ** 1.7
        stage.agenda.at(when, partial(_cast, stage, phase, voter, pulls))
        if number < CHANGES:
            stage.agenda.at(when + timedelta(hours=7), partial(_cast, stage, phase, voter, pulls))
        elif number < CHANGES + WITHDRAWALS:
            stage.agenda.at(when + timedelta(hours=9), partial(voting.withdraw, phase=phase, by=voter))


def _pulls(stage: Stage, phase: Phase) -> dict[int, float]:
    """How strongly each finalist draws voters, by entry."""
    by_proposal = {stage.proposals[text.title].pk: float(text.head.get("pull", 1)) for text in stage.texts}
    return {entry.pk: by_proposal[entry.proposal_id] for entry in Entry.objects.of_phase(phase)}


def _cast(stage: Stage, phase: Phase, voter: User, pulls: dict[int, float]) -> None:
    wanted: set[int] = set()
    many = stage.chance.choices((1, 2, 3), (3, 3, 5))[0]
    while len(wanted) < many:
        wanted.add(stage.chance.choices(list(pulls), list(pulls.values()))[0])
    with with_way_back():  # two receipts may be drawn the same
        voting.cast(phase=phase, by=voter, choices=wanted)


def _announce(stage: Stage) -> None:
    stage.agenda.settle()
    results.release(by=stage.troupe.organiser, contest=Contest.objects.get(pk=stage.contest.pk))
    stage.agenda.settle()
    stage.refresh()
