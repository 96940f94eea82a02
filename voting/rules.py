"""Who may cast a ballot, when, and for what. Every question is asked of a Booth."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from rules import predicate

from contests.models import Phase
from contests.phases import Capability
from contests.rules import HIDDEN, NOT_PUBLISHED, SIGN_IN, contest_is_published, is_signed_in, not_in_this_phase
from core.permissions import Clause, Refusal, Situation, grant
from core.permissions import Kind as No
from voting.querysets import Booth

MOST_LINES = 1_000
"""Far above any ballot: nobody makes the server read a million numbers."""


class Permission(enum.StrEnum):
    CAST_BALLOT = "voting:ballot:cast"
    WITHDRAW_BALLOT = "voting:ballot:withdraw"


def most_choices(phase: Phase) -> int:
    """How many proposals one ballot may name."""
    return int(phase.settings.get("most", 1))


@predicate
def sees_contest(user: Any, situation: Situation) -> bool:
    booth: Booth = situation.on
    return booth.is_visible


@predicate
def is_open(user: Any, situation: Situation) -> bool:
    """It is this very phase that grants voting at that time, not another one of the contest."""
    booth: Booth = situation.on
    span = booth.contest.timeline.granting(Capability.VOTE, situation.at)
    return span is not None and span.id == booth.phase.pk


@predicate
def is_verified(user: Any, situation: Situation) -> bool:
    booth: Booth = situation.on
    return booth.is_verified


def why_not_open(user: Any, situation: Situation) -> Refusal:
    """Over, not yet, waiting for the judges, or not published."""
    booth: Booth = situation.on
    if not contest_is_published(user, situation):
        return NOT_PUBLISHED
    if booth.phase.span.is_over(situation.at):
        words = _("Voting has closed. Ballots can no longer be cast or changed.")
        return Refusal(No.NOT_NOW, "voting_closed", words, closed=booth.phase.span, on=booth.contest)
    if situation.at < booth.phase.opens_at:
        return Refusal(No.NOT_NOW, "phase_not_open", _("Voting is not open yet."), until=booth.phase.opens_at, on=booth.contest)
    return not_in_this_phase(Capability.VOTE, on=booth, at=situation.at)


visible = Clause(sees_contest, HIDDEN)
open_now = Clause(contest_is_published & is_open, why_not_open)
signed_in = Clause(is_signed_in, SIGN_IN)
verified = Clause(
    is_verified,
    Refusal(
        No.NEVER,
        "address_not_confirmed",
        _("Only people with a confirmed e-mail address vote. Sign in with a code to confirm yours."),
    ),
)

grant(
    {
        # The phase comes before the person: nobody is sent to sign in for a vote that is not open.
        Permission.CAST_BALLOT: (visible, open_now, signed_in, verified),
        Permission.WITHDRAW_BALLOT: (visible, open_now, signed_in),
    }
)


def problem_with(choices: Sequence[int], booth: Booth) -> Refusal | None:
    """What is wrong with these choices (entry ids) on a ballot of this booth; None when they may be cast."""
    most = most_choices(booth.phase)
    if not choices:
        return _not_so("no_choice", _("Choose at least one proposal. To take your vote back, withdraw it."))
    if len(choices) > most:
        words = ngettext_lazy("You can choose only %(most)d proposal.", "You can choose at most %(most)d proposals.", most)
        return _not_so("too_many_choices", words % {"most": most})
    if booth.known != len(choices):
        return _not_so("not_on_ballot", _("A proposal you chose is not on this ballot, or no longer. Look through it again."))
    if booth.own and not booth.contest.authors_may_vote:
        return _not_so("own_proposal", _("In this contest nobody votes for a proposal of their own team."))
    return None


CHOICE_PROBLEMS = frozenset({"no_choice", "too_many_choices", "not_on_ballot", "own_proposal"})


def _not_so(code: str, reason: Any) -> Refusal:
    return Refusal(No.NOT_NOW, code, reason)
