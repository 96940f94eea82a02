"""Setting and moving dates."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Contest, Criterion, Phase, ScheduleChange
from contests.phases import Kind, Span, problems
from contests.rules import Permission
from contests.transitions import Status
from core import clock, facts
from core.database import Lock, Stale, hold, write
from core.permissions import require

FAR = datetime(9000, 1, 1, tzinfo=UTC)
_WORDS = {
    "closes_before_opens": gettext_lazy("This phase closes before it opens."),
    "overlap": gettext_lazy("This phase opens before the one before it has ended, grace included."),
    "endless": gettext_lazy("Only the last phase may be open-ended."),
    "grace": gettext_lazy("Only submission and revision have grace."),
}


def set_schedule(
    *, by: Any, contest: Contest, phases: list[dict[str, Any]], reason: str = "", version: int | None = None
) -> Contest:
    """State the whole schedule: rows of kind, name, opens_at, closes_at, grace and settings, `id` for an existing phase.

    On a published contest a reason is required, what is past is locked, and everybody concerned is told.
    `version` is the one that was read; Stale when somebody has saved since. Raises Refused; ValidationError whose
    errors name the phase and what is wrong, with the row's number as the parameter `row` (None for a removed phase).
    """
    with write():
        hold(Lock.CONTEST, contest.pk)
        contest.refresh_from_db()
        contest.__dict__.pop("timeline", None)
        at = clock.now()
        require(Permission.EDIT_SCHEDULE, by, contest, at=at)
        if version is not None and version != contest.version:
            raise Stale(contest)
        old = {phase.pk: phase for phase in contest.phases.all()}
        live = contest.status != Status.DRAFT
        if live and not reason.strip():
            raise ValidationError({"reason": _("Say why the dates move; everybody concerned reads it.")})
        rows = [_phase(contest, old, position, row) for position, row in enumerate(phases)]
        _check(rows, old, at=at, live=live)
        before = [_plain(phase) for phase in old.values()]
        _write(contest, rows, gone=set(old) - {phase.pk for phase in rows})
        after = [_plain(phase) for phase in rows]
        contest.version += 1
        contest.save(update_fields=["version"])
        contest.__dict__.pop("timeline", None)
        if live and before != after:
            ScheduleChange.objects.create(contest=contest, by=by, at=at, reason=reason, before=before, after=after)
            facts.record("contest.schedule_changed", by=by, on=contest, contest=contest.pk)
    return contest


def _write(contest: Contest, rows: list[Phase], *, gone: set[int]) -> None:
    """Save the rows. First everything steps aside: no two phases may overlap or share a position even for a moment.

    The last phase first: an open-ended one reaches over whatever steps behind it.
    """
    try:
        Criterion.objects.filter(phase__in=gone).delete()
        contest.phases.filter(pk__in=gone).delete()
    except ProtectedError:
        raise ValidationError(
            _("A phase that already holds proposals or ballots cannot be removed."), "schedule"
        ) from None
    for number, phase in enumerate(contest.phases.order_by("-position")):
        opens = FAR + timedelta(days=2 * number)
        closes = opens + timedelta(days=1)
        aside = {"opens_at": opens, "closes_at": closes, "ends_at": closes, "grace": timedelta(0)}
        Phase.objects.filter(pk=phase.pk).update(**aside, position=1000 + number)
    for phase in rows:
        phase.save()


def _phase(contest: Contest, old: dict[int, Phase], position: int, row: dict[str, Any]) -> Phase:
    known = old.get(row.get("id") or 0) or next(
        (p for p in old.values() if (p.kind, p.name) == (row["kind"], row["name"])), None
    )
    phase = Phase(contest=contest) if known is None else Phase.objects.get(pk=known.pk)
    phase.kind, phase.name, phase.position = row["kind"], row["name"], position
    phase.opens_at, phase.closes_at = row["opens_at"], row.get("closes_at")
    phase.grace = row.get("grace") or timedelta(0)
    phase.settings = row.get("settings") if row.get("settings") is not None else phase.settings
    return phase


def _check(rows: list[Phase], old: dict[int, Phase], *, at: datetime, live: bool) -> None:
    found: list[tuple[int | None, str, Any]] = [
        (index, rows[index].name, _WORDS[code]) for index, code in problems([_span(phase) for phase in rows])
    ]
    if live:
        kept = {phase.pk: (index, phase) for index, phase in enumerate(rows)}
        for pk, before in old.items():
            index, after = kept.get(pk, (None, None))
            if after is None and before.opens_at <= at:
                found.append((None, before.name, _("This phase has begun, so it cannot be removed.")))
            elif after is not None and _is_locked_change(before, after, at):
                found.append((index, before.name, _("What is past cannot be moved.")))
            elif after is not None and before.opens_at <= at and before.settings != after.settings:
                found.append((index, before.name, _("Its settings were fixed when it opened.")))
        begun = _("A phase added now has to open later than now.")
        found += [(index, p.name, begun) for index, p in enumerate(rows) if p.pk is None and p.opens_at <= at]
    if found:
        raise ValidationError(
            [
                ValidationError("%(phase)s: %(problem)s", "schedule", {"row": row, "phase": name, "problem": problem})
                for row, name, problem in found
            ]
        )


def _is_locked_change(before: Phase, after: Phase, at: datetime) -> bool:
    if before.kind != after.kind and before.opens_at <= at:
        return True
    if before.opens_at != after.opens_at and min(before.opens_at, after.opens_at) <= at:
        return True
    moved = (before.closes_at, before.grace) != (after.closes_at, after.grace)
    over = before.closes_at is not None and before.closes_at <= at
    return moved and (over or (after.closes_at is not None and after.closes_at <= at))


def _span(phase: Phase) -> Span:
    return Span(
        id=phase.pk or 0,
        kind=Kind(phase.kind),
        name=phase.name,
        opens_at=phase.opens_at,
        closes_at=phase.closes_at,
        grace=phase.grace,
    )


def _plain(phase: Phase) -> dict[str, Any]:
    """For the log of changes. In UTC: the same instant told with another offset is no change."""
    return {
        "kind": phase.kind,
        "name": phase.name,
        "opens_at": phase.opens_at.astimezone(UTC).isoformat(),
        "closes_at": phase.closes_at.astimezone(UTC).isoformat() if phase.closes_at else None,
    }
