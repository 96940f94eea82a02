"""Writing, mending and taking back comments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community.models import Comment, Support
from community.rules import Permission
from core import clock, facts
from core.database import Lock, hold, write
from core.html import clean_text
from core.permissions import require
from proposals.models import Proposal

LONGEST = 5000
SENT_TWICE = timedelta(minutes=1)


def comment(*, by: Any, proposal: Proposal, text: str, parent: Comment | None = None) -> Comment:
    """Say something about a proposal, or reply to somebody. Plain text; addresses become links when it is shown.

    Safe to send twice: the same words within a minute answer the comment written first. Raises Refused (visibility,
    sign-in, phase); ValidationError for an empty or too long text, a parent from
    another discussion, or a writer who has no name yet (`display_name`).
    """
    with write():
        require(Permission.COMMENT, by, proposal, at=clock.now())
        if not by.display_name:
            raise ValidationError({"display_name": _("Say which name others should see.")})
        if parent is not None and parent.proposal_id != proposal.pk:
            raise ValidationError({"parent": _("The comment you reply to is not part of this discussion.")})
        cleaned = clean_comment(text)
        hold(Lock.PROPOSAL, proposal.pk)
        now = clock.now()
        same = Comment.objects.filter(proposal=proposal, parent=parent, author=by, text=cleaned)
        before = same.filter(at__gt=now - SENT_TWICE).first()
        if before is not None:
            return before
        written = Comment.objects.create(proposal=proposal, parent=parent, author=by, text=cleaned, at=now)
        facts.record("comment.written", by=by, on=written, contest=proposal.contest_id, data={"proposal": proposal.pk})
    return written


def clean_comment(text: str) -> str:
    """The text as it is kept. Raises ValidationError when nothing is left, or too much."""
    cleaned = clean_text(text).strip()
    if not cleaned:
        raise ValidationError({"text": _("Write something first.")})
    if len(cleaned) > LONGEST:
        words = _("This is %(over)d characters too long. Keep it within 5,000.")
        raise ValidationError({"text": words % {"over": len(cleaned) - LONGEST}})
    return cleaned


def edit(*, by: Any, comment: Comment, text: str) -> Comment:
    """Mend an own comment within 15 minutes; it then says that it was edited. Raises Refused, ValidationError."""
    with write():
        stored = Comment.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=comment.pk)
        now = clock.now()
        require(Permission.EDIT_COMMENT, by, stored, at=now)
        stored.text, stored.edited_at = clean_comment(text), now
        stored.save(update_fields=["text", "edited_at"])
        facts.record("comment.edited", by=by, on=stored, contest=stored.proposal.contest_id)
    return stored


def delete_own(*, by: Any, comment: Comment) -> Comment:
    """Take an own comment back. A tombstone without words or name stays, so that replies keep their place.

    Raises Refused.
    """
    with write():
        stored = Comment.objects.select_for_update(of=("self",)).select_related("proposal").get(pk=comment.pk)
        require(Permission.DELETE_COMMENT, by, stored, at=clock.now())
        stored.text, stored.is_tombstone, stored.author = "", True, None
        stored.save(update_fields=["text", "is_tombstone", "author"])
        data = {"proposal": stored.proposal_id}
        facts.record("comment.deleted", by=by, on=stored, contest=stored.proposal.contest_id, data=data)
    return stored


def recount(*, proposal_id: int) -> None:
    """Set a proposal's numbers of comments and supports to what the rows say."""
    with write():
        hold(Lock.PROPOSAL, proposal_id)
        Proposal.objects.filter(pk=proposal_id).update(
            comment_count=Comment.objects.counted().filter(proposal=proposal_id).count(),
            support_count=Support.objects.filter(proposal=proposal_id).count(),
        )
        facts.seen_anew(Proposal.objects.values_list("contest", flat=True).get(pk=proposal_id))
