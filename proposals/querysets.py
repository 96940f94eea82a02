"""Reads worth a name. `visible_to` is the one visibility policy of proposals."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import MD5, Cast, Concat

from contests.models import Contest, Membership
from contests.roles import Role
from proposals.transitions import Status

if TYPE_CHECKING:
    from proposals.models import Distinction, Entry, Proposal  # noqa: F401  named in the quoted base class


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
        return self.filter(seen | self._on_team(user) | (Q(Exists(organises)) & ~Q(status=Status.DRAFT)))

    def tombstones_for(self, user: Any) -> ProposalQuerySet:
        """Removed ones of which this person may know that they were there, in contests they may see; never their words."""
        return self.filter(contest__in=Contest.objects.visible_to(user).values("pk"), status=Status.REMOVED)

    def of_team(self, user: Any) -> ProposalQuerySet:
        """Proposals on whose team this user is."""
        return self.filter(self._on_team(user)) if user.is_authenticated else self.none()

    def submitted(self) -> ProposalQuerySet:
        return self.filter(status=Status.SUBMITTED)

    def at_stage(self, stage: str, *, at: datetime) -> ProposalQuerySet:
        """Those that have come this far, by released distinctions only: semi_finalist, finalist or winner."""
        kinds = ["judges_choice", "popular_choice"] if stage == "winner" else [stage]
        distinctions: Any = self.model._meta.get_field("distinctions").related_model
        won = distinctions.objects.released(at=at).filter(proposal=OuterRef("pk"), kind__in=kinds)
        return self.filter(Exists(won))

    def reads(self, words: str) -> ProposalQuerySet:
        """Those whose submitted title or pitch has these words."""
        return self.filter(
            Q(submitted_revision__title__icontains=words) | Q(submitted_revision__pitch__icontains=words)
            | Q(credited_to__icontains=words)
        )  # fmt: skip

    def shuffled(self, seed: str) -> ProposalQuerySet:
        """In an order that only the seed decides, so that each has an equal chance of being read first."""
        number = Cast("pk", models.TextField())
        text = Concat(Value(seed), Value(":"), number, output_field=models.TextField())
        shuffled: ProposalQuerySet = self.annotate(place=MD5(text)).order_by("place")
        return shuffled

    def for_cards(self) -> ProposalQuerySet:
        """What a card or a row shows, without the long texts. Show `as_submitted.title`: `title` is the team's alone."""
        return self.select_related("contest", "submitted_revision").only(
            "title", "slug", "pitch", "status", "topic", "credited_to", "submitted_at", "cover", "cover_alt", "created_at",
            "comment_count", "support_count", "contest__slug", "contest__title", "contest__topic",
            "submitted_revision__title", "submitted_revision__pitch", "submitted_revision__number",
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
