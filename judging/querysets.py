"""Reads worth a name. Conflicts are taken out here, so that lists and objects agree (threat P7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from contests.models import Membership
from contests.roles import Role
from proposals.models import TeamMember

if TYPE_CHECKING:
    from judging.models import Assignment, Review


def conflicted(user: Any, proposal: str) -> Q:
    """Rows whose proposal (at this path) the user is in conflict with: own team, or a conflict on record."""
    conflicts = apps.get_model("judging", "Conflict").objects.filter(judge=user, proposal=OuterRef(proposal))
    team = TeamMember.objects.filter(user=user, proposal=OuterRef(proposal))
    return Q(Exists(conflicts)) | Q(Exists(team))


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> AssignmentQuerySet:
        """A judge's own that are not in conflict; those of a contest for its organisers and facilitators."""
        if not user.is_authenticated:
            return self.none()
        own = self.filter(judge=user).exclude(state__in=["recused", "declined"]).exclude(
            conflicted(user, "entry__proposal")
        )
        return own | self.overseen_by(user)

    def overseen_by(self, user: Any) -> AssignmentQuerySet:
        """Those a person oversees: as organiser or facilitator, never of a proposal they are in conflict with."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.exclude(conflicted(user, "entry__proposal"))
        role = Membership.objects.filter(
            user=user, contest=OuterRef("entry__proposal__contest"), role__in=[Role.ORGANISER, Role.FACILITATOR]
        )
        return self.filter(Exists(role)).exclude(conflicted(user, "entry__proposal"))

    def queue_of(self, judge: Any) -> AssignmentQuerySet:
        """A judge's own work, not in conflict, whose phase is not released."""
        return (
            self.filter(judge=judge, state__in=["open", "done"], entry__phase__released_at=None)
            .exclude(conflicted(judge, "entry__proposal"))
            .select_related("entry__proposal__contest", "entry__phase", "entry__revision")
        )


class ReviewQuerySet(models.QuerySet["Review"]):
    def done(self) -> ReviewQuerySet:
        """Reviews that count: said done, and the judge not recused since."""
        return self.filter(done_at__isnull=False, assignment__state="done")

    def released(self) -> ReviewQuerySet:
        """Reviews whose decisions are released: authors may read their feedback."""
        return self.done().filter(assignment__entry__decision__released_at__isnull=False)
