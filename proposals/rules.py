"""Who may do what with a proposal."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from rules import predicate

from contests.models import Contest
from contests.phases import Capability
from contests.roles import Role
from contests.rules import (
    NOT_PUBLISHED,
    contest_is_published,
    contest_of,
    every_role,
    has_role,
    in_phase,
    is_staff,
    not_in_this_phase,
    sees_contest,
    signed_in,
    visible,
)
from core.permissions import Clause, Refusal, Situation, grant
from core.permissions import Kind as No
from core.registries import Step
from proposals.models import Entry, Proposal, TeamMember
from proposals.roles import WRITERS
from proposals.transitions import Status, may_move


class Permission(enum.StrEnum):
    BEGIN_PROPOSAL = "proposals:proposal:begin"  # write into the form, before we know who it is
    CREATE_PROPOSAL = "proposals:proposal:create"
    VIEW_PROPOSAL = "proposals:proposal:view"
    EDIT_PROPOSAL = "proposals:proposal:edit"
    SUBMIT_PROPOSAL = "proposals:proposal:submit"
    WITHDRAW_PROPOSAL = "proposals:proposal:withdraw"
    VIEW_HISTORY = "proposals:revision:view"


def team_role(user: Any, proposal: Proposal) -> str | None:
    """The user's role in the team, asked anew each time: access ends at once (threat P10).

    Only a page that has just read the team for its one answer has it remembered.
    """
    if not user.is_authenticated:
        return None
    known: dict[int, str | None] = user.__dict__.get("_team_roles", {})
    if proposal.pk in known:
        return known[proposal.pk]
    return TeamMember.objects.filter(proposal=proposal, user=user).values_list("role", flat=True).first()


def remember_team_role(user: Any, proposal: Proposal, role: str | None) -> None:
    """Keep what a page has just read for what is left of its request, where core's middleware gave it a place."""
    if "_roles_in" in user.__dict__:
        user.__dict__.setdefault("_team_roles", {})[proposal.pk] = role


@predicate
def writes(user: Any, situation: Situation) -> bool:
    return team_role(user, situation.on) in WRITERS


@predicate
def is_on_team(user: Any, situation: Situation) -> bool:
    return team_role(user, situation.on) is not None


def _writable(now: Capability, revising: Capability) -> Any:
    """The phase allows the act for everybody, or it is a revision and this proposal has been advanced to it."""

    @predicate(f"writable:{now}")
    def check(user: Any, situation: Situation) -> bool:
        timeline = contest_of(situation.on).timeline
        if timeline.granting(now, situation.at) is not None:
            return True
        revision = timeline.granting(revising, situation.at)
        return revision is not None and Entry.objects.filter(phase=revision.id, proposal=situation.on).exists()

    return check


NOT_ADVANCED = Refusal(No.NOT_NOW, "not_advanced", _("Only proposals that were chosen to go on can be revised in this phase."))


def _why_not_writable(capability: Capability) -> Any:
    def explain(user: Any, situation: Situation) -> Refusal:
        if not contest_is_published(user, situation):
            return NOT_PUBLISHED
        timeline = contest_of(situation.on).timeline
        if timeline.granting(Capability.REVISE, situation.at) is not None:
            return NOT_ADVANCED
        return not_in_this_phase(capability, on=situation.on, at=situation.at)

    return explain


can_edit_now = Clause(contest_is_published & _writable(Capability.EDIT, Capability.REVISE), _why_not_writable(Capability.EDIT))
can_submit_now = Clause(
    contest_is_published & _writable(Capability.SUBMIT, Capability.REVISE), _why_not_writable(Capability.SUBMIT)
)
on_team = Clause(writes, Refusal(No.NEVER, "team_only", _("Only the team of this proposal can do this.")))
not_judge = Clause(
    ~has_role(Role.JUDGE),
    Refusal(No.NEVER, "judges_do_not_enter", _("You judge this contest, so you cannot enter it.")),
)


def _status_allows(new: Status) -> Any:
    return predicate(lambda user, situation: may_move(Status(situation.on.status), new))


is_not_removed = Clause(
    predicate(lambda user, situation: situation.on.status != Status.REMOVED),
    Refusal(No.NOT_NOW, "removed", _("This proposal was removed by the organisers.")),
)

