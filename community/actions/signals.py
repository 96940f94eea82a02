"""Supporting proposals and following contests. Each states what shall be; saying it twice changes nothing."""

from __future__ import annotations

from typing import Any

from community.models import Follow, Support
from community.rules import Permission
from contests.models import Contest
from contests.rules import SIGN_IN
from core import clock, facts
from core.database import write
from core.permissions import Refused, require
from proposals.models import Proposal


def support(*, by: Any, proposal: Proposal) -> bool:
    """Show public support. Answers whether it is new. Raises Refused; during voting nobody supports, people vote."""
    with write():
        now = clock.now()
        require(Permission.SUPPORT, by, proposal, at=now)
        given, new = Support.objects.get_or_create(proposal=proposal, user=by, defaults={"at": now})
        if new:
            data = {"proposal": proposal.pk}
            facts.record("support.given", by=by, on=given, contest=proposal.contest_id, data=data)
    return new


def unsupport(*, by: Any, proposal: Proposal) -> bool:
    """Take support back while supporting is open. Answers whether there was any. Raises Refused."""
    with write():
        require(Permission.SUPPORT, by, proposal, at=clock.now())
        gone, _ = Support.objects.filter(proposal=proposal, user=by).delete()
        if gone:
            data = {"proposal": proposal.pk}
            facts.record("support.withdrawn", by=by, on=proposal, contest=proposal.contest_id, data=data)
    return bool(gone)


def follow(*, by: Any, contest: Contest) -> bool:
    """Hear of a contest from now on. Answers whether it is new. Raises Refused."""
    with write():
        now = clock.now()
        require(Permission.FOLLOW, by, contest, at=now)
        following, new = Follow.objects.get_or_create(contest=contest, user=by, defaults={"at": now})
        if new:
            facts.record("contest.followed", by=by, on=following, contest=contest.pk, quiet=True)
    return new


def unfollow(*, by: Any, contest: Contest) -> bool:
    """Stop hearing of a contest; always possible, also when it can no longer be seen. Raises Refused for a visitor."""
    if not by.is_authenticated:
        raise Refused(SIGN_IN)
    with write():
        gone, _ = Follow.objects.filter(contest=contest, user=by).delete()
        if gone:
            facts.record("contest.unfollowed", by=by, on=contest, contest=contest.pk, quiet=True)
    return bool(gone)
