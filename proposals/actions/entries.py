"""Freezing revisions, entering the next phase, and awards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from contests.models import Contest, Phase
from contests.phases import FREEZES, Kind
from core import clock, facts
from core.database import Lock, hold, write
from proposals.models import Distinction, Entry, Proposal
from proposals.transitions import Status


def following(phase: Phase) -> Phase | None:
    """The phase after this one."""
    contest = Contest.objects.with_phases().get(pk=phase.contest_id)
    span = contest.timeline.after(phase.pk)
    return None if span is None else next(p for p in contest.phases.all() if p.pk == span.id)


def freeze(*, phase: Phase) -> int:
    """A submission or revision phase has closed: its proposals enter the next phase with their last submitted revision.

    Safe to run twice. Answers how many entries were made.
    """
    target = following(phase)
    if Kind(phase.kind) not in FREEZES or target is None or target.kind == Kind.RESULTS:
        return 0
    proposals = Proposal.objects.filter(contest=phase.contest_id, status=Status.SUBMITTED)
    if phase.kind == Kind.REVISION:
        proposals = proposals.filter(entries__phase=phase)
    with write():
        hold(Lock.PHASE, target.pk)
        made = enter(target, proposals)
        if made:
            facts.record("entries.made", on=target, contest=phase.contest_id, data={"count": made})
    return made


def enter(phase: Phase, proposals: Iterable[Proposal]) -> int:
    """Make entries of these proposals with the revision submitted last; those that are in already stay as they are."""
    now = clock.now()
    known = set(Entry.objects.filter(phase=phase).values_list("proposal", flat=True))
    fresh = [
        Entry(proposal=proposal, phase=phase, revision_id=proposal.submitted_revision_id, at=now)
        for proposal in proposals
        if proposal.pk not in known and proposal.submitted_revision_id is not None
    ]
    Entry.objects.bulk_create(fresh, batch_size=500)
    return len(fresh)


def advance(*, by: Any, phase: Phase, advancing: list[int], staying: list[int]) -> int:
    """Set the outcome of a judging phase's entries (by id) and enter those that go on into the next phase.

    Called by judging inside the transaction of its release. Answers how many went on.
    """
    entries = Entry.objects.filter(phase=phase)
    entries.filter(pk__in=advancing).update(outcome=Entry.Outcome.ADVANCES)
    entries.filter(pk__in=staying).update(outcome=Entry.Outcome.STAYS)
    target = following(phase)
    if target is None or target.kind == Kind.RESULTS:
        return 0
    return enter(target, Proposal.objects.filter(entries__in=entries.filter(pk__in=advancing), status=Status.SUBMITTED))


def award(*, by: Any, phase: Phase, kind: str, reasons: dict[int, str], released: bool = False) -> None:
    """Give a distinction to proposals: `{proposal id: reason}`. Shown only once it is released.

    Called by judging and results inside the transaction of their release.
    """
    now = clock.now() if released else None
    for proposal_id, reason in reasons.items():
        Distinction.objects.update_or_create(
            proposal_id=proposal_id, phase=phase, kind=kind, defaults={"reason": reason, "released_at": now}
        )
    data = {"kind": kind, "proposals": sorted(reasons)}
    facts.record("distinctions.awarded", by=by, on=phase, contest=phase.contest_id, data=data)


def release_awards(*, by: Any, contest: Contest) -> None:
    """Show every distinction of the contest that was held back, such as Judges' Choice, together with the results."""
    Distinction.objects.filter(phase__contest=contest, released_at=None).update(released_at=clock.now())
