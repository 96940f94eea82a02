"""Reads worth a name: the booth in which a voter stands, and the one row that is theirs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _

from contests.models import Contest, Phase
from contests.phases import GRANTS, Capability, Kind, Timeline
from contests.querysets import shows
from contests.rules import sees
from contests.transitions import Status
from core.compiled import Compiled
from core.registries import Step
from proposals.models import Entry, Proposal, TeamMember
from proposals.roles import WRITERS
from proposals.transitions import Status as ProposalStatus

if TYPE_CHECKING:
    from voting.models import Ballot


@dataclass(frozen=True)
class Booth:
    """All that the rules ask about one voter in one voting phase, read in one statement."""

    phase: Phase
    contest: Contest
    is_visible: bool
    is_verified: bool
    known: int = 0
    """How many of the choices are entries of this phase whose proposal is still submitted."""
    own: int = 0
    """How many of the choices are proposals of the voter's own teams."""


_BOOTH = """
    WITH chosen AS (
        SELECT entry.id, entry.proposal_id
        FROM proposals_entry entry JOIN proposals_proposal proposal ON proposal.id = entry.proposal_id
        WHERE entry.phase_id = %s AND proposal.status = %s AND entry.id IN (:choices)
    )
    SELECT phase.*, contest.status AS contest_status, contest.visibility AS contest_visibility,
        contest.authors_may_vote AS contest_authors_may_vote, membership.role AS role,
        EXISTS (SELECT 1 FROM account_emailaddress WHERE user_id = %s AND verified) AS is_verified,
        (SELECT COUNT(*) FROM chosen) AS known,
        (SELECT COUNT(*) FROM chosen WHERE EXISTS (
            SELECT 1 FROM proposals_teammember member
            WHERE member.proposal_id = chosen.proposal_id AND member.user_id = %s
        )) AS own
    FROM contests_phase phase JOIN contests_contest contest ON contest.id = phase.contest_id
    LEFT JOIN contests_membership membership ON membership.contest_id = contest.id AND membership.user_id = %s
    WHERE phase.contest_id = %s
"""


def booth(phase: Phase, voter: Any, *, choices: Sequence[int] = ()) -> Booth:
    """The voter's booth as it is at this moment. Raises Phase.DoesNotExist.

    One statement on purpose: it stands between the phase's lock and the ballot, where every round trip is waited for.
    By hand, because building it from querysets took a third of the processor time of a vote.
    """
    possible = [number for number in choices if 0 < number <= models.BigIntegerField.MAX_BIGINT] or [0]  # no entry's
    statement = _BOOTH.replace(":choices", ", ".join(["%s"] * len(possible)))
    status = str(ProposalStatus.SUBMITTED)
    voters = [voter.pk] * 3
    rows: Any = list(Phase.objects.raw(statement, [phase.pk, status, *possible, *voters, phase.contest_id]))
    here = next((row for row in rows if row.pk == phase.pk), None)
    if here is None:
        raise Phase.DoesNotExist
    # Only what the rules ask of the contest was read again; the rest follows by itself if anybody asks.
    values = (here.contest_id, here.contest_status, here.contest_visibility, bool(here.contest_authors_may_vote))
    contest = Contest.from_db(here._state.db, ("id", "status", "visibility", "authors_may_vote"), values)
    # Who has several roles has several rows for every phase.
    contest.timeline = Timeline.of({row.pk: row.span for row in rows}.values())
    here.contest = contest
    is_visible = shows(contest, voter, {row.role for row in rows if row.role})
    return Booth(here, contest, is_visible, bool(here.is_verified), here.known, here.own)


def votes_of(slug: str, user: Any) -> list[Phase]:
    """The voting phases of a contest that this user may see, in order; empty where there are none."""
    phases = list(Phase.objects.filter(contest__slug=slug).select_related("contest").order_by("position"))
    if not phases or not sees(user, phases[0].contest):
        return []
    timeline = Timeline.of(phase.span for phase in phases)
    for phase in phases:
        phase.contest.timeline = timeline
    return [phase for phase in phases if Capability.VOTE in GRANTS[Kind(phase.kind)]]


