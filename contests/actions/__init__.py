"""The verbs of contests."""

from contests.actions.people import accept_invitation, decline_invitation, invite, remove_member, revoke_invitation
from contests.actions.phases import close_now, freeze_rubric, mark_released, record_boundaries
from contests.actions.schedule import set_schedule
from contests.actions.setup import (
    create_from_template,
    edit_contest,
    mark_sections_used,
    publish,
    set_rubric,
    set_sections,
    templates,
)

__all__ = [
    "accept_invitation",
    "close_now",
    "create_from_template",
    "decline_invitation",
    "edit_contest",
    "freeze_rubric",
    "invite",
    "mark_released",
    "mark_sections_used",
    "publish",
    "record_boundaries",
    "remove_member",
    "revoke_invitation",
    "set_rubric",
    "set_schedule",
    "set_sections",
    "templates",
]
