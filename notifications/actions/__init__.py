"""The verbs of notifications."""

from notifications.actions.fanning import fan_out
from notifications.actions.reading import mark_all_read, mark_read
from notifications.actions.releasing import release_copy, waiting_mail
from notifications.actions.sending import forget_waiting_mail, send_waiting
from notifications.actions.table import NOTICES, why

__all__ = [
    "NOTICES",
    "fan_out",
    "forget_waiting_mail",
    "mark_all_read",
    "mark_read",
    "release_copy",
    "send_waiting",
    "waiting_mail",
    "why",
]
