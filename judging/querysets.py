"""Reads worth a name. Conflicts are taken out here, so that lists and objects agree (threat P7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from contests.models import Membership
from contests.roles import Role
from proposals.models import Entry, TeamMember
from proposals.querysets import EntryQuerySet

if TYPE_CHECKING:
    from judging.models import Assignment, Decision, Review

NEWS = timedelta(days=30)
"""How long released feedback is offered as a next step."""


def conflicted(user: Any, proposal: str) -> Q:
    """Rows whose proposal (at this path) the user is in conflict with: own team, or a conflict on record."""
    conflicts = apps.get_model("judging", "Conflict").objects.filter(judge=user, proposal=OuterRef(proposal))
    team = TeamMember.objects.filter(user=user, proposal=OuterRef(proposal))
    return Q(Exists(conflicts)) | Q(Exists(team))


def shortlist(phase: Any, user: Any) -> EntryQuerySet:
    """The entries of a judging phase with score and pending decision, best mean first, for somebody who decides.

    What the user is in conflict with is not in it.
    """
    return (
        Entry.objects.of_phase(phase)
        .exclude(conflicted(user, "proposal"))
        .select_related("proposal__contest", "score", "decision")
        .order_by(models.F("score__mean").desc(nulls_last=True), "pk")
    )


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> AssignmentQuerySet:
        """A judge's own that are not in conflict; those of a contest for its organisers and facilitators."""
        if not user.is_authenticated:
            return self.none()
        return self._own(user).exclude(state__in=["recused", "declined"]) | self.overseen_by(user)

    def _own(self, user: Any) -> AssignmentQuerySet:
        """A judge's own: only while they judge the contest, never in conflict."""
        role = Membership.objects.filter(user=user, contest=OuterRef("entry__proposal__contest"), role=Role.JUDGE)
        return self.filter(Exists(role), judge=user).exclude(conflicted(user, "entry__proposal"))

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
        """A judge's own work, not in conflict, on proposals that still count, whose phase is not released."""
        if not judge.is_authenticated:
            return self.none()
        return (
            self._own(judge)
            .filter(
                state__in=["open", "done"], entry__phase__released_at=None, entry__proposal__status="submitted"
            )
            .select_related("entry__proposal__contest", "entry__phase", "entry__revision")
        )

    def active(self) -> AssignmentQuerySet:
        """Those that are or will be a review: not declined, not recused."""
        return self.filter(state__in=["open", "done"])

    def with_review_counts(self) -> AssignmentQuerySet:
        """`reviews`: how many reviews of the same entry are done."""
        return self.annotate(reviews=Count("entry__assignments", filter=Q(entry__assignments__state="done"), distinct=True))


class ReviewQuerySet(models.QuerySet["Review"]):
    def done(self) -> ReviewQuerySet:
        """Reviews that count: said done, and the judge neither recused nor, before the release, on the team."""
        team = TeamMember.objects.filter(
            user=OuterRef("assignment__judge"), proposal=OuterRef("assignment__entry__proposal")
        )
        joined = Q(Exists(team)) & Q(assignment__entry__phase__released_at=None)
        return self.filter(done_at__isnull=False, assignment__state="done").exclude(joined)

    def released(self) -> ReviewQuerySet:
        """Reviews whose decisions are released: authors may read their feedback."""
        return self.done().filter(assignment__entry__decision__released_at__isnull=False)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def released(self, *, at: datetime) -> DecisionQuerySet:
        return self.filter(released_at__lte=at)

    def news_for(self, user: Any, contests: Iterable[Any], *, at: datetime) -> DecisionQuerySet:
        """Decisions released lately about proposals on whose team the user is, the newest first."""
        team = TeamMember.objects.filter(user=user, proposal=OuterRef("entry__proposal"))
        return (
            self.released(at=at)
            .filter(Exists(team), entry__proposal__contest__in=contests, released_at__gt=at - NEWS)
            .select_related("entry__proposal", "entry__phase")
            .order_by("-released_at", "-pk")
        )
