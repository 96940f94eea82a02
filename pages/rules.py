"""The one primary action of a contest's action bar, chosen by phase and person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from contests.models import Contest
from contests.phases import Kind
from contests.roles import Role
from contests.rules import every_role, remember_roles, remember_seen
from contests.transitions import Status
from core.permissions import allowed
from core.registries import Step, steps
from judging.rules import Permission as JudgingPermission
from pages.phases import moment
from pages.querysets import own_proposal
from proposals.models import Proposal


def recall(user: Any, row: Any) -> None:
    """Keep what came with a page's row, read through `visible_to`, for what is left of this request."""
    remember_seen(user, row)
    if user.is_authenticated:
        # Taken off the row, which a page draws once for everybody.
        remember_roles(user, [(role["contest"], role["role"]) for role in vars(row).pop("roles")])


@dataclass(frozen=True)
class Action:
    """What the primary button says and where it leads; `post` when pressing it already does it."""

    verb: str
    url: str
    sentence: str = ""
    post: bool = False


def main_action(
    contest: Contest, user: Any, *, at: datetime, roles: Collection[str], follows: bool
) -> Action:
    """What waits most urgently for this person here, else what the phase offers to everybody. Never nothing."""
    waiting = steps(user, [contest], at=at) if contest.status != Status.ARCHIVED else []
    if waiting:
        return Action(waiting[0].verb, waiting[0].url, waiting[0].sentence)
    if Role.ORGANISER in roles:
        return Action(_("Manage this contest"), reverse("manage_setup", args=[contest.slug]))
    reading = moment(contest.timeline, at).word in (Kind.JUDGING, "waiting", "between")
    if reading and (own := own_proposal(user, contest)) is not None:
        return Action(_("See your proposal"), own.get_absolute_url(), _("It is with the judges."))
    return _offer(contest, at, may_enter=Role.JUDGE not in roles, follows=follows)


def _offer(contest: Contest, at: datetime, *, may_enter: bool, follows: bool) -> Action:
    """The default of each phase (the table of the design), for somebody for whom nothing waits."""
    read = Action(_("Read the proposals"), reverse("contest_proposals", args=[contest.slug]))
    results = Action(_("See the results"), reverse("contest_results", args=[contest.slug]))
    now = moment(contest.timeline, at)
    if has_results(contest):
        return results
    if contest.status == Status.DRAFT or (now.word == "upcoming" and follows):
        return Action(_("Read the proposals"), read.url, _("Proposals appear here once the contest is open."))
    if now.word == "upcoming":
        sentence = _("We tell you when it opens.")
        return Action(_("Follow"), reverse("contest_follow", args=[contest.slug]), sentence, post=True)
    if now.word in (Kind.SUBMISSION, Kind.WORKSPACE) and may_enter:
        return Action(_("Start a proposal"), reverse("proposal_new", args=[contest.slug]))
    if now.word == Kind.VOTING:
        return Action(_("Vote"), reverse("contest_vote", args=[contest.slug]))
    return read


def has_results(contest: Contest) -> bool:
    """Whether the last count has been released: a voting or results phase says so."""
    return any(phase.released_at and phase.kind in (Kind.VOTING, Kind.RESULTS) for phase in contest.phases.all())


def waiting_for(user: Any, contests: list[Contest], *, at: datetime) -> list[tuple[Step, Contest]]:
    """Everything that waits for this person in these contests, each with its contest, most urgent first.

    An offer to enter is left out where they have a role: whoever runs or judges a contest is not asked to answer it.
    """
    by_id = {contest.pk: contest for contest in contests if contest.status != Status.ARCHIVED}
    if not by_id:
        return []
    serves = [pk for pk in by_id if every_role(user).get(pk)]
    entering = {reverse("proposal_new", args=[by_id[pk].slug]) for pk in serves}
    found = steps(user, list(by_id.values()), at=at)
    return [(step, by_id[step.contest_id]) for step in found if step.url not in entering]


def shows_feedback(proposal: Proposal, user: Any, *, at: datetime) -> bool:
    """Whether released feedback waits here for this person: judging's own rule, not asked before any release."""
    if not any(span.kind is Kind.JUDGING and span.released for span in proposal.contest.timeline.spans):
        return False
    if not user.is_authenticated:
        return proposal.contest.feedback_is_public
    return allowed(JudgingPermission.VIEW_FEEDBACK, user, proposal, at=at)