grant(
    {
        Permission.BEGIN_PROPOSAL: (sees_contest, not_judge, in_phase(Capability.CREATE)),
        Permission.CREATE_PROPOSAL: (sees_contest, signed_in, not_judge, in_phase(Capability.CREATE)),
        Permission.VIEW_PROPOSAL: (visible,),
        Permission.EDIT_PROPOSAL: (visible, signed_in, on_team, is_not_removed, can_edit_now),
        Permission.SUBMIT_PROPOSAL: (
            visible,
            signed_in,
            on_team,
            can_submit_now,
            Clause(_status_allows(Status.SUBMITTED), Refusal(No.NOT_NOW, "status", _("This cannot be submitted now."))),
        ),
        Permission.WITHDRAW_PROPOSAL: (
            visible,
            signed_in,
            on_team,
            in_phase(Capability.WITHDRAW),
            Clause(
                _status_allows(Status.WITHDRAWN),
                Refusal(No.NOT_NOW, "not_submitted", _("Only a submitted proposal can be withdrawn.")),
            ),
        ),
        Permission.VIEW_HISTORY: (
            visible,
            signed_in,
            Clause(is_on_team | is_staff, Refusal(No.NEVER, "team_only", _("Only the team sees older versions."))),
        ),
    }
)


def next_steps(user: Any, contests: list[Contest], at: datetime) -> Iterator[Step]:
    """What a team still has to do in these contests, and for who has no proposal yet the invitation to start one."""
    open_now = [contest for contest in contests if contest.status == "published" and _takes_writing(contest, at)]
    mine = _written_by(user, open_now, at)
    roles = every_role(user) if open_now else {}
    for contest in open_now:
        own = [proposal for proposal in mine if proposal.contest_id == contest.pk]
        for proposal in own:
            yield from _step(contest, proposal, at)
        span = contest.timeline.granting(Capability.CREATE, at)
        if span is not None and not own and Role.JUDGE not in roles.get(contest.pk, ()):
            url = reverse("proposal_new", args=[contest.slug])
            known = user.is_authenticated
            words = _("A draft is seen by nobody but you.") if known else _("Write now; you sign in only to keep it.")
            yield Step(contest.pk, str(_("Start a proposal")), url, str(words), until=span.closes_at, urgency=40)


def _takes_writing(contest: Contest, at: datetime) -> bool:
    wanted = (Capability.CREATE, Capability.SUBMIT, Capability.REVISE)
    return any(contest.timeline.granting(capability, at) is not None for capability in wanted)


def _written_by(user: Any, contests: list[Contest], at: datetime) -> list[Any]:
    """The user's proposals in these contests; `advanced` when the revision that runs takes them. One query at most."""
    if not contests or not user.is_authenticated:
        return []
    spans = [contest.timeline.granting(Capability.REVISE, at) for contest in contests]
    entries = Entry.objects.filter(proposal=OuterRef("pk"), phase__in=[span.id for span in spans if span is not None])
    written = Proposal.objects.filter(contest__in=contests, team__user=user, team__role__in=WRITERS)
    return list(
        written.annotate(advanced=Exists(entries)).only("contest", "title", "status", "has_unsubmitted_changes", "submitted_at")
    )


def _step(contest: Contest, proposal: Any, at: datetime) -> Iterator[Step]:
    timeline = contest.timeline
    revision = timeline.granting(Capability.REVISE, at)
    if revision is not None and not proposal.advanced:
        return
    span = revision or timeline.granting(Capability.SUBMIT, at)
    if span is None or proposal.status not in (Status.DRAFT, Status.SUBMITTED):
        return
    title = {"title": proposal.title}
    where, until = [proposal.pk], span.closes_at if span.covers(at) else span.ends_at
    if proposal.status == Status.SUBMITTED and proposal.has_unsubmitted_changes:
        verb, words = _("Submit your changes"), _("Others still read the version of “%(title)s” that you submitted before.")
        yield Step(contest.pk, str(verb), reverse("proposal_submit", args=where), words % title, until=until, urgency=62)
    elif proposal.status == Status.DRAFT:
        verb, words = _("Continue your draft"), _("“%(title)s” is a draft. It counts once you submit it.")
        yield Step(contest.pk, str(verb), reverse("proposal_edit", args=where), words % title, until=until, urgency=60)
    elif revision is not None and proposal.submitted_at < revision.opens_at:  # done once it is submitted again
        verb, words = _("Revise your proposal"), _("“%(title)s” goes on. Use the feedback, then submit it again.")
        yield Step(contest.pk, str(verb), reverse("proposal_edit", args=where), words % title, until=until, urgency=61)
