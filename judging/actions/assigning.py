"""Asking judges, and what judges answer."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from contests.models import Membership, Phase
from contests.roles import Role
from core import clock, facts
from core.database import Lock, hold, write
from core.html import clean_line
from core.permissions import require
from judging.methods.assign import Pair, Plan, balanced
from judging.models import Assignment, Conflict
from judging.rules import Permission
from proposals.models import Entry, Proposal, TeamMember


def assign(*, by: Any, phase: Phase, pairs: Iterable[Pair]) -> int:
    """Ask judges: pairs of (judge id, entry id). Those asked already stay as they are. Answers how many are new.

    Raises Refused; ValidationError for people who do not judge here, entries of elsewhere, conflicts, and judges
    who gave the entry back.
    """
    with write():
        hold(Lock.PHASE, phase.pk)
        phase.refresh_from_db()
        now = clock.now()
        require(Permission.ASSIGN, by, phase, at=now)
        wanted = dict.fromkeys((int(judge), int(entry)) for judge, entry in pairs)
        known = _pairs(phase, "open", "done")
        fresh = [pair for pair in wanted if pair not in known]
        _check(phase, fresh)
        if fresh:
            Assignment.objects.bulk_create(
                [Assignment(judge_id=judge, entry_id=entry, by=by, at=now) for judge, entry in fresh], batch_size=500
            )
            data = {"judges": sorted({judge for judge, _entry in fresh}), "count": len(fresh)}
            facts.record("assignments.made", by=by, on=phase, contest=phase.contest_id, data=data, quiet=True)
    return len(fresh)


def assign_balanced(
    *, by: Any, phase: Phase, reviews_per_entry: int, max_per_judge: int, dry_run: bool = False
) -> Plan:
    """Share the phase's entries among its judges; what is assigned stays. With `dry_run` only plan.

    The plan holds the new pairs (judge, entry), `loads` per judge and `gaps` per entry. Raises Refused,
    ValidationError.
    """
    if reviews_per_entry < 1:
        raise ValidationError({"reviews_per_entry": _("Every entry needs at least one review.")})
    if max_per_judge < 1:
        raise ValidationError({"max_per_judge": _("A judge can read at least one entry.")})
    with write():
        hold(Lock.PHASE, phase.pk)
        require(Permission.ASSIGN, by, phase, at=clock.now())
        plan = balanced(
            list(Entry.objects.of_phase(phase).order_by("pk").values_list("pk", flat=True)),
            sorted(_judges(phase)),
            _closed(phase) | _pairs(phase, "declined", "recused"),
            _pairs(phase, "open", "done"),
            reviews_per_entry=reviews_per_entry,
            max_per_judge=max_per_judge,
        )
        if not dry_run:
            assign(by=by, phase=phase, pairs=plan.pairs)
    return plan


def _judges(phase: Phase) -> set[int]:
    rows = Membership.objects.filter(contest=phase.contest_id, role=Role.JUDGE, user__is_active=True)
    return set(rows.values_list("user", flat=True))


def _pairs(phase: Phase, *states: str) -> set[Pair]:
    rows = Assignment.objects.filter(entry__phase=phase, state__in=states, entry__proposal__status="submitted")
    return set(rows.values_list("judge", "entry"))


def _closed(phase: Phase) -> set[Pair]:
    """The pairs that a conflict forbids: on record, or by live membership of the team."""
    entries = dict(Entry.objects.filter(phase=phase).values_list("proposal", "pk"))
    declared = Conflict.objects.filter(proposal__in=entries).values_list("judge", "proposal")
    teams = TeamMember.objects.filter(proposal__in=entries).values_list("user", "proposal")
    return {(person, entries[proposal]) for person, proposal in [*declared, *teams]}


def _check(phase: Phase, pairs: list[Pair]) -> None:
    judges, closed, given_back = _judges(phase), _closed(phase), _pairs(phase, "declined", "recused")
    titles = dict(Entry.objects.of_phase(phase).values_list("pk", "revision__title"))
    people = User.objects.in_bulk({judge for judge, _entry in pairs})
    wrong = []
    for judge, entry in pairs:
        person = {"judge": people.get(judge, judge), "title": titles.get(entry, entry)}
        if judge not in judges:
            wrong.append(_("%(judge)s is not a judge of this contest.") % person)
        elif entry not in titles:
            wrong.append(_("Entry %(title)s is not in this phase.") % person)
        elif (judge, entry) in closed:
            wrong.append(_("%(judge)s is in conflict with “%(title)s”.") % person)
        elif (judge, entry) in given_back:
            wrong.append(_("%(judge)s gave “%(title)s” back.") % person)
    if wrong:
        raise ValidationError(wrong, code="assignment")


def declare_conflict(
    *, by: Any, on: Assignment | Proposal, reason: str = "", kind: str = Conflict.Kind.DECLARED
) -> Conflict:
    """Step aside from a proposal for good. The judge's assignments of phases not released are recused.

    Their reviews of it no longer count and nobody sees them. Safe to repeat. Raises Refused.
    """
    with write():
        now = clock.now()
        require(Permission.DECLARE_CONFLICT, by, on, at=now)
        proposal = on if isinstance(on, Proposal) else on.entry.proposal
        phases = Phase.objects.filter(entries__proposal=proposal, released_at=None).order_by("pk")
        for pk in phases.values_list("pk", flat=True):
            hold(Lock.PHASE, pk, exclusive=False)
        conflict, _new = Conflict.objects.get_or_create(
            judge=by, proposal=proposal, defaults={"kind": kind, "reason": clean_line(reason)[:300], "at": now}
        )
        own = Assignment.objects.active().filter(judge=by, entry__proposal=proposal, entry__phase__released_at=None)
        entries = sorted(own.values_list("entry", flat=True))
        own.update(state=Assignment.State.RECUSED)
        data = {"proposal": proposal.pk, "entries": entries}
        facts.record("conflict.declared", by=by, on=conflict, contest=proposal.contest_id, data=data, quiet=True)
    return conflict


def decline(*, by: Any, assignment: Assignment) -> Assignment:
    """Give an assignment back without a conflict, for lack of time for example. Raises Refused."""
    with write():
        hold(Lock.PHASE, assignment.entry.phase_id, exclusive=False)
        stored = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
        require(Permission.REVIEW, by, stored, at=clock.now())
        stored.state = Assignment.State.DECLINED
        stored.save(update_fields=["state"])
        data = {"entries": [stored.entry_id]}
        facts.record("assignment.declined", by=by, on=stored, contest=stored.contest.pk, data=data, quiet=True)
    return stored
