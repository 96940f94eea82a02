"""The verbs of proposals."""

from proposals.actions.entries import advance, award, freeze, release_awards
from proposals.actions.submitting import gaps, recount, submit, withdraw
from proposals.actions.writing import import_proposal, save_draft, set_cover, start

__all__ = [
    "advance",
    "award",
    "freeze",
    "gaps",
    "import_proposal",
    "recount",
    "release_awards",
    "save_draft",
    "set_cover",
    "start",
    "submit",
    "withdraw",
]
