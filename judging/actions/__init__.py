"""The verbs of judging."""

from judging.actions.assigning import assign, assign_balanced, declare_conflict, decline
from judging.actions.deciding import decide, release, undecided
from judging.actions.letters import Letter, feedback_of, letter_for, letters_of, preview_of
from judging.actions.reviewing import compute_scores, mark_done, save_review

__all__ = [
    "Letter",
    "assign",
    "assign_balanced",
    "compute_scores",
    "decide",
    "declare_conflict",
    "decline",
    "feedback_of",
    "letter_for",
    "letters_of",
    "mark_done",
    "preview_of",
    "release",
    "save_review",
    "undecided",
]
