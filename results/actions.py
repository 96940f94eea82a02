"""The verbs of results: counting, and announcing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from contests import actions as contests
from contests.models import Contest, Phase
from core import clock, facts
from core.database import Lock, hold, write
from core.permissions import Refused, Situation, require
from proposals import actions as proposals
from proposals.models import Distinction, Entry
from results.methods import digest, method
from results.models import Standing, Tally
from results.querysets import ledger_position, totals
from results.rules import Permission, a_vote, closed, is_vote
from voting.models import Ballot

CO_WINNERS = "co_winners"


def tally(*, phase: Phase, by: Any = None) -> Tally:
    """Count a closed voting phase by its rule, up to the ledger's last position.

    Safe to repeat: while the ledger has not moved the same tally is answered. `by` is None for the clock. Raises
    Refused while voting runs; LookupError for a rule nobody knows.
    """
    with write():
        hold(Lock.PHASE, phase.pk)  # alone: no ballot is on its way while we count (threat V4)
        phase = Phase.objects.select_related("contest").get(pk=phase.pk)
        _require_count(by, phase)
        rule = method(str(phase.settings.get("rule", "approval")))
        position = ledger_position(phase)
        known = Tally.objects.filter(phase=phase, rule=rule.name, position=position).first()
        if known is not None:
            return known
        places = rule.rank(totals(phase))
        ballots = Ballot.objects.filter(phase=phase)
        number = ballots.filter(state=Ballot.State.COUNTED).count()
        made = Tally.objects.create(
            phase=phase,
            rule=rule.name,
            position=position,
            ballots=number,
            voters_held=ballots.filter(state=Ballot.State.HELD).count(),
            quorum=int(phase.settings.get("quorum") or 0),
            digest=digest(rule.name, number, places),
            at=clock.now(),
        )
        entries = dict(Entry.objects.filter(phase=phase).values_list("proposal", "pk"))
        Standing.objects.bulk_create(
            [
                Standing(tally=made, entry_id=entries[p.candidate], count=p.count, rank=p.rank, tied=p.tied)
                for p in places
            ],
            batch_size=500,
        )
        data = {"phase": phase.pk, "position": position, "digest": made.digest}
        facts.record("tally.made", by=by, on=made, contest=phase.contest_id, data=data)
    return made


def _require_count(by: Any, phase: Phase) -> None:
    """A person needs the right to count; for the clock it is enough that there was a vote and that it is over."""
    at = clock.now()
    if by is not None:
        require(Permission.COUNT_BALLOTS, by, phase, at=at)
    situation = Situation(on=phase, at=at)
    for clause in (a_vote, closed):
        if not clause.holds(by, situation):
            raise Refused(clause.refusal(by, situation))


def release(*, by: Any, contest: Contest, phase: Phase | None = None) -> Tally:
    """Announce the results: Popular Choice by the count, and the awards that were held back for this day.

    `phase` names the vote where a contest has several; without it, the last one that is not released. Raises
    Refused: not closed, not counted, or the ledger has moved since the count; ValidationError: an unknown tie rule.
    """
    with write():
        hold(Lock.CONTEST, contest.pk)
        phase = phase or unreleased_vote(contest)
        if phase is None or phase.contest_id != contest.pk:
            raise ValidationError(_("This contest has no vote whose results could be released."), code="no_vote")
        hold(Lock.PHASE, phase.pk)
        phase = Phase.objects.select_related("contest").get(pk=phase.pk)
        require(Permission.RELEASE_RESULTS, by, phase, at=clock.now())
        counted = Tally.objects.latest_of(phase)
        assert counted is not None  # the permission asks for it
        with override(contest.language):
            reasons = _popular_choice(counted, tie=str(phase.settings.get("tie") or CO_WINNERS))
        if reasons:
            kind = Distinction.Kind.POPULAR_CHOICE
            proposals.award(by=by, phase=phase, kind=kind, reasons=reasons, released=True)
        proposals.release_awards(by=by, contest=contest)
        contests.mark_released(by=by, phase=phase)
        counted.released_at = clock.now()
        counted.save(update_fields=["released_at"])
        data = {"phase": phase.pk, "tally": counted.pk}
        facts.record("results.released", by=by, on=counted, contest=contest.pk, data=data)
    return counted


def unreleased_vote(contest: Contest) -> Phase | None:
    """The contest's last voting phase whose results are not released."""
    votes = [p for p in contest.phases.filter(released_at=None).order_by("position") if is_vote(p.kind)]
    return votes[-1] if votes else None


def _popular_choice(counted: Tally, *, tie: str) -> dict[int, str]:
    """{proposal: reason} of those who win: the first rank, shared in a tie; nobody below the quorum or without a vote."""
    if tie != CO_WINNERS:
        raise ValidationError(_("Nobody here knows the tie rule “%(tie)s”."), code="tie", params={"tie": tie})
    if not counted.has_quorum:
        return {}
    first = counted.standings.filter(rank=1, count__gt=0).select_related("entry")
    return {standing.entry.proposal_id: _reason(counted, standing) for standing in first}


def _reason(counted: Tally, standing: Standing) -> str:
    words = ngettext(
        "Chosen on %(count)d of %(ballots)d ballot.", "Chosen on %(count)d of %(ballots)d ballots.", counted.ballots
    ) % {"count": standing.count, "ballots": counted.ballots}
    return f"{words} {_('The first place is shared.')}" if standing.tied else words
