"""Judging over REST: the same actions as the pages."""

from judging.api.deciding import Assign, Release, Shortlist
from judging.api.reviewing import (
    AssignmentList,
    DeclareConflict,
    Decline,
    Done,
    Feedback,
    ProposalConflict,
    ReviewDetail,
)

__all__ = [
    "Assign",
    "AssignmentList",
    "DeclareConflict",
    "Decline",
    "Done",
    "Feedback",
    "ProposalConflict",
    "Release",
    "ReviewDetail",
    "Shortlist",
]
