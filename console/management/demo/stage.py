"""Playing one contest up to the stage it shall be found in today."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from accounts.models import User
from community import actions as community
from console.management.demo.people import WORDS, Troupe
from contests import actions as contests
from contests.models import Contest, Phase
from core import clock, due
from judging import actions as judging
from judging.models import Assignment, EntryScore
from proposals import actions as proposals
from proposals.models import Entry, Proposal
from results import actions as results
from voting import actions as voting

CONTESTS = json.loads((Path(__file__).parent / "contests.json").read_text(encoding="utf-8"))
# Which phase today lies in, and how many days into it.
TODAY = {"submission": (0, 21), "judging": (1, 6), "revision": (2, 8), "voting": (4, 8), "results": (5, 4)}
HALF = {
    "title": "Cool rooms in every library",
    "pitch": "Reading rooms stay open through heat nights.",
    "answers": {"summary": "Libraries are cool, quiet and near. Three of them stay open until the morning."},
}
UPKEEP = "<p>In the second year the ward pays for upkeep; it has said so in writing.</p>"
SECTIONS = ("summary", "who", "impact", "cost")


class Stage:
    """One contest on its way. Every step lives at a simulated time and goes through the actions."""

    def __init__(self, spec: dict[str, Any], troupe: Troupe, today: datetime) -> None:
        self.spec, self.troupe, self.today = spec, troupe, today
        self.chance = random.Random(spec["title"])  # noqa: S311 the same demo each time
        self.contest = self._announce()

    def play(self) -> Contest:
        """Run phase after phase until today."""
        steps: list[tuple[int, Callable[[Phase], None]]] = [
            (0, self._write), (1, self._judge), (2, self._revise), (3, self._judge), (4, self._vote), (5, self._announce_winners),
        ]  # fmt: skip
        for position, step in steps:
            phase = Phase.objects.select_related("contest").get(contest=self.contest, position=position)
            if phase.opens_at <= self.today:
                step(phase)
        with clock.simulated(self.today):
            settle()
        return self.contest

    def _at(self, phase: Phase, days: float) -> clock.simulated:  # type: ignore[valid-type]
        """Some days into a phase, but never after today."""
        return clock.simulated(min(phase.opens_at + timedelta(days=days), self.today))

    def _is_over(self, phase: Phase) -> bool:
        return phase.ends_at is not None and phase.ends_at + timedelta(hours=2) <= self.today

    def _announce(self) -> Contest:
        phase, day = TODAY[self.spec["stage"]]
        lengths = [plan["days"] for plan in contests.templates()["climate-colab"]["phases"]]
        noon = self.today.replace(hour=12, minute=0, second=0, microsecond=0)
        starts = noon - timedelta(days=sum(lengths[:phase]) + day)
        by = self.troupe.organiser
        with clock.simulated(starts - timedelta(days=10)):
            contest = contests.create_from_template(
                by=by, title=self.spec["title"], question=self.spec["question"], template="climate-colab",
                time_zone=self.spec["time_zone"], starts_at=starts, organiser_name=self.spec["organiser"],
            )  # fmt: skip
            contests.edit_contest(by=by, contest=contest, brief=self.spec["brief"], topic=self.spec["topic"])
            contests.publish(by=by, contest=contest)
            for judge in self.troupe.judges:
                invitation = contests.invite(by=by, contest=contest, email=judge.email, role="judge")
                contests.accept_invitation(by=judge, invitation=invitation)
            for member in self.chance.sample(self.troupe.members, 8):
                community.follow(by=member, contest=contest)
        return contest

    def _write(self, phase: Phase) -> None:
        writers = [self.troupe.author, *self.chance.sample(self.troupe.authors, len(self.spec["proposals"]) - 1)]
        for number, (author, text) in enumerate(zip(writers, self.spec["proposals"], strict=True)):
            with self._at(phase, 2 + number * 3.3):
                proposal = self._draft(author, text)
                proposals.submit(by=author, proposal=proposal, accept_rules=True)
                settle()
            with self._at(phase, 3 + number * 3.3):
                self._talk(proposal, author)
        if self.spec["stage"] == "submission":
            with self._at(phase, 20):
                proposals.start(by=self.troupe.author, contest=self.contest, **HALF)

    def _draft(self, author: User, text: dict[str, str]) -> Proposal:
        answers = {key: text[key] for key in SECTIONS}
        return proposals.start(
            by=author, contest=self.contest, title=text["title"], pitch=text["pitch"], answers=answers
        )

    def _talk(self, proposal: Proposal, author: User) -> None:
        for member in self.chance.sample(self.troupe.members, self.chance.randint(2, 9)):
            community.support(by=member, proposal=proposal)
        asker = self.chance.choice(self.troupe.members)
        asked = community.comment(by=asker, proposal=proposal, text=self.chance.choice(WORDS["comments"]))
        if self.chance.random() < 0.6:
            community.comment(
                by=author, proposal=proposal, text="Good question. I have added a line about it.", parent=asked
            )
        settle()

    def _judge(self, phase: Phase) -> None:
        over = self._is_over(phase)
        with self._at(phase, 0.5):
            settle()
            judging.assign_balanced(by=self.troupe.organiser, phase=phase, reviews_per_entry=3, max_per_judge=6)
        with self._at(phase, 4):
            for assignment in Assignment.objects.filter(entry__phase=phase).select_related("judge").order_by("pk"):
                if over or (assignment.judge != self.troupe.judge and self.chance.random() < 0.6):
                    self._review(phase, assignment)
            settle()
        if over:
            self._decide(phase)

    def _review(self, phase: Phase, assignment: Assignment) -> None:
        marks = {criterion.pk: self.chance.choice([2, 3, 3, 4, 4, 5]) for criterion in phase.criteria.all()}
        judging.save_review(
            by=assignment.judge, assignment=assignment, version=0, marks=marks,
            feedback=self.chance.choice(WORDS["feedback"]), note="", recommendation="unsure",
        )  # fmt: skip
        judging.mark_done(by=assignment.judge, assignment=assignment)

    def _decide(self, phase: Phase) -> None:
        assert phase.ends_at is not None
        by, is_final = self.troupe.organiser, phase.position == 3
        with clock.simulated(phase.ends_at + timedelta(hours=1)):
            settle()
            scores = EntryScore.objects.filter(entry__phase=phase).order_by("-mean", "entry")
            ranked = list(scores.values_list("entry", flat=True))
            going = ranked[: len(ranked) - 1]
            decisions = {entry: "advances" if entry in going else "stays" for entry in ranked}
            reason = "The judges trust that it will be done, and that others can copy it within a year."
            choice = {going[0]: reason} if is_final else None
            judging.decide(by=by, phase=phase, decisions=decisions, judges_choice=choice)
            judging.release(by=by, phase=phase)
            settle()

    def _revise(self, phase: Phase) -> None:
        with self._at(phase, 6):
            settle()
            for entry in Entry.objects.filter(phase=phase).select_related("proposal")[:2]:
                proposal = Proposal.objects.get(pk=entry.proposal_id)
                author = proposal.created_by
                answers = {"cost": proposal.answers["cost"] + UPKEEP}
                saved = proposals.save_draft(by=author, proposal=proposal, version=proposal.version, answers=answers)
                proposals.submit(by=author, proposal=saved, accept_rules=True)
            settle()

    def _vote(self, phase: Phase) -> None:
        with self._at(phase, 1):
            settle()
        entries = list(Entry.objects.filter(phase=phase).order_by("pk").values_list("pk", flat=True))
        voters = [*self.troupe.members[1:], *self.troupe.judges]
        for number, voter in enumerate(voters):
            with self._at(phase, 1 + number / 4):
                some = self.chance.sample(entries, self.chance.randint(1, min(2, len(entries))))
                voting.cast(phase=phase, by=voter, choices=some)
        with self._at(phase, 8):
            settle()

    def _announce_winners(self, phase: Phase) -> None:
        with clock.simulated(phase.opens_at + timedelta(minutes=5)):
            settle()
        with clock.simulated(phase.opens_at + timedelta(hours=20)):
            results.release(by=self.troupe.organiser, contest=Contest.objects.get(pk=self.contest.pk))
            settle()


def settle() -> None:
    """Do what beat and the worker would have done by now."""
    contests.record_boundaries()
    due.run_pending()
