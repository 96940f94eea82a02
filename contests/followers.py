"""What contests do when a fact is recorded."""

from __future__ import annotations

from contests import actions
from core.facts import follow
from core.models import Fact


@follow("phase.released", "contest.published")
def open_what_was_waiting(fact: Fact) -> None:
    """A released judging phase lets the next one open at once; no need to wait for beat."""
    actions.record_boundaries()
