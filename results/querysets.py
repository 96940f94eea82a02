"""Reads worth a name: counts, released results, and the numbers at each gate."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Count, Max, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from contests.models import Contest, Phase
from contests.phases import Kind
from contests.roles import Role
from contests.rules import every_role
from core.registries import Step
from proposals.models import Distinction, Entry, TeamMember
from voting.models import Ballot, BallotEvent, Choice

if TYPE_CHECKING:
    from results.models import Standing, Tally


class TallyQuerySet(models.QuerySet["Tally"]):
    def released(self) -> TallyQuerySet:
        return self.filter(released_at__isnull=False)

    def latest_of(self, phase: Phase) -> Tally | None:
        """The count that reaches furthest into the ledger, the newest of them."""
        return self.filter(phase=phase).order_by("-position", "-pk").first()

    def released_of(self, contest: Contest, phase: int | None = None) -> Tally | None:
        """The contest's released count: of this voting phase, or of the last one if it has several."""
        found = self.released().filter(phase__contest=contest).select_related("phase").order_by("-phase__position")
        return found.first() if phase is None else found.filter(phase=phase).first()


def ledger_position(phase: Phase) -> int:
    """The last position of the phase's ledger; 0 while it is empty."""
    return BallotEvent.objects.filter(phase=phase).aggregate(last=Max("pk"))["last"] or 0


def totals(phase: Phase) -> dict[int, int]:
    """{proposal: counted ballots that name it} for every proposal on the ballot that is still submitted."""
    # Counted by entry alone: joining each of a million choices to its proposal would take longer than counting them.
    counted = Choice.objects.filter(ballot__phase=phase, ballot__state=Ballot.State.COUNTED)
    named = dict(counted.order_by().values_list("entry").annotate(number=Count("pk")))
    standing = Entry.objects.of_phase(phase).values_list("proposal", "pk")
    return {proposal: named.get(entry, 0) for proposal, entry in standing}


@dataclass(frozen=True)
class Gate:
    """How many came through one step of the contest."""

    code: str
    number: int


def gates(contest: Contest, tally: Tally) -> list[Gate]:
    """The numbers from what was submitted to the ballots that counted. Two statements and the contest's phases."""
    rows = Entry.objects.filter(phase__contest=contest).order_by().values_list("phase")
    numbers = {
        phase: (entered, advanced)
        for phase, entered, advanced in rows.annotate(n=Count("pk"), a=Count("pk", filter=Q(outcome=Entry.Outcome.ADVANCES)))
    }
    entered = [phase for phase in contest.phases.all() if phase.pk in numbers]
    found = [Gate("submitted", numbers[entered[0].pk][0])] if entered else []
    for phase in entered:
        if phase.kind == Kind.JUDGING and phase.released_at is not None:
            found.append(Gate(str(phase.settings.get("distinction") or "advanced"), numbers[phase.pk][1]))
    voters = Ballot.objects.filter(phase=tally.phase_id).count()
    return [*found, Gate("voters", voters), Gate("ballots", tally.ballots)]


def winners(contest: Contest, kind: str, *, at: datetime) -> list[Distinction]:
    """The released distinctions of this kind, with what a page shows of their proposals."""
    team = Prefetch("proposal__team", TeamMember.objects.select_related("user"))
    found = Distinction.objects.released(at=at).filter(phase__contest=contest, kind=kind)
    return list(found.select_related("proposal__submitted_revision").prefetch_related(team).order_by("pk"))


def standings_of(tally: Tally) -> list[Standing]:
    """The full standings with the texts that were voted on."""
    return list(tally.standings.select_related("entry__proposal", "entry__revision").order_by("rank", "entry__proposal"))


def _ended_votes(contest: Contest, at: datetime) -> list[Phase]:
    """The contest's votes that are over, in order."""
    return [p for p in contest.phases.all() if p.kind == Kind.VOTING and p.ends_at is not None and p.ends_at <= at]


def _organises(user: Any, contest: int) -> bool:
    return user.is_staff or Role.ORGANISER in every_role(user).get(contest, ())


def _counted(contests: list[int], at: datetime) -> dict[int, datetime | None]:
    """When the last vote with a count was released, by contest."""
    if not contests:
        return {}
    tallies: Any = Phase._meta.get_field("tallies").related_model
    rows = tallies.objects.filter(phase__contest__in=contests, phase__ends_at__lte=at).order_by("phase__position")
    return dict(rows.values_list("phase__contest", "phase__released_at"))


def next_steps(user: Any, contests: list[Contest], at: datetime) -> Iterable[Step]:
    """Organisers release what is counted; everybody sees what is released."""
    known = {contest.pk: contest for contest in contests}
    over = {pk: votes for pk, contest in known.items() if (votes := _ended_votes(contest, at))}
    states = {pk: votes[-1].released_at for pk, votes in over.items()}
    # A released phase was counted; whether one that is not released was, only its tallies tell.
    open_ = [pk for pk, released in states.items() if released is None]
    organised = {pk for pk in open_ if user.is_authenticated and _organises(user, pk)}
    asked = [pk for pk in open_ if pk in organised or any(vote.released_at for vote in over[pk])]
    if open_:
        states = {pk: released for pk, released in states.items() if pk not in open_} | _counted(asked, at)
    for contest_id, released in states.items():
        slug = known[contest_id].slug
        if released is not None:
            sentence = _("The results are out, with reasons and numbers.")
            yield Step(contest_id, _("See the results"), reverse("contest_results", args=[slug]), sentence)
        elif contest_id in organised:
            sentence = _("The ballots are counted. Look at the count, then announce it.")
            yield Step(contest_id, _("Release results"), reverse("manage_results", args=[slug]), sentence, urgency=80)
