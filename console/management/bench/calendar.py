"""Fifteen contests, together in every kind of phase, and where each stands today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from accounts.models import User
from console.management.bench import words
from console.management.bench.people import Crowd
from console.management.bench.pour import Pourer
from contests import actions as contests
from contests.models import Contest, Membership, Phase
from contests.phases import Kind
from contests.roles import Role
from core import clock

SEMI_FINAL, FINAL = 1, 3  # positions of the two judgings
JURY = 12


@dataclass(frozen=True)
class Plan:
    """`position` of the phase that today lies in, how many `days` into it, the share of all proposals, what is released."""

    title: str
    position: int
    days: float
    share: int
    released: bool = True
    template: str = "climate-colab"


PLANS = (
    Plan("Cool Cities", 4, 9, 30),
    Plan("Clean Kitchens", 0, 10, 5),
    Plan("Trains Again", 0, 39, 9),
    Plan("Cold Chains", 0, -14, 0),
    Plan("Wet Peat", 1, 6, 8),
    Plan("Fair Fields", 2, 0.2, 6, released=False),
    Plan("Warm Homes", 2, 8, 8),
    Plan("Harbours", 3, 5, 7),
    Plan("Buildings That Last", 4, 20, 9),
    Plan("Water Stories", 5, 1, 8, released=False),
    Plan("Electric Villages", 5, 60, 10),
    Plan("Forests on Farms", 5, 140, 9),
    Plan("Nothing Wasted", 5, 220, 7),
    Plan("Heat and Health", 5, 300, 6),
    Plan("Ideas Without a Deadline", 0, 200, 5, template="idea-workspace"),
)


@dataclass
class Season:
    """A contest with what the clock has done to it so far. All times are real; nothing here lies ahead."""

    plan: Plan
    contest: Contest
    today: datetime
    phases: list[Phase]
    judges: list[int]
    rules: int
    opened: dict[int, datetime] = field(default_factory=dict)
    """When a phase began to grant what it grants, by position; phases that have not are not named."""

    def is_over(self, position: int) -> bool:
        ends = self.phases[position].ends_at
        return ends is not None and ends <= self.today

    def window(self, position: int) -> tuple[datetime, datetime]:
        """From when a phase ran until its close, or until today."""
        closes = self.phases[position].closes_at
        return self.opened[position], min(closes or self.today, self.today)

    def released(self, position: int) -> bool:
        return self.phases[position].released_at is not None


def seasons(pourer: Pourer, chance: Random, crowd: Crowd, *, today: datetime) -> list[Season]:
    """Make the contests through their own actions, then let the clock have passed over them."""
    organiser = User.objects.get(pk=crowd.organiser)
    made = []
    for number, plan in enumerate(PLANS):
        contest = _announce(organiser, chance, plan, today)
        contest.sections.update(used=plan.share > 0)
        judges = crowd.judges[number * JURY : (number + 1) * JURY]
        season = Season(plan, contest, today, list(contest.phases.all()), judges, contest.rules_versions.get().pk)
        _pass_time(pourer, season)
        made.append(season)
    rows = (
        (pourer.next_id(Membership), season.contest.pk, judge, Role.JUDGE.value, season.contest.published_at)
        for season in made
        for judge in season.judges
    )
    pourer.pour(Membership, "id contest_id user_id role since", rows)
    return made


def _announce(by: User, chance: Random, plan: Plan, today: datetime) -> Contest:
    lengths = [phase["days"] or 0 for phase in contests.templates()[plan.template]["phases"]]
    starts = today - timedelta(days=sum(lengths[: plan.position]) + plan.days)
    with clock.simulated(starts - timedelta(days=20)):
        contest = contests.create_from_template(
            by=by, title=plan.title, question=f"How do {chance.choice(words.WHAT)} become usual everywhere, and who pays?",
            template=plan.template, time_zone=chance.choice(("Europe/Madrid", "Africa/Nairobi", "Asia/Dhaka", "America/Lima")),
            starts_at=starts, organiser_name="Groundswell Bench",
        )  # fmt: skip
        brief = words.essay(chance, sentences=16)
        contests.edit_contest(by=by, contest=contest, brief=brief, topic=chance.choice(("Energy", "Food", "Cities", "Water")))
        return contests.publish(by=by, contest=contest)


def _pass_time(pourer: Pourer, season: Season) -> None:
    """Record openings, closes and releases as beat and the organiser would have: late by seconds, or by an hour."""
    gate: datetime | None = None
    held_back = len(season.phases) if season.plan.released else season.plan.position - 1
    for phase in season.phases:
        begins = max(phase.opens_at, gate or phase.opens_at)
        if phase.opens_at > season.today or (phase.position and _gate_is_shut(season, phase)):
            break
        season.opened[phase.position] = begins
        phase.opened_recorded_at = begins + timedelta(seconds=20)
        _tell(pourer, season, phase, "opened", phase.opened_recorded_at)
        if season.is_over(phase.position) and phase.ends_at is not None:
            phase.closed_recorded_at = phase.ends_at + timedelta(seconds=20)
            _tell(pourer, season, phase, "closed", phase.closed_recorded_at)
            if phase.kind in (Kind.JUDGING, Kind.VOTING) and phase.position < held_back:
                gate = phase.released_at = phase.ends_at + timedelta(hours=1)
                _tell(pourer, season, phase, "released", gate)
    for phase in season.phases:
        phase.save()


def _gate_is_shut(season: Season, phase: Phase) -> bool:
    return any(p.kind == Kind.JUDGING and p.released_at is None for p in season.phases[: phase.position])


def _tell(pourer: Pourer, season: Season, phase: Phase, what: str, at: datetime) -> None:
    pourer.fact(at, f"phase.{what}", None, season.contest.pk, Phase, phase.pk, kind=phase.kind)
