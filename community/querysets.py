"""Reads worth a name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models

from proposals.models import Proposal

if TYPE_CHECKING:
    from community.models import Comment


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: Any) -> CommentQuerySet:
        """Comments on the proposals this user may see."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user).values("pk"))
