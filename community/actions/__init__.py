"""The verbs of community."""

from community.actions.importing import Imported, import_comment, import_comments
from community.actions.signals import follow, support, unfollow, unsupport
from community.actions.talking import comment, delete_own, edit, recount

__all__ = [
    "Imported",
    "comment",
    "delete_own",
    "edit",
    "follow",
    "import_comment",
    "import_comments",
    "recount",
    "support",
    "unfollow",
    "unsupport",
]
