"""What the clock brings about, recorded exactly once, and what the houses above push down to phases."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contests.models import Contest, Phase
from contests.rules import Permission
from core import clock, facts
from core.database import Lock, hold, write
from core.permissions import require


def record_boundaries() -> int:
    """Record every opening and close that the clock has passed. Safe to run twice, and from two beats at once.

    Answers how many boundaries this call recorded. A phase behind an unreleased judging opens when it is released.
    """
    now = clock.now()
    due = [(phase, "closed") for phase in Phase.objects.unrecorded_close(at=now).order_by("ends_at")]
    due += [(phase, "opened") for phase in Phase.objects.unrecorded_opening(at=now).order_by("opens_at")]
    return sum(_record(phase, boundary) for phase, boundary in due)


def _record(phase: Phase, boundary: str) -> bool:
    with write():
        hold(Lock.PHASE, phase.pk)
        at = clock.now()
        contest = Contest.objects.with_phases().get(pk=phase.contest_id)
        span = next(span for span in contest.timeline.spans if span.id == phase.pk)
        if boundary == "closed" and not span.is_over(at):
            return False  # the organiser moved it while we waited for the lock
        if boundary == "opened" and not (span.opens_at <= at and contest.timeline.gate_is_open(span)):
            return False
        column = f"{boundary}_recorded_at"
        if not Phase.objects.filter(pk=phase.pk, **{f"{column}__isnull": True}).update(**{column: at}):
            return False
        facts.record(f"phase.{boundary}", on=phase, contest=contest.pk, data={"kind": phase.kind})
        return True


def close_now(*, by: Any, phase: Phase, reason: str) -> Phase:
    """Close the running phase at this moment; the next one opens when it was planned. Raises Refused, ValidationError."""
    from contests.actions.schedule import set_schedule

    contest = phase.contest
    now = clock.now()
    rows = [
        {
            "id": other.pk,
            "kind": other.kind,
            "name": other.name,
            "opens_at": other.opens_at,
            "closes_at": now + timedelta(seconds=1) if other.pk == phase.pk else other.closes_at,
            "grace": timedelta(0) if other.pk == phase.pk else other.grace,
        }
        for other in contest.phases.all()
    ]
    if not phase.span.covers(now):
        raise ValidationError(_("This phase is not running."), code="not_running")
    set_schedule(by=by, contest=contest, phases=rows, reason=reason)
    phase.refresh_from_db()
    return phase


def freeze_rubric(*, phase: Phase) -> None:
    """A review is done: the rubric can no longer change. Called by judging inside its transaction."""
    Phase.objects.filter(pk=phase.pk, rubric_frozen_at=None).update(rubric_frozen_at=clock.now())


def mark_released(*, by: Any, phase: Phase) -> None:
    """The decisions or results of this phase are released; the gate behind it opens. Raises Refused, ValidationError."""
    with write():
        require(Permission.EDIT_CONTEST, by, phase.contest, at=clock.now())
        if not Phase.objects.filter(pk=phase.pk, released_at=None).update(released_at=clock.now()):
            raise ValidationError(_("This has been released already."), code="released")
        phase.refresh_from_db()
        facts.record("phase.released", by=by, on=phase, contest=phase.contest_id, data={"kind": phase.kind})
