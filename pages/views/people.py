"""People: what somebody shows of themselves, and what waits for you."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from accounts.models import User
from community.models import Follow
from contests.models import Membership
from contests.roles import Role
from contests.rules import SIGN_IN
from core import clock
from core.permissions import Refused
from pages.querysets import contest_cards, listed_proposals, proposal_cards, soonest_first, staged, taking_part
from pages.rules import waiting_for
from proposals.models import Proposal, TeamMember

MOST_SHOWN = 48


def profile(request: HttpRequest, handle: str) -> HttpResponse:
    """Somebody's name, words about themselves, and the proposals they have submitted."""
    at = clock.now()
    person = get_object_or_404(User.objects.public(), handle=handle)
    written = TeamMember.objects.filter(user=person, role__in=("owner", "editor")).values("proposal")
    proposals = listed_proposals(request.user).filter(pk__in=written, credited_to="")
    newest = proposal_cards(proposals, at=at).order_by("-submitted_at", "-pk")[:MOST_SHOWN]
    context = {"now": at, "person": person, "proposals": list(newest), "is_you": request.user == person}
    return render(request, "pages/profile.html", context)


def me(request: HttpRequest) -> HttpResponse:
    """What waits for you, your proposals, and the contests you take part in."""
    user, at = request.user, clock.now()
    if not user.is_authenticated:
        raise Refused(SIGN_IN)
    contests = list(soonest_first(contest_cards(staged(taking_part(user), at=at)), at=at))
    roles = Membership.objects.filter(user=user)
    judging = set(roles.filter(role=Role.JUDGE).values_list("contest", flat=True))
    managing = set(roles.exclude(role=Role.JUDGE).values_list("contest", flat=True))
    follows = set(Follow.objects.filter(user=user).values_list("contest", flat=True))
    own = proposal_cards(Proposal.objects.of_team(user), at=at).order_by("-pk")[:MOST_SHOWN]
    context = {
        "now": at,
        "steps": waiting_for(user, contests, at=at),
        "proposals": list(own),
        "judging": [contest for contest in contests if contest.pk in judging],
        "managing": [contest for contest in contests if contest.pk in managing],
        "following": [contest for contest in contests if contest.pk in follows],
    }
    return render(request, "pages/me.html", context)
