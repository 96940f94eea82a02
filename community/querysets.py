"""Reads worth a name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models

from core.compiled import Compiled
from proposals.models import Proposal

if TYPE_CHECKING:
    from community.models import Comment, Follow, Support  # noqa: F401  named in quotes below


def _thread(proposal: int) -> Any:
    comments = apps.get_model("community", "Comment").objects.filter(proposal=proposal)
    return comments.select_related("author").order_by("at", "pk")


_read_thread = Compiled(_thread)


class CommentQuerySet(models.QuerySet["Comment"]):
    def visible_to(self, user: Any) -> CommentQuerySet:
        """Comments on the proposals this user may see."""
        return self.filter(proposal__in=Proposal.objects.visible_to(user).values("pk"))

    def counted(self) -> CommentQuerySet:
        """Those that still say something: what the number on a card counts."""
        return self.filter(is_tombstone=False)

    def thread(self, proposal: Proposal) -> list[tuple[Comment, int]]:
        """The discussion of a proposal in reading order: (comment, depth), replies under their parent. One query."""
        comments: list[Comment] = _read_thread(proposal=proposal.pk)
        known = {comment.pk: comment for comment in comments}
        replies: dict[int | None, list[Comment]] = defaultdict(list)
        for comment in comments:
            parent = known.get(comment.parent_id) if comment.parent_id else None
            if parent is not None:
                comment.parent = parent  # so that "in reply to" costs no query
            replies[parent.pk if parent else None].append(comment)
        # A stack instead of recursion: nobody limits how long two people may answer each other.
        stack = [(comment, 0) for comment in reversed(replies[None])]
        found: list[tuple[Comment, int]] = []
        while stack:
            comment, depth = stack.pop()
            found.append((comment, depth))
            stack += [(reply, depth + 1) for reply in reversed(replies[comment.pk])]
        return found


class SupportQuerySet(models.QuerySet["Support"]):
    def by_user(self, user: Any) -> SupportQuerySet:
        """This person's; a visitor's are none."""
        return self.filter(user=user) if user.is_authenticated else self.none()


class FollowQuerySet(models.QuerySet["Follow"]):
    def by_user(self, user: Any) -> FollowQuerySet:
        """This person's; a visitor's are none."""
        return self.filter(user=user) if user.is_authenticated else self.none()
