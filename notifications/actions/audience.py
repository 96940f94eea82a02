"""Groups of people. Each is a condition on users, so that groups add up and nobody is told twice."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from community.models import Follow
from contests.models import Contest, Membership, Phase
from contests.roles import Role
from proposals.models import TeamMember
from proposals.transitions import Status
from voting.models import Ballot


def people(*groups: Q) -> QuerySet[User]:
    """Everybody in one of these groups who has an open account."""
    everybody = Q(pk__in=[])
    for group in groups:
        everybody |= group
    found: QuerySet[User] = User.objects.filter(everybody, is_active=True)
    return found


def one(user_id: int | None) -> Q:
    return Q(pk=user_id) if user_id is not None else Q(pk__in=[])


def team(proposal_id: int) -> Q:
    return Q(pk__in=TeamMember.objects.filter(proposal=proposal_id).values("user"))


def entered(phase: Phase) -> Q:
    """The teams of the proposals in this phase."""
    return Q(pk__in=TeamMember.objects.filter(proposal__entries__phase=phase).values("user"))


def authors(contest: Contest, *statuses: Status) -> Q:
    """The teams of the contest's proposals with one of these statuses; of the submitted ones, if none is named."""
    wanted = statuses or (Status.SUBMITTED,)
    members = TeamMember.objects.filter(proposal__contest=contest, proposal__status__in=wanted)
    return Q(pk__in=members.values("user"))


def writers(contest: Contest) -> Q:
    """The teams of submitted proposals and of drafts: everybody with something to lose at a deadline."""
    return authors(contest, Status.DRAFT, Status.SUBMITTED)


def followers(contest: Contest) -> Q:
    return Q(pk__in=Follow.objects.filter(contest=contest).values("user"))


def with_role(contest: Contest, *roles: Role) -> Q:
    members = Membership.objects.filter(contest=contest)
    return Q(pk__in=(members.filter(role__in=roles) if roles else members).values("user"))


def voters(contest: Contest) -> Q:
    """Who cast a ballot that was not withdrawn; that they voted, never how."""
    ballots: Any = Ballot.objects.filter(phase__contest=contest).exclude(state="withdrawn")
    return Q(pk__in=ballots.values("voter"))
