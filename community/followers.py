"""What community does when a fact is recorded."""

from __future__ import annotations

from community import actions
from core.facts import follow
from core.models import Fact


@follow("comment.written", "comment.deleted", "comment.imported", "support.given", "support.withdrawn")
def count_talk(fact: Fact) -> None:
    actions.recount(proposal_id=fact.data["proposal"])
