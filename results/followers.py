"""What results do when a fact is recorded."""

from __future__ import annotations

from contests.models import Phase
from core.facts import follow
from core.models import Fact
from results import actions
from results.rules import is_vote


@follow("phase.closed")
def count_ballots(fact: Fact) -> None:
    if is_vote(fact.data["kind"]):
        actions.tally(phase=Phase.objects.get(pk=fact.subject_id))
