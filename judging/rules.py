"""Who may judge, decide, release and read what judges wrote."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rules import predicate

from contests.models import Contest, Phase
from contests.phases import Capability
from contests.roles import Role
from contests.rules import (
    NOT_PUBLISHED,
    NOT_YOURS,
    SIGN_IN,
    contest_is_published,
    contest_of,
    has_role,
    is_judging,
    is_signed_in,
    is_staff,
    not_in_this_phase,
    organises,
    sees_contest,
    signed_in,
    visible,
)
from core.permissions import Clause, Refusal, Situation, grant
from core.permissions import Kind as No
from judging.models import Assignment, Conflict, Decision
from proposals.models import Entry, Proposal, TeamMember
from proposals.rules import is_on_team


class Permission(enum.StrEnum):
    ASSIGN = "judging:phase:assign"
    REVIEW = "judging:assignment:review"
    DECLARE_CONFLICT = "judging:conflict:declare"
    DECIDE = "judging:phase:decide"
    RELEASE = "judging:phase:release"
    VIEW_REVIEWS = "judging:review:view"
    VIEW_FEEDBACK = "judging:feedback:view"


# --- Bricks --------------------------------------------------------------------------------------------------------


def proposal_of(thing: Any) -> int | None:
    """The id of the proposal a thing is about; None for a phase."""
    if isinstance(thing, Proposal):
        return thing.pk
    if isinstance(thing, Assignment):
        return thing.entry.proposal_id
    return thing.proposal_id if isinstance(thing, Entry) else None


@predicate
def in_conflict(user: Any, situation: Situation) -> bool:
    """On the proposal's team, or with a conflict on record. Asked anew each time."""
    proposal = proposal_of(situation.on)
    if proposal is None or not user.is_authenticated:
        return False
    on_team = TeamMember.objects.filter(user=user, proposal=proposal).exists()
    return on_team or Conflict.objects.filter(judge=user, proposal=proposal).exists()


@predicate
def is_assigned(user: Any, situation: Situation) -> bool:
    return bool(situation.on.judge_id == user.pk)


@predicate
def is_active(user: Any, situation: Situation) -> bool:
    return situation.on.state in (Assignment.State.OPEN, Assignment.State.DONE)


@predicate
def entry_phase_grants(user: Any, situation: Situation) -> bool:
    """The phase of this very entry is the one that takes reviews: two judgings never mix."""
    span = contest_of(situation.on).timeline.granting(Capability.REVIEW, situation.at)
    return span is not None and span.id == situation.on.entry.phase_id


@predicate
def is_decidable(user: Any, situation: Situation) -> bool:
    span = contest_of(situation.on).timeline.decidable(situation.at)
    return span is not None and span.id == situation.on.pk


@predicate
def is_unreleased(user: Any, situation: Situation) -> bool:
    return situation.on.released_at is None


@predicate
def has_ended(user: Any, situation: Situation) -> bool:
    return situation.on.closes_at is None or situation.on.closes_at <= situation.at


@predicate
def feedback_is_public(user: Any, situation: Situation) -> bool:
    return bool(contest_of(situation.on).feedback_is_public)


@predicate
def has_released_decision(user: Any, situation: Situation) -> bool:
    return Decision.objects.released(at=situation.at).filter(entry__proposal=proposal_of(situation.on)).exists()


# --- Refusals ------------------------------------------------------------------------------------------------------

CONFLICT = Refusal(No.NEVER, "conflict", _("You are in conflict with this proposal, so its reviews stay closed to you."))
NO_JUDGING = Refusal(No.NOT_NOW, "no_judging", _("This is not a judging phase."))
RELEASED = Refusal(No.NOT_NOW, "released", _("The decisions of this phase are released; they can no longer change."))
NOT_ASSIGNED = Refusal(No.NEVER, "not_assigned", _("Only the judge who was asked can do this."))


