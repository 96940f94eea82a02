"""What the console lists."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Case, Count, Q, QuerySet, When

from contests.roles import Role
from judging.querysets import conflicted


def overseen_by(user: Any) -> QuerySet[Any]:
    """Contests that this person organises, facilitates or advises; all of them for staff. Newest first."""
    contests = apps.get_model("contests", "Contest").objects.visible_to(user).with_phases().order_by("-created_at")
    if user.is_staff:
        return contests
    roles = [Role.ORGANISER, Role.FACILITATOR, Role.ADVISOR]
    return contests.filter(memberships__user=user, memberships__role__in=roles).distinct()


def entries_of(phase: Any, user: Any) -> QuerySet[Any]:
    """Entries of a phase with `asked` and `done` reviews; `closed` where the user is in conflict and sees no numbers."""
    live = Q(assignments__state__in=["open", "done"])
    return (
        apps.get_model("proposals", "Entry")
        .objects.filter(phase=phase)
        .select_related("proposal__contest", "revision")
        .prefetch_related("proposal__team__user")
        .annotate(
            asked=Count("assignments", filter=live, distinct=True),
            done=Count("assignments", filter=Q(assignments__state="done"), distinct=True),
            closed=Case(When(conflicted(user, "proposal"), then=True), default=False),
        )
        .order_by("revision__title", "pk")
    )


def loads_of(phase: Any, user: Any) -> dict[int, dict[str, int]]:
    """Judge to the number of assignments by state, of those the user oversees."""
    rows = apps.get_model("judging", "Assignment").objects.overseen_by(user).filter(entry__phase=phase)
    loads: dict[int, dict[str, int]] = {}
    for judge, state, number in rows.order_by().values_list("judge", "state").annotate(number=Count("pk", distinct=True)):
        loads.setdefault(judge, {})[state] = number
    return loads


def work_that_waits(*, at: datetime, most: int) -> list[Any]:
    """Due work that is parked, then what has been ripe for a while; each with its fact."""
    rows = apps.get_model("core", "Due").objects.select_related("fact")
    parked = list(rows.filter(state="parked").order_by("-pk")[:most])
    late = rows.filter(state="waiting", next_at__lte=at - timedelta(minutes=1)).order_by("next_at")
    return [*parked, *late[:most]]


def log_of(contest: Any, verbs: list[str], *, before: int | None) -> QuerySet[Any]:
    """Facts of a contest with one of these verbs, the newest first, older than the fact `before`."""
    facts = apps.get_model("core", "Fact").objects.filter(contest_id=contest.pk, verb__in=verbs).order_by("-pk")
    return facts if before is None else facts.filter(pk__lt=before)
