"""A contest at its vote: finalists on the ballot, the judging before it released."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

from django.db import connection

from accounts.models import User
from contests.models import Contest, Phase
from contests.phases import Kind
from core import clock
from proposals.models import Entry, Proposal
from tests import cast


@dataclass
class Stage:
    organiser: User
    author: User
    contest: Contest
    phase: Phase
    entries: list[Entry]

    @property
    def ids(self) -> list[int]:
        return [entry.pk for entry in self.entries]

    @contextmanager
    def voting(self) -> Iterator[datetime]:
        """One day into the vote."""
        at = self.phase.opens_at + timedelta(days=1)
        with clock.simulated(at):
            yield at

    @contextmanager
    def closed(self) -> Iterator[datetime]:
        """Right after the close, with everything done that follows from it."""
        with clock.simulated(self.phase.ends_at):
            cast.settle()
            yield self.phase.ends_at
            cast.settle()


def set_up(*, finalists: int = 4, most: int = 3, **settings: Any) -> Stage:
    organiser, author = cast.organiser(), cast.person("Ana Author", can_create_contests=False)
    contest = cast.contest(organiser)
    proposals = [cast.submitted(author, contest, title=f"Idea number {n}") for n in range(1, finalists + 1)]
    return at_the_vote(organiser, author, contest, proposals, most=most, **settings)


def at_the_vote(
    organiser: User, author: User, contest: Contest, proposals: list[Proposal], *, most: int = 3, **settings: Any
) -> Stage:
    """Put these on the ballot as if both judgings had let them through."""
    phase = cast.phase(contest, Kind.VOTING)
    phase.settings = {**phase.settings, "most": most, **settings}
    phase.save()
    for judging in Phase.objects.filter(contest=contest, kind=Kind.JUDGING):
        Phase.objects.filter(pk=judging.pk).update(released_at=judging.closes_at)
    entries = [
        Entry.objects.create(proposal=p, phase=phase, revision=p.submitted_revision, at=phase.opens_at) for p in proposals
    ]
    return Stage(organiser, author, cast.fresh(contest), cast.fresh(phase), entries)


def open_by_the_real_clock(stage: Stage, *, closes_in: timedelta = timedelta(days=1)) -> Stage:
    """Move the whole schedule so that the vote runs now by the database's clock, which parallel threads share."""
    now = clock.now()
    shift = now - timedelta(hours=1) - stage.phase.opens_at
    for phase in Phase.objects.filter(contest=stage.contest).order_by("position" if shift < timedelta(0) else "-position"):
        phase.opens_at += shift
        if phase.closes_at is not None:
            phase.closes_at += shift
        if phase.pk == stage.phase.pk:
            phase.closes_at, phase.closed_recorded_at = now + closes_in, None
        phase.save()
    stage.phase = cast.fresh(stage.phase)
    stage.contest = cast.fresh(stage.contest)
    return stage


def in_parallel(jobs: list[Callable[[], Any]]) -> list[Any]:
    """Start all at once in threads with connections of their own; answers or exceptions, in order."""
    gate = Barrier(len(jobs))

    def run(job: Callable[[], Any]) -> Any:
        try:
            gate.wait(30)
            return job()
        except Exception as error:  # handed to the test, which says whether it may be
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as pool:
        return list(pool.map(run, jobs))