def why_not_reviewable(user: Any, situation: Situation) -> Refusal:
    """The entry's phase has closed, has not opened, or waits."""
    if not contest_is_published(user, situation):
        return NOT_PUBLISHED
    phase: Phase = situation.on.entry.phase
    if phase.opens_at > situation.at:
        return Refusal(No.NOT_NOW, "phase_not_open", _("Reviews are not taken yet."), until=phase.opens_at, on=phase.contest)
    if phase.released_at is not None:
        return RELEASED
    if phase.closes_at is not None and phase.closes_at <= situation.at:
        words = _("This judging has ended, so reviews are no longer taken.")
        return Refusal(No.NOT_NOW, "phase_closed", words, closed=phase.span, on=phase.contest)
    return not_in_this_phase(Capability.REVIEW, on=situation.on, at=situation.at)


def why_not_decidable(user: Any, situation: Situation) -> Refusal:
    phase: Phase = situation.on
    if phase.released_at is not None:
        return RELEASED
    if phase.opens_at > situation.at:
        return Refusal(No.NOT_NOW, "phase_not_open", _("This judging has not begun."), until=phase.opens_at, on=phase.contest)
    return Refusal(No.NOT_NOW, "earlier_judging", _("Release the decisions of the judging before this one first."))


def why_not_ended(user: Any, situation: Situation) -> Refusal:
    reason = _("Judges are still reading. You can release the decisions once this judging has closed.")
    return Refusal(No.NOT_NOW, "judging_runs", reason, until=situation.on.closes_at, on=situation.on.contest)


def why_no_feedback(user: Any, situation: Situation) -> Refusal:
    if not is_signed_in(user, situation):
        return SIGN_IN
    return Refusal(No.NEVER, "team_only", _("What the judges wrote is for the team of this proposal."))


# --- The map -------------------------------------------------------------------------------------------------------

of_judging = Clause(is_judging, NO_JUDGING)
unreleased = Clause(is_unreleased, RELEASED)
published = Clause(contest_is_published, NOT_PUBLISHED)
decidable = Clause(is_decidable, why_not_decidable)
free_of_conflict = Clause(~in_conflict, CONFLICT)
oversees = is_staff | has_role(Role.ORGANISER)

grant(
    {
        Permission.ASSIGN: (
            sees_contest,
            signed_in,
            Clause(is_staff | has_role(Role.ORGANISER, Role.FACILITATOR), NOT_YOURS),
            of_judging,
            published,
            unreleased,
        ),
        Permission.REVIEW: (
            signed_in,
            visible,
            Clause(is_assigned & has_role(Role.JUDGE), NOT_ASSIGNED),
            free_of_conflict,
            Clause(is_active, Refusal(No.NOT_NOW, "not_active", _("This review was given back."))),
            Clause(contest_is_published & entry_phase_grants, why_not_reviewable),
        ),
        Permission.DECLARE_CONFLICT: (
            signed_in,
            visible,
            Clause(
                has_role(Role.JUDGE, Role.ORGANISER, Role.FACILITATOR),
                Refusal(No.NEVER, "judges_only", _("Only people who judge or run this contest can do this.")),
            ),
        ),
        Permission.DECIDE: (sees_contest, signed_in, organises, of_judging, published, decidable),
        Permission.RELEASE: (
            sees_contest,
            signed_in,
            organises,
            of_judging,
            published,
            decidable,
            Clause(has_ended, why_not_ended),
        ),
        Permission.VIEW_REVIEWS: (sees_contest, signed_in, organises, free_of_conflict),
        Permission.VIEW_FEEDBACK: (
            visible,
            Clause(feedback_is_public | is_on_team | (oversees & ~in_conflict), why_no_feedback),
            Clause(
                has_released_decision,
                Refusal(No.NOT_NOW, "not_released", _("No decision about this proposal has been released yet.")),
            ),
        ),
    }
)


def reads_letters(user: Any, proposal: Proposal, *, at: datetime) -> bool:
    """Whether this reader is meant by the letter itself, or runs the contest; others read the judges' words only."""
    situation = Situation(on=proposal, at=at)
    return bool(is_on_team(user, situation) or (oversees(user, situation) and not in_conflict(user, situation)))


def judging_phases(contest: Contest) -> list[Phase]:
    """The judging phases of a contest in order."""
    return [phase for phase in contest.phases.all() if phase.kind == "judging"]
