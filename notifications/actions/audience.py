"""Groups of people. Each is a condition on users, so that groups add up and nobody is told twice."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from community.models import Follow
from contests.models import Contest, Membership
from contests.roles import Role
from proposals.models import Proposal, TeamMember
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


def teams(proposals: QuerySet[Proposal]) -> Q:
    return Q(pk__in=TeamMember.objects.filter(proposal__in=proposals.values("pk")).values("user"))


def authors(contest: Contest) -> Q:
    """The teams of the submitted proposals."""
    return teams(Proposal.objects.filter(contest=contest, status=Status.SUBMITTED))


def writers(contest: Contest) -> Q:
    """The teams of submitted proposals and of drafts: everybody with something to lose at a deadline."""
    return teams(Proposal.objects.filter(contest=contest, status__in=[Status.DRAFT, Status.SUBMITTED]))


def followers(contest: Contest) -> Q:
    return Q(pk__in=Follow.objects.filter(contest=contest).values("user"))


def with_role(contest: Contest, *roles: Role) -> Q:
    members = Membership.objects.filter(contest=contest)
    return Q(pk__in=(members.filter(role__in=roles) if roles else members).values("user"))


def voters(contest: Contest) -> Q:
    """Who cast a ballot that was not withdrawn; that they voted, never how."""
    ballots: Any = Ballot.objects.filter(phase__contest=contest).exclude(state="withdrawn")
    return Q(pk__in=ballots.values("voter"))
