"""Comments, supports and follows. Supports are not votes and never become any."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from community.querysets import CommentQuerySet, FollowQuerySet, SupportQuerySet
from contests.models import Contest
from proposals.models import Proposal


class Comment(models.Model):
    """A word in the discussion of a proposal. One that is gone leaves a tombstone, so that replies keep their place."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="comments")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="comments")
    credited_to = models.CharField(max_length=120, blank=True, help_text=_("for imported comments"))
    text = models.TextField(_("comment"), max_length=5000, blank=True)
    is_tombstone = models.BooleanField(default=False)
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["proposal", "at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_tombstone=False) | models.Q(text=""), name="comment_tombstone_says_nothing"
            )
        ]

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.proposal_id}"

    @property
    def contest(self) -> Contest:
        return self.proposal.contest


class Support(models.Model):
    """A public thumbs-up. Not a vote."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="supports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supports")
    at = models.DateTimeField()

    objects: ClassVar[SupportQuerySet] = SupportQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proposal", "user"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.user_id} supports {self.proposal_id}"


class Follow(models.Model):
    """Somebody who wants to hear of a contest."""

    contest = models.ForeignKey(Contest, on_delete=models.PROTECT, related_name="follows")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="follows")
    at = models.DateTimeField()

    objects: ClassVar[FollowQuerySet] = FollowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["contest", "user"], name="follow_once")]

    def __str__(self) -> str:
        return f"{self.user_id} follows {self.contest_id}"
