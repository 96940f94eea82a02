"""What proposals do when a fact is recorded."""

from __future__ import annotations

from contests.models import Phase
from core.facts import follow
from core.models import Fact
from proposals import actions


@follow("phase.closed")
def freeze_revisions(fact: Fact) -> None:
    actions.freeze(phase=Phase.objects.get(pk=fact.subject_id))


@follow("proposal.submitted", "proposal.withdrawn", "proposal.imported")
def count_proposals(fact: Fact) -> None:
    if fact.contest_id is not None:
        actions.recount(contest_id=fact.contest_id)
