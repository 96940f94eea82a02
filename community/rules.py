"""Who may take part in the talk about proposals. Supports are not votes; the phase table says when they are open."""

from __future__ import annotations

import enum
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rules import predicate

import proposals.rules  # noqa: F401  its bricks and map come first
from contests.phases import Capability
from contests.rules import in_phase, organises, sees_contest, signed_in, visible
from core.permissions import Clause, Refusal, Situation, grant
from core.permissions import Kind as No
from proposals.transitions import Status

EDIT_WINDOW = timedelta(minutes=15)


class Permission(enum.StrEnum):
    COMMENT = "community:comment:create"
    EDIT_COMMENT = "community:comment:edit"
    DELETE_COMMENT = "community:comment:delete"
    IMPORT_COMMENTS = "community:comment:import"
    SUPPORT = "community:support:change"
    FOLLOW = "community:follow:change"


@predicate
def is_submitted(user: Any, situation: Situation) -> bool:
    return bool(situation.on.status == Status.SUBMITTED)


@predicate
def wrote_it(user: Any, situation: Situation) -> bool:
    return bool(situation.on.author_id is not None and situation.on.author_id == user.pk)


@predicate
def still_stands(user: Any, situation: Situation) -> bool:
    return not situation.on.is_tombstone


@predicate
def in_edit_window(user: Any, situation: Situation) -> bool:
    return bool(situation.at < situation.on.at + EDIT_WINDOW)


submitted = Clause(
    is_submitted, Refusal(No.NOT_NOW, "not_submitted", _("This is possible once the proposal is submitted."))
)
own = Clause(wrote_it, Refusal(No.NEVER, "authors_only", _("Only the person who wrote this comment can do this.")))
standing = Clause(still_stands, Refusal(No.NOT_NOW, "deleted", _("This comment was deleted.")))
fresh = Clause(
    in_edit_window,
    Refusal(
        No.NOT_NOW,
        "too_late_to_edit",
        _("A comment can be edited for 15 minutes. After that, write another one or delete this one."),
    ),
)

grant(
    {
        Permission.COMMENT: (visible, signed_in, submitted, in_phase(Capability.COMMENT)),
        Permission.EDIT_COMMENT: (visible, signed_in, standing, own, fresh),
        Permission.DELETE_COMMENT: (visible, signed_in, standing, own),
        Permission.IMPORT_COMMENTS: (sees_contest, signed_in, organises),
        Permission.SUPPORT: (visible, signed_in, submitted, in_phase(Capability.SUPPORT)),
        Permission.FOLLOW: (visible, signed_in),
    }
)
