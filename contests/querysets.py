"""Reads worth a name. `visible_to` is the one visibility policy of contests."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from contests.phases import Kind
from contests.roles import Role
from contests.transitions import Status

if TYPE_CHECKING:
    from contests.models import Contest, Phase  # noqa: F401  named in the quoted base class

OUT = (Status.PUBLISHED, Status.ARCHIVED)
"""The statuses of a contest that has left the organisers' desk."""
OPEN = ("public", "unlisted")
"""The visibilities that ask for no role."""
DESK = (Role.ORGANISER, Role.ADVISOR, Role.FACILITATOR)
"""The roles that see a contest before it is published."""


class ContestQuerySet(models.QuerySet["Contest"]):
    def visible_to(self, user: Any) -> ContestQuerySet:
        """What this user may open: published ones that are public or unlisted, and those where they have a role."""
        seen = Q(status__in=OUT, visibility__in=OPEN)
        if not user.is_authenticated:
            return self.filter(seen)
        if user.is_staff:
            return self
        mine = self._role_of(user)
        member = Q(mine) & Q(status__in=OUT)
        return self.filter(seen | member | self._role_of(user, *DESK))

    def listed_for(self, user: Any) -> ContestQuerySet:
        """What lists show: as visible_to, but unlisted ones only to those with a role there."""
        visible = self.visible_to(user)
        if user.is_authenticated and user.is_staff:
            return visible
        listed = Q(visibility="public")
        if user.is_authenticated:
            listed |= self._role_of(user)
        return visible.filter(listed)

    def managed_by(self, user: Any) -> ContestQuerySet:
        """Contests this user organises."""
        if not user.is_authenticated:
            return self.none()
        return self if user.is_staff else self.filter(self._role_of(user, Role.ORGANISER))

    def with_phases(self) -> ContestQuerySet:
        return self.prefetch_related("phases")

    def running(self, *, at: datetime) -> ContestQuerySet:
        """Published contests with a phase whose time it is."""
        return self.filter(
            Exists(
                self._phases()
                .filter(contest=OuterRef("pk"), opens_at__lte=at)
                .filter(Q(closes_at__isnull=True) | Q(closes_at__gt=at))
                .exclude(kind=Kind.RESULTS)
            ),
            status=Status.PUBLISHED,
        )

    def _phases(self) -> Any:
        phases: Any = self.model._meta.get_field("phases").related_model
        return phases.objects

    def _role_of(self, user: Any, *roles: Role) -> Q:
        memberships: Any = self.model._meta.get_field("memberships").related_model
        rows = memberships.objects.filter(contest=OuterRef("pk"), user=user)
        return Q(Exists(rows.filter(role__in=roles) if roles else rows))


def shows(contest: Contest, user: Any, roles: Collection[str] | Callable[[], Collection[str]]) -> bool:
    """`visible_to` asked of one row just read. The user's roles there may be a question, asked only where they decide."""
    if contest.status in OUT and contest.visibility in OPEN:
        return True
    if not user.is_authenticated:
        return False
    if user.is_staff:
        return True
    mine = set(roles() if callable(roles) else roles)
    return bool(mine if contest.status in OUT else mine.intersection(DESK))


class PhaseQuerySet(models.QuerySet["Phase"]):
    def unrecorded_opening(self, *, at: datetime) -> PhaseQuerySet:
        """Phases of published contests that have opened by then, without that being recorded."""
        return self.filter(opens_at__lte=at, opened_recorded_at=None, contest__status=Status.PUBLISHED)

    def unrecorded_close(self, *, at: datetime) -> PhaseQuerySet:
        """Phases of published contests that have ended, grace included, without that being recorded."""
        return self.filter(ends_at__lte=at, closed_recorded_at=None, contest__status=Status.PUBLISHED)
