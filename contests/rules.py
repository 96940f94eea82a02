"""Who may do what with a contest."""

from __future__ import annotations

import enum
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from rules import predicate

from contests.models import Contest, Membership, Phase
from contests.phases import Capability, Kind
from contests.querysets import shows
from contests.roles import Role
from contests.transitions import Status
from core.permissions import Clause, Refusal, Situation, grant
from core.permissions import Kind as No


class Permission(enum.StrEnum):
    CREATE_CONTEST = "contests:contest:create"
    VIEW_CONTEST = "contests:contest:view"
    MANAGE_CONTEST = "contests:contest:manage"
    EDIT_CONTEST = "contests:contest:edit"
    EDIT_SCHEDULE = "contests:schedule:edit"
    EDIT_RUBRIC = "contests:rubric:edit"
    PUBLISH_CONTEST = "contests:contest:publish"
    INVITE = "contests:person:invite"


# --- Bricks that the houses above use too --------------------------------------------------------------------------


def roles_of(user: Any, contest: Contest) -> frozenset[str]:
    """The user's roles in the contest. Remembered for one request only, where core's middleware gave it a place."""
    if not user.is_authenticated:
        return frozenset()
    if "_every_role" in user.__dict__:
        return every_role(user).get(contest.pk, frozenset())
    known: dict[int, frozenset[str]] | None = user.__dict__.get("_roles_in")
    if known is not None and contest.pk in known:
        return known[contest.pk]
    roles = frozenset(Membership.objects.filter(user=user, contest=contest).values_list("role", flat=True))
    if known is not None:
        known[contest.pk] = roles
    return roles


def every_role(user: Any) -> Mapping[int, frozenset[str]]:
    """The user's roles by contest, those without one left out. One query a request, for pages that only show."""
    if not user.is_authenticated:
        return {}
    found: Mapping[int, frozenset[str]] | None = user.__dict__.get("_every_role")
    if found is not None:
        return found
    return remember_roles(user, Membership.objects.filter(user=user).values_list("contest", "role"))


def remember_roles(user: Any, rows: Iterable[tuple[int, str]]) -> Mapping[int, frozenset[str]]:
    """Keep every (contest, role) of the user for what is left of the request, where core's middleware gave it a place."""
    found: dict[int, frozenset[str]] = defaultdict(frozenset)
    for contest, role in rows:
        found[contest] |= {role}
    if "_roles_in" in user.__dict__:
        user.__dict__["_every_role"] = found
    return found


def sees(user: Any, contest: Contest) -> bool:
    """The list's policy asked of a contest just read: without a statement, unless a role decides."""
    return shows(contest, user, lambda: roles_of(user, contest))


def remember_seen(user: Any, thing: Any) -> None:
    """Say that a page has just read this through `visible_to`, so that `visible` does not ask it again in this request."""
    if "_roles_in" in user.__dict__:
        user.__dict__.setdefault("_seen", set()).add((type(thing), thing.pk))


def contest_of(thing: Any) -> Contest:
    """The contest a thing belongs to."""
    if isinstance(thing, Contest):
        return thing
    contest: Contest = thing.contest
    return contest


@predicate
def is_signed_in(user: Any, situation: Situation) -> bool:
    return bool(user.is_authenticated and user.is_active)


@predicate
def is_staff(user: Any, situation: Situation) -> bool:
    return bool(user.is_authenticated and user.is_staff)


@predicate
def may_create(user: Any, situation: Situation) -> bool:
    return bool(user.is_staff or user.can_create_contests)


def has_role(*roles: Role) -> Any:
    """A brick: the user has one of these roles in the thing's contest."""

    @predicate("has_role:" + ",".join(roles))
    def check(user: Any, situation: Situation) -> bool:
        return bool(roles_of(user, contest_of(situation.on)) & set(roles))

    return check


@predicate
def is_visible(user: Any, situation: Situation) -> bool:
    """The list's policy asked of one object, so that lists and objects agree."""
    if (type(situation.on), situation.on.pk) in user.__dict__.get("_seen", ()):
        return True
    return bool(type(situation.on).objects.visible_to(user).filter(pk=situation.on.pk).exists())


@predicate
def contest_is_published(user: Any, situation: Situation) -> bool:
    return bool(contest_of(situation.on).status == Status.PUBLISHED)


def phase_grants(capability: Capability) -> Any:
    """A brick: the contest's running phase allows this at the time asked about."""

    @predicate(f"phase_grants:{capability}")
    def check(user: Any, situation: Situation) -> bool:
        return contest_of(situation.on).timeline.granting(capability, situation.at) is not None

    return check


