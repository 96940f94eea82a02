"""Taking over a discussion from elsewhere. Nobody is notified of words that are years old."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from community.models import Comment
from community.rules import Permission
from core import clock, facts
from core.database import write
from core.html import clean_line, clean_text
from core.permissions import require
from proposals.models import Proposal


@dataclass(frozen=True)
class Imported:
    """One comment to take over. `parent` is the place in the same list of the comment it replies to.

    An empty text is kept and shown as "[empty]"; a tombstone has none.
    """

    text: str
    at: datetime
    credited_to: str = ""
    parent: int | None = None
    tombstone: bool = False


def import_comments(*, by: Any, proposal: Proposal, comments: Sequence[Imported]) -> list[Comment]:
    """Take over a whole discussion in one go, in the order given: a parent stands before its replies.

    One fact for all of it. Raises Refused; ValidationError for a parent that does not come first.
    """
    made: list[Comment] = []
    with write():
        require(Permission.IMPORT_COMMENTS, by, proposal, at=clock.now())
        for place, row in enumerate(comments):
            if row.parent is not None and not 0 <= row.parent < place:
                raise ValidationError(_("A reply stands before the comment it answers."), code="order")
            made.append(_insert(proposal, row, made[row.parent] if row.parent is not None else None))
        data = {"proposal": proposal.pk, "count": len(made)}
        facts.record("comment.imported", by=by, on=proposal, contest=proposal.contest_id, data=data)
    return made


def import_comment(
    *, by: Any, proposal: Proposal, text: str, at: datetime, parent: Comment | None = None, credited_to: str = "",
    tombstone: bool = False,
) -> Comment:  # fmt: skip
    """Take over one comment, credited by name; a missing parent is imported first, as a tombstone. Raises Refused."""
    with write():
        require(Permission.IMPORT_COMMENTS, by, proposal, at=clock.now())
        if parent is not None and parent.proposal_id != proposal.pk:
            raise ValidationError({"parent": _("The comment you reply to is not part of this discussion.")})
        made = _insert(proposal, Imported(text=text, at=at, credited_to=credited_to, tombstone=tombstone), parent)
        data = {"proposal": proposal.pk, "count": 1}
        facts.record("comment.imported", by=by, on=made, contest=proposal.contest_id, data=data)
    return made


def _insert(proposal: Proposal, row: Imported, parent: Comment | None) -> Comment:
    return Comment.objects.create(
        proposal=proposal,
        parent=parent,
        credited_to="" if row.tombstone else clean_line(row.credited_to)[:120],
        text="" if row.tombstone else clean_text(row.text).strip(),
        is_tombstone=row.tombstone,
        at=row.at,
    )
