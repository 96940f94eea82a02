"""What the demo's past leaves undone on purpose: letters that nobody will ever read."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from community.models import Comment
from contests.models import Invitation
from core import clock
from core.models import Due
from notifications import actions as notifications
from proposals.models import Proposal, TeamMember

TO_ONE_TEAM = ("ballot.cast", "ballot.changed", "proposal.submitted", "comment.written", "person.invited")


def pass_over(readers: list[User]) -> None:
    """Send no mail of the past: it counts as sent. Write what concerns one person or team only for those who can read it.

    That is for the people who can sign in; what a whole contest is told, everybody in it is told.
    """
    notifications.forget_waiting_mail()
    waiting = Due.objects.filter(state=Due.State.WAITING)
    done(waiting.filter(follower="notifications.send"))
    letters = waiting.filter(follower="notifications.announce", fact__verb__in=TO_ONE_TEAM)
    rows = list(letters.values_list("pk", "fact__verb", "fact__actor_id", "fact__subject_id"))
    if rows:
        done(waiting.filter(pk__in={row[0] for row in rows} - _concerning(readers, rows)))


def done(rows: QuerySet[Due]) -> None:
    """Mark due work as done: there is nothing left to do about it."""
    rows.update(state=Due.State.DONE, done_at=clock.now(), attempts=1)


def _concerning(readers: list[User], rows: list[tuple[int, str, int, int]]) -> set[int]:
    """Which of these letters (row, verb, actor, subject) reach one of the readers."""
    own = TeamMember.objects.filter(user__in=readers).values("proposal")
    looks: dict[str, QuerySet[Any]] = {
        "proposal.submitted": Proposal.objects.filter(pk__in=own),
        "comment.written": Comment.objects.filter(Q(proposal__in=own) | Q(parent__author__in=readers)),
        "person.invited": Invitation.objects.filter(email__in=[reader.email for reader in readers]),
    }
    them = {reader.pk for reader in readers}
    found = {pk for pk, verb, actor, _subject in rows if verb not in looks and actor in them}
    for verb, look in looks.items():
        about = {subject: pk for pk, said, _actor, subject in rows if said == verb}
        if about:
            found |= {about[subject] for subject in look.filter(pk__in=about).values_list("pk", flat=True)}
    return found
