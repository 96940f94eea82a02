"""The dates: a table of phases in the contest's zone, moving all of them, and the log of what moved."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.forms.rows import Summary
from console.forms.schedule import PhaseFormSet, ReasonForm, ShiftForm, initial_rows
from console.forms.times import local, shifted
from console.views.frame import managed, onward, page
from contests import actions
from contests.models import Contest
from contests.rules import Permission
from core import clock
from core.database import Stale
from core.permissions import require


def schedule(request: HttpRequest, slug: str) -> HttpResponse:
    """The whole schedule in one form; what is wrong stands beside its row."""
    contest = managed(request, slug)
    rows, reason = _forms(request, contest)
    if request.method == "POST":
        require(Permission.EDIT_SCHEDULE, request.user, contest, at=clock.now())
        valid = rows.is_valid()
        if reason.is_valid() and valid and _saved(request, contest, rows, reason):
            messages.success(request, _("The schedule is saved."))
            return onward("manage_schedule", slug=slug)
    return _page(request, contest, rows, reason, ShiftForm())


def _forms(request: HttpRequest, contest: Contest, *, bound: bool = True) -> tuple[Any, ReasonForm]:
    data = (request.POST or None) if bound else None
    kwargs = {
        "zone": contest.time_zone,
        "stored": {phase.pk: phase for phase in contest.phases.all()},
        "which": request.POST.get("which", ""),
        "now": clock.now(),
    }
    rows = PhaseFormSet(data, initial=initial_rows(contest), prefix="phase", form_kwargs=kwargs)
    return rows, ReasonForm(data, initial={"version": contest.version})


def _saved(request: HttpRequest, contest: Contest, rows: Any, reason: ReasonForm) -> bool:
    pairs = rows.to_action()
    words, version = reason.cleaned_data["reason"], reason.cleaned_data["version"]
    try:
        actions.set_schedule(
            by=request.user, contest=contest, phases=[row for _form, row in pairs], reason=words, version=version
        )
    except Stale:
        reason.add_error(None, _("Somebody else moved dates meanwhile. Yours are below; open the page anew to see theirs."))
        return False
    except ValidationError as error:
        _put_beside(error, pairs, reason)
        return False
    return True


def _put_beside(error: ValidationError, pairs: list, reason: ReasonForm) -> None:
    """Each problem to the row it names; what names none to the form below the rows."""
    if hasattr(error, "error_dict"):
        reason.add_error("reason", error.messages)
        return
    for one in error.error_list:
        row = (one.params or {}).get("row")
        if row is None:
            reason.add_error(None, one)
        else:
            pairs[row][0].add_error(None, one.params["problem"])


@require_POST
def shift(request: HttpRequest, slug: str) -> HttpResponse:
    """Everything that lies ahead, so many days later, at the same time on the wall."""
    contest = managed(request, slug)
    require(Permission.EDIT_SCHEDULE, request.user, contest, at=clock.now())
    form = ShiftForm(request.POST)
    rows, reason = _forms(request, contest, bound=False)
    if form.is_valid():
        moved = _moved(contest, form.cleaned_data["days"])
        try:
            actions.set_schedule(by=request.user, contest=contest, phases=moved, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            messages.success(request, _("Everything ahead has moved."))
            return onward("manage_schedule", slug=slug)
    return _page(request, contest, rows, reason, form)


def _moved(contest: Contest, days: int) -> list[dict[str, Any]]:
    now = clock.now()
    after = now if contest.published_at else datetime.min.replace(tzinfo=UTC)
    return [
        {
            "id": phase.pk,
            "kind": phase.kind,
            "name": phase.name,
            "opens_at": shifted(phase.opens_at, days, contest.time_zone, after=after),
            "closes_at": shifted(phase.closes_at, days, contest.time_zone, after=after),
            "grace": phase.grace,
        }
        for phase in contest.phases.all()
    ]


def _page(request: HttpRequest, contest: Contest, rows: Any, reason: ReasonForm, shift_form: ShiftForm) -> HttpResponse:
    summary = Summary(rows, reason)
    context = {
        "rows": rows,
        "reason": reason,
        "shift": shift_form,
        "summary": summary,
        "changes": [_change(change, contest.time_zone) for change in contest.schedule_changes.select_related("by")[:50]],
        "hints": _hints(contest),
        "live": contest.published_at is not None,
    }
    return page(request, contest, "schedule", context, status=422 if summary.errors or shift_form.errors else 200)


def _hints(contest: Contest) -> list[str]:
    """Closes that people misread: at midnight, and at a weekend."""
    found, now = [], clock.now()
    for phase in contest.phases.all():
        closes = local(phase.closes_at, contest.time_zone)
        if closes is None or phase.closes_at is None or phase.closes_at <= now:
            continue
        if closes.hour == closes.minute == 0:
            found.append(_("“%(phase)s” closes at midnight. 23:59 or noon is easier to understand.") % {"phase": phase})
        elif closes.weekday() >= 5:
            found.append(_("“%(phase)s” closes at a weekend, when few are there to help.") % {"phase": phase})
    return found


def _change(change: Any, zone: str) -> dict[str, Any]:
    """A line of the public log: who, when, why, and each phase whose dates moved."""
    before = {(row["kind"], row["name"]): row for row in change.before}
    lines = []
    for row in change.after:
        old = before.pop((row["kind"], row["name"]), None)
        if old != row:
            lines.append({"name": row["name"], "old": _dates(old), "new": _dates(row)})
    lines += [{"name": row["name"], "old": _dates(row), "new": None} for row in before.values()]
    return {"change": change, "lines": lines, "zone": zone}


def _dates(row: dict[str, Any] | None) -> tuple[datetime, datetime | None] | None:
    if row is None:
        return None
    closes = row["closes_at"]
    return datetime.fromisoformat(row["opens_at"]), datetime.fromisoformat(closes) if closes else None
