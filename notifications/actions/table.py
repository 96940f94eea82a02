"""The audience table: which fact is told, under which name, why, and by which letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.models import Fact
from notifications.actions import letters
from notifications.actions.letters import Letter


@dataclass(frozen=True)
class Notice:
    """One sort of notice. `name` is also its template, `emails/<name>.txt`."""

    name: str
    why: str | Promise
    letters: Callable[[Fact], Iterable[Letter]]


NOTICES: dict[str, Notice] = {
    "person.invited": Notice("invitation", _("because somebody invited you to a role"), letters.invited),
    "invitation.accepted": Notice("accepted", _("because you sent the invitation"), letters.invitation_accepted),
    "proposal.submitted": Notice("submitted", _("because you are on the team of this proposal"), letters.submitted),
    "phase.opened": Notice(
        "phase_opened", _("because you follow this contest or take part in it"), letters.phase_opened
    ),
    "assignments.made": Notice("assigned", _("because you judge in this contest"), letters.assigned),
    "decisions.released": Notice("decided", _("because you are on the team of this proposal"), letters.decided),
    "ballot.cast": Notice("voted", _("because you voted"), letters.voted),
    "ballot.changed": Notice("voted", _("because you voted"), letters.voted),
    "results.released": Notice(
        "results", _("because you follow this contest or took part in it"), letters.results_released
    ),
    "contest.schedule_changed": Notice(
        "schedule", _("because you follow this contest or take part in it"), letters.schedule_changed
    ),
    "comment.written": Notice(
        "comment", _("because you are on the team of this proposal, or wrote what was answered"), letters.commented
    ),
}
_WHY = {notice.name: notice.why for notice in NOTICES.values()}


def why(name: str) -> str:
    """Why somebody got a notice of this name, as the end of "You get this …"."""
    return str(_WHY.get(name, ""))