# --- Refusals ------------------------------------------------------------------------------------------------------

SIGN_IN = Refusal(No.SIGN_IN, "sign_in", _("Sign in first."))
HIDDEN = Refusal(No.HIDDEN, "not_found", _("There is nothing here that you can see."))
NOT_YOURS = Refusal(No.NEVER, "organisers_only", _("Only the organisers of this contest can do this."))
NOT_PUBLISHED = Refusal(No.NOT_NOW, "not_published", _("This contest is not published."))

_SENTENCES = {
    Capability.CREATE: _("New proposals are not taken now."),
    Capability.EDIT: _("Proposals cannot be edited now."),
    Capability.SUBMIT: _("Proposals cannot be submitted now."),
    Capability.WITHDRAW: _("Proposals cannot be withdrawn now."),
    Capability.REVISE: _("Proposals cannot be revised now."),
    Capability.SUPPORT: _("Proposals cannot be supported now."),
    Capability.COMMENT: _("Comments are closed now."),
    Capability.REVIEW: _("Reviews are not taken now."),
    Capability.DECIDE: _("Decisions are not open now."),
    Capability.VOTE: _("Voting is not open now."),
}


def not_in_this_phase(capability: Capability, *, on: Any, at: datetime) -> Refusal:
    """Why the phase forbids it, and when a later phase will allow it."""
    contest = contest_of(on)
    timeline = contest.timeline
    waiting = timeline.waiting(at)
    if waiting is not None:
        reason = _("This contest is waiting for the judges' decisions. “%(phase)s” starts when they are released.")
        return Refusal(No.NOT_NOW, "waiting_for_decisions", reason % {"phase": waiting.name}, on=contest)
    following = timeline.next_granting(capability, at)
    if following is not None:
        return Refusal(No.NOT_NOW, "phase_not_open", _SENTENCES[capability], until=following.opens_at, on=contest)
    closed = timeline.last_granting(capability, at)
    return Refusal(No.NOT_NOW, "phase_closed", _SENTENCES[capability], closed=closed, on=contest)


def in_phase(capability: Capability) -> Clause:
    """A clause: published, and in a phase that allows this."""
    return Clause(
        contest_is_published & phase_grants(capability),
        lambda user, situation: (
            not_in_this_phase(capability, on=situation.on, at=situation.at)
            if contest_is_published(user, situation)
            else NOT_PUBLISHED
        ),
    )


signed_in = Clause(is_signed_in, SIGN_IN)
visible = Clause(is_visible, HIDDEN)
organises = Clause(is_staff | has_role(Role.ORGANISER), NOT_YOURS)
sees_contest = Clause(
    predicate(lambda user, situation: is_visible(user, Situation(contest_of(situation.on), situation.at))), HIDDEN
)


@predicate
def rubric_is_free(user: Any, situation: Situation) -> bool:
    return isinstance(situation.on, Phase) and situation.on.rubric_frozen_at is None


@predicate
def is_judging(user: Any, situation: Situation) -> bool:
    return isinstance(situation.on, Phase) and situation.on.kind == Kind.JUDGING


grant(
    {
        Permission.CREATE_CONTEST: (
            signed_in,
            Clause(
                may_create,
                Refusal(No.NEVER, "no_right", _("The people who run this site give the right to create contests.")),
            ),
        ),
        Permission.VIEW_CONTEST: (visible,),
        Permission.MANAGE_CONTEST: (
            sees_contest,
            signed_in,
            Clause(is_staff | has_role(Role.ORGANISER, Role.ADVISOR, Role.FACILITATOR), NOT_YOURS),
        ),
        Permission.EDIT_CONTEST: (sees_contest, signed_in, organises),
        Permission.EDIT_SCHEDULE: (sees_contest, signed_in, organises),
        Permission.EDIT_RUBRIC: (
            sees_contest,
            signed_in,
            organises,
            Clause(is_judging, Refusal(No.NOT_NOW, "no_rubric", _("Only a judging phase has a rubric."))),
            Clause(
                rubric_is_free,
                Refusal(No.NOT_NOW, "rubric_frozen", _("A review is done, so the rubric can no longer change.")),
            ),
        ),
        Permission.PUBLISH_CONTEST: (
            sees_contest,
            signed_in,
            organises,
            Clause(
                ~contest_is_published,
                Refusal(No.NOT_NOW, "already_published", _("This contest is published already.")),
            ),
        ),
        Permission.INVITE: (sees_contest, signed_in, organises),
    }
)
