"""The discussion of a proposal for whoever shows one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.translation import gettext as _

from community.forms import CommentForm
from community.models import Comment
from community.rules import EDIT_WINDOW, Permission
from core import clock
from core.permissions import refusal
from proposals.models import Proposal

register = template.Library()


@register.simple_tag(takes_context=True)
def discussion(context: Context, proposal: Proposal) -> dict[str, Any]:
    """Everything the partial shows: `rows`, `count`, `form`, `refusal` (None when one may comment).

    The number of queries does not grow with the discussion.
    """
    user, at = context["request"].user, context.get("now") or clock.now()
    rows = [_row(comment, depth, user, at) for comment, depth in Comment.objects.thread(proposal)]
    return {
        "rows": rows,
        "count": sum(not row["comment"].is_tombstone for row in rows),
        "form": CommentForm(needs_name=user.is_authenticated and not user.display_name),
        "refusal": refusal(Permission.COMMENT, user, proposal, at=at),
    }


def _row(comment: Comment, depth: int, user: Any, at: datetime) -> dict[str, Any]:
    own = bool(user.is_authenticated and comment.author_id == user.pk)
    handle = comment.author.handle if comment.author else None
    return {
        "comment": comment,
        "depth": depth,
        "name": name_of(comment),
        "answered": name_of(comment.parent) if comment.parent else "",
        "profile": reverse("profile", args=[handle]) if handle else "",
        "place": f"comment-{comment.pk}",
        "own": own,
        "fresh": own and at < comment.at + EDIT_WINDOW,
    }


def name_of(comment: Comment) -> str:
    """Who said it: a member, the person an imported comment is credited to, or nobody any more."""
    if comment.is_tombstone:
        return _("[deleted]")
    return str(comment.author) if comment.author else comment.credited_to or _("Somebody")
