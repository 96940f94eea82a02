"""What judging does when a fact is recorded."""

from __future__ import annotations

from core.facts import follow
from core.models import Fact
from judging import actions


@follow("review.done", "review.reopened", "conflict.declared", "assignment.declined")
def score_entries(fact: Fact) -> None:
    actions.compute_scores(entries=fact.data["entries"])
