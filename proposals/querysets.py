"""Reads worth a name. `visible_to` is the one visibility policy of proposals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q

from contests.models import Contest, Membership
from contests.roles import Role
from proposals.transitions import Status

if TYPE_CHECKING:
    from proposals.models import Distinction, Entry, Proposal


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: Any) -> ProposalQuerySet:
        """Submitted ones in contests the user may see; own ones always; withdrawn and removed ones for organisers.

        A draft is its team's alone (and staff's, whose looking is logged by the web server).
        """
        contests = Contest.objects.visible_to(user).values("pk")
        seen = Q(contest__in=contests, status=Status.SUBMITTED)
        if not user.is_authenticated:
            return self.filter(seen)
        if user.is_staff:
            return self
        organises = Membership.objects.filter(contest=OuterRef("contest"), user=user, role=Role.ORGANISER)
        return self.filter(
            seen | self._on_team(user) | (Q(Exists(organises)) & ~Q(status=Status.DRAFT))
        )

    def of_team(self, user: Any) -> ProposalQuerySet:
        """Proposals on whose team this user is."""
        return self.filter(self._on_team(user)) if user.is_authenticated else self.none()

    def submitted(self) -> ProposalQuerySet:
        return self.filter(status=Status.SUBMITTED)

    def with_distinction(self, kind: str, *, at: datetime) -> ProposalQuerySet:
        """Those that carry a released distinction of this kind."""
        return self.filter(distinctions__kind=kind, distinctions__released_at__lte=at).distinct()

    def for_cards(self) -> ProposalQuerySet:
        """What a card or a row shows, without the long texts."""
        return self.select_related("contest").only(
            "title", "slug", "pitch", "status", "topic", "credited_to", "submitted_at", "cover", "cover_alt", "created_at",
            "comment_count", "support_count", "contest__slug", "contest__title", "contest__topic",
        ).prefetch_related("team__user")  # fmt: skip

    def _on_team(self, user: Any) -> Q:
        team: Any = self.model._meta.get_field("team").related_model
        return Q(Exists(team.objects.filter(proposal=OuterRef("pk"), user=user)))


class EntryQuerySet(models.QuerySet["Entry"]):
    def of_phase(self, phase: Any) -> EntryQuerySet:
        """Entries of a phase that still count: their proposal is submitted."""
        return self.filter(phase=phase, proposal__status=Status.SUBMITTED)


class DistinctionQuerySet(models.QuerySet["Distinction"]):
    def released(self, *, at: datetime) -> DistinctionQuerySet:
        return self.filter(released_at__lte=at)
