"""Judging and revising: who reads what, what they write, what the organiser decides, and what teams make of it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from console.management.demo.script import Text, Verdict, as_html
from console.management.demo.stage import Stage
from contests.rules import remember_seen
from judging import actions as judging
from judging.models import Assignment
from proposals import actions as proposals
from proposals.models import Entry, Proposal

ROUNDS = {1: ("reviews", "semi"), 3: ("finals", "final")}
OWN_DONE, OWN_BEGUN = 1, 1  # of the judge whom everybody may play: the rest waits to be tried


def plan(stage: Stage) -> None:
    """Put the judging and revision phases of the contest on the agenda."""
    for position in ROUNDS:
        opens, closes = stage.dates[position]
        assert closes is not None
        stage.agenda.at(opens + timedelta(hours=15), partial(_assign, stage, position))
        stage.agenda.at(closes + timedelta(hours=2), partial(_decide, stage, position))
    for number, text in enumerate(text for text in stage.texts if "later" in text.head):
        opens, _closes = stage.dates[2]
        stage.agenda.at(opens + timedelta(days=4 + 2.5 * number, hours=3), partial(_revise, stage, text))


def _assign(stage: Stage, position: int) -> None:
    """Share the entries among the judges, and put their reviews on the agenda, as far as there are words for them."""
    stage.agenda.settle()
    phase = stage.phase(position)
    most = stage.words["reviews_per_entry"] if position == 1 else 2
    judging.assign_balanced(by=stage.troupe.organiser, phase=phase, reviews_per_entry=most, max_per_judge=8)
    rows = Assignment.objects.filter(entry__phase=phase).select_related("entry__phase", "entry__proposal__contest")
    own = stage.troupe.named["judge"].pk
    _plan_reviews(stage, position, sorted(rows, key=lambda row: (row.judge_id != own, row.pk)))


def _plan_reviews(stage: Stage, position: int, rows: list[Assignment]) -> None:
    """The judge whom everybody may play comes first, and leaves most of a round that still runs to be tried."""
    opens, closes = stage.dates[position]
    assert closes is not None
    criteria = list(stage.phase(position).criteria.values_list("pk", flat=True))
    runs, own = closes > stage.agenda.today, stage.troupe.named["judge"]
    until = min(closes, stage.agenda.today) - timedelta(hours=5)
    begins = opens + timedelta(hours=20)
    words = {stage.proposals[text.title].pk: text.verdicts.get(ROUNDS[position][0], [])[:] for text in stage.texts}
    for number, assignment in enumerate(rows):
        assignment.judge = stage.troupe[stage.names[assignment.judge_id]]
        left = words[assignment.entry.proposal_id]
        is_own = runs and assignment.judge == own
        if not left or (is_own and number >= OWN_DONE + OWN_BEGUN):
            continue
        begun_only = is_own and number >= OWN_DONE
        verdict = left[0] if begun_only else left.pop(0)
        when = begins + (until - begins) * stage.chance.random()
        stage.agenda.at(when, partial(_review, assignment, criteria, verdict, begun_only))


def _review(assignment: Assignment, criteria: list[int], verdict: Verdict, begun_only: bool) -> None:
    """Write the review; one that is only begun has half of its marks and no words yet."""
    by = assignment.judge
    remember_seen(by, assignment)
    marks = dict(zip(criteria, verdict.points, strict=True))
    if begun_only:
        judging.save_review(by=by, assignment=assignment, version=0, marks=dict(list(marks.items())[:2]))
        return
    mean = sum(verdict.points) / len(verdict.points)
    advice = "advance" if mean >= 4 else "stay" if mean < 3 else "unsure"
    judging.save_review(by=by, assignment=assignment, version=0, marks=marks, feedback=verdict.words, recommendation=advice)
    judging.mark_done(by=by, assignment=assignment)


def _decide(stage: Stage, position: int) -> None:
    """Decide about every entry and release, an evening's work after the close."""
    stage.agenda.settle()
    phase, by = stage.phase(position), stage.troupe.organiser
    entries = {entry.proposal_id: entry.pk for entry in Entry.objects.of_phase(phase)}
    decisions, choice = {}, {}
    for text in stage.texts:
        entry = entries.get(stage.proposals[text.title].pk)
        if entry is None:
            continue
        decisions[entry] = "advances" if text.reaches(ROUNDS[position][1]) else "stays"
        if position == 3 and "choice" in text.head:
            choice[entry] = text.head["choice"]
    judging.decide(by=by, phase=phase, decisions=decisions, judges_choice=choice if position == 3 else None)
    judging.release(by=by, phase=phase)
    stage.agenda.settle()
    stage.refresh()


def _revise(stage: Stage, text: Text) -> None:
    """Add to one answer what the judges asked for, and submit again."""
    section, addition = text.head["later"].split(" | ")
    proposal = Proposal.objects.select_related("contest", "created_by").get(pk=stage.proposals[text.title].pk)
    by = stage.team(text)[0]
    answers = {section: proposal.answers[section] + as_html(addition)}
    saved = proposals.save_draft(by=by, proposal=proposal, version=proposal.version, answers=answers)
    proposals.submit(by=by, proposal=saved, accept_rules=True)