def vote_at(votes: Sequence[Phase], at: datetime) -> Phase | None:
    """The vote that is meant at this time: the one that runs, else the next, else the last."""
    unfinished = [phase for phase in votes if not phase.span.is_over(at)]
    return unfinished[0] if unfinished else votes[-1] if votes else None


def on_ballot(phase: Phase) -> models.QuerySet[Entry]:
    """The entries of a vote with what a voter reads of them: the text that was frozen for this phase, and the team."""
    team = Prefetch("proposal__team", TeamMember.objects.select_related("user"))
    return Entry.objects.of_phase(phase).select_related("proposal", "revision").prefetch_related(team)


def team_line(proposal: Proposal, *, most: int = 3) -> str:
    """Who made it, on one line: the person credited, else the team's first names and how many more."""
    if proposal.credited_to:
        return proposal.credited_to
    names = [str(member.user) for member in proposal.team.all() if member.role in WRITERS]
    return ", ".join(names[:most]) + (f" +{len(names) - most}" if len(names) > most else "")


class BallotQuerySet(models.QuerySet["Ballot"]):
    def of(self, voter: Any, phase: Phase) -> Ballot | None:
        """The voter's ballot in this phase, if there is one."""
        return self.filter(voter=voter, phase=phase).first() if voter.is_authenticated else None

    def counted(self, phase: Phase) -> BallotQuerySet:
        """Ballots that count: not withdrawn, held or void."""
        return self.filter(phase=phase, state=self.model.State.COUNTED)

    def claim(self, *, phase: Phase, voter: Any, receipt: str, used: int, most: int, at: datetime) -> Ballot:
        """The voter's one ballot row, locked: made with these values, or the one that is there already.

        It was made now if it bears this receipt. One statement that parallel twins queue on, so that none of them
        fails (threats V1, V2). Raises IntegrityError when another ballot has taken the receipt.
        """
        rows: Any = self.raw(
            """
            INSERT INTO voting_ballot (phase_id, voter_id, state, receipt, used, most, changed_at)
            VALUES (%s, %s, %s, %s, %s, %s, %s)
            ON CONFLICT (phase_id, voter_id) DO UPDATE SET voter_id = EXCLUDED.voter_id
            RETURNING *
            """,
            [phase.pk, voter.pk, str(self.model.State.COUNTED), receipt, used, most, at],
        )
        ballot: Ballot = next(iter(rows))
        return ballot


def _voted(user: Any, **phases: int) -> Any:
    ballots: Any = Phase._meta.get_field("ballots").related_model
    mine = ballots.objects.filter(voter=user, phase__in=sorted(phases.values()))
    return mine.exclude(state=ballots.State.WITHDRAWN).values_list("phase")


_read_voted = Compiled(_voted)


def next_steps(user: Any, contests: list[Contest], at: datetime) -> Iterable[Step]:
    """Vote, while that is possible; afterwards, more quietly, change the vote."""
    running = [(contest, contest.timeline.granting(Capability.VOTE, at)) for contest in contests]
    votes = [(contest, span) for contest, span in running if span is not None and contest.status == Status.PUBLISHED]
    voted: set[int] = set()
    if votes and user.is_authenticated:
        ids = {f"id{n}": span.id for n, (_contest, span) in enumerate(votes)}
        voted = {phase for (phase,) in _read_voted(user=user, **ids)}
    for contest, span in votes:
        url = reverse("contest_vote", args=[contest.slug])
        if span.id in voted:
            sentence = _("Your vote is in. You can change it until voting closes.")
            yield Step(contest.pk, _("Change my vote"), url, sentence, until=span.closes_at, urgency=15)
        else:
            sentence = _("The finalists are waiting for your vote.")
            yield Step(contest.pk, _("Vote"), url, sentence, until=span.closes_at, urgency=50)
