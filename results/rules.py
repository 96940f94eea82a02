"""Who counts and who announces."""

from __future__ import annotations

import enum
from typing import Any

from django.utils.translation import gettext_lazy as _
from rules import predicate

from contests.phases import GRANTS, Capability, Kind
from contests.rules import organises, sees_contest, signed_in
from core.permissions import Clause, Refusal, Situation, grant
from core.permissions import Kind as No
from results.models import Tally
from results.querysets import ledger_position


class Permission(enum.StrEnum):
    COUNT_BALLOTS = "results:tally:make"
    RELEASE_RESULTS = "results:result:release"


def is_vote(kind: str) -> bool:
    """Whether phases of this kind take ballots, so that there is something to count."""
    return Capability.VOTE in GRANTS[Kind(kind)]


@predicate
def is_counted_phase(user: Any, situation: Situation) -> bool:
    return is_vote(situation.on.kind)


@predicate
def has_closed(user: Any, situation: Situation) -> bool:
    return bool(situation.on.span.is_over(situation.at))


@predicate
def is_unreleased(user: Any, situation: Situation) -> bool:
    return situation.on.released_at is None


@predicate
def is_counted(user: Any, situation: Situation) -> bool:
    return Tally.objects.latest_of(situation.on) is not None


@predicate
def is_current(user: Any, situation: Situation) -> bool:
    """The ledger has not moved since the count."""
    tally = Tally.objects.latest_of(situation.on)
    return tally is not None and tally.position == ledger_position(situation.on)


def _still_running(user: Any, situation: Situation) -> Refusal:
    words = _("Ballots are counted when voting has closed.")
    return Refusal(No.NOT_NOW, "voting_runs", words, until=situation.on.ends_at, on=situation.on.contest)


a_vote = Clause(is_counted_phase, Refusal(No.NOT_NOW, "no_vote", _("There are no ballots in this phase.")))
closed = Clause(has_closed, _still_running)
unreleased = Clause(is_unreleased, Refusal(No.NOT_NOW, "released", _("These results have been released already.")))
counted = Clause(is_counted, Refusal(No.NOT_NOW, "not_counted", _("The ballots are still being counted. Try again in a minute.")))
current = Clause(
    is_current, Refusal(No.NOT_NOW, "ledger_moved", _("Ballots have changed since they were counted. Count them again first."))
)

grant(
    {
        # The clock may count too, without asking: see `actions.tally`.
        Permission.COUNT_BALLOTS: (sees_contest, signed_in, organises, a_vote, closed, unreleased),
        Permission.RELEASE_RESULTS: (sees_contest, signed_in, organises, a_vote, unreleased, closed, counted, current),
    }
)
