"""The whole of it, in order: people, contests, answers, reviews, ballots, talk, facts, counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from community.models import Comment, Support
from console.management.bench import answers, ballots, calendar, jury, people, talk
from console.management.bench.pour import Pourer
from contests.models import Contest
from core.facts import known_verbs
from core.models import Due, Fact
from proposals.models import Proposal
from proposals.transitions import Status

SHARES = sum(plan.share for plan in calendar.PLANS)
VOTES = sum(plan.share for plan in calendar.PLANS if plan.position >= 4)


@dataclass(frozen=True)
class Size:
    """How much of everything. At scale 1 it is Climate CoLab: facts and ballot events together are half a million."""

    members: int
    proposals: int
    ballots: int
    supports: int
    comments: int
    follows: int
    in_one: int | None = None
    """Proposals of the first contest alone; None for its share of all."""

    @classmethod
    def of(cls, scale: float, *, in_one: int | None = None) -> Size:
        whole = {"members": 80_000, "proposals": 2_000, "ballots": 134_000, "supports": 76_000, "comments": 24_000,
                 "follows": 20_000}  # fmt: skip
        sizes = {name: round(number * scale) for name, number in whole.items()}
        sizes["members"] = max(sizes["members"], 2 * calendar.JURY * len(calendar.PLANS))
        return cls(**sizes, in_one=in_one)

    def proposals_of(self, number: int) -> int:
        if number == 0 and self.in_one is not None:
            return self.in_one
        return round(self.proposals * calendar.PLANS[number].share / SHARES)


def make(size: Size, *, seed: int, today: datetime, say: Callable[[str], None]) -> dict[str, int]:
    """Write everything into the caller's transaction. The same seed makes the same, but for the dates, which follow
    today. Answers how many rows of what there are now."""
    pourer, chance, ledger = Pourer(), Random(seed), ballots.Ledger()  # noqa: S311  # no secret depends on it
    before = Fact.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    jurors = calendar.JURY * len(calendar.PLANS)
    crowd = people.gather(pourer, chance, number=size.members, authors=size.members // 20, judges=jurors, today=today)
    say(f"{size.members} members")
    seasons = calendar.seasons(pourer, chance, crowd, today=today)
    for number, season in enumerate(seasons):
        written = _fill(pourer, chance, season, crowd, size, number)
        ballots.vote(pourer, chance, season, crowd, written, ledger, turnout=_turnout(size, season))
        say(f"{season.plan.title}: {len(written)} proposals")
    events = ledger.pour(pourer)
    for season in seasons:
        ballots.count(pourer, season)
    facts = pourer.pour_facts(known_verbs())
    pourer.finish()
    Due.objects.filter(fact__gt=before).exclude(state=Due.State.DONE).update(state=Due.State.DONE, done_at=today, attempts=1)
    _recount()
    return {"rows": pourer.rows, "facts": facts, "ballot events": events}


def _fill(
    pourer: Pourer, chance: Random, season: calendar.Season, crowd: people.Crowd, size: Size, number: int
) -> list[answers.Answer]:
    """One contest's proposals, with their way through the phases and what was said about them."""
    share = season.plan.share / SHARES
    written = answers.answer(pourer, chance, season, crowd, number=size.proposals_of(number))
    answers.go_through(pourer, chance, season, written)
    answers.write_down(pourer, season, written)
    jury.judge(pourer, chance, season, written)
    counts = {name: round(getattr(size, name) * share) for name in ("supports", "comments", "follows")}
    talk.talk(pourer, chance, season, crowd, written, **counts)
    return written


def _turnout(size: Size, season: calendar.Season) -> int:
    return round(size.ballots * season.plan.share / VOTES)


def _recount() -> None:
    """The numbers kept as columns, from the rows, each in one statement."""

    def number(rows: QuerySet[Any], key: str) -> Coalesce:
        counted = rows.order_by().values(key).annotate(number=Count("pk")).values("number")
        return Coalesce(Subquery(counted), 0)

    here = OuterRef("pk")
    Proposal.objects.update(
        comment_count=number(Comment.objects.counted().filter(proposal=here), "proposal"),
        support_count=number(Support.objects.filter(proposal=here), "proposal"),
    )
    submitted = Proposal.objects.filter(contest=here, status=Status.SUBMITTED)
    Contest.objects.update(proposal_count=number(submitted, "contest"))


def analyze() -> None:
    """Tell the database's planner what is there now."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
