"""The cast of characters and the stage: people, a contest, and moments in it.

Tests read `with during(contest, "voting"): ...`. Everything here goes through the actions.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.utils.text import slugify

from accounts.models import User
from contests import actions as contests
from contests.models import Contest, Membership, Phase
from contests.phases import Kind
from contests.roles import Role
from core import clock, due
from judging import actions as judging
from judging.models import Assignment, Review
from proposals import actions as proposals
from proposals.models import Entry, Proposal, TeamMember

START = datetime(2027, 3, 1, 9, 0, tzinfo=UTC)
ANSWERS = {
    "summary": "We paint the roofs of 200 homes white before the hot season.",
    "who": "A youth cooperative, the ward council and the university.",
    "impact": "Indoor peaks fall by two to four degrees.",
    "cost": "Paint and brushes for 3,200 euros.",
}


def person(name: str, **fields: Any) -> User:
    """A member with a confirmed address `name@people.example` and the password `correct horse`."""
    handle = slugify(name)
    user = User.objects.create_user(
        f"{handle}@people.example", "correct horse", handle=handle, display_name=name, **fields
    )
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    return user


def organiser(name: str = "Olga Organiser") -> User:
    return person(name, can_create_contests=True)


def draft_contest(by: User, *, title: str = "Cool Cities", starts_at: datetime = START) -> Contest:
    """A draft from the climate-colab template, its checklist complete."""
    with clock.simulated(starts_at - timedelta(days=7)):
        contest = contests.create_from_template(
            by=by,
            title=title,
            question="How can a city keep its people cool without heating the planet?",
            template="climate-colab",
            time_zone="Europe/Madrid",
            starts_at=starts_at,
            organiser_name="City Climate Office",
        )
        return contests.edit_contest(by=by, contest=contest, brief="Summers get hotter. Show us what works.")


def contest(by: User, **fields: Any) -> Contest:
    """A published contest whose first phase opens at START."""
    made = draft_contest(by, **fields)
    with clock.simulated(made.phases.first().opens_at - timedelta(days=6)):  # type: ignore[union-attr]
        return contests.publish(by=by, contest=made)


def phase(contest: Contest, kind: str, nth: int = 1) -> Phase:
    """The nth phase of this kind, fresh from the database."""
    return Phase.objects.filter(contest=contest, kind=kind).order_by("position")[nth - 1]


def moment(contest: Contest, kind: str, nth: int = 1) -> datetime:
    """A time in that phase: one day after it opens."""
    return phase(contest, kind, nth).opens_at + timedelta(days=1)


@contextmanager
def during(contest: Contest, kind: str, nth: int = 1) -> Iterator[datetime]:
    """Live in that phase, with everything that the clock brings about by then done."""
    at = moment(contest, kind, nth)
    with clock.simulated(at):
        settle()
        yield at
        settle()


def settle() -> None:
    """Do what beat and the worker would have done by now."""
    contests.record_boundaries()
    due.run_pending()


def fresh(thing: Any) -> Any:
    """The same row, read anew, with nothing remembered."""
    return type(thing).objects.get(pk=thing.pk)


def member_of(contest: Contest, user: User, role: str) -> User:
    Membership.objects.create(contest=contest, user=user, role=Role(role), since=START)
    return user


def draft(by: User, contest: Contest, *, title: str = "Cool roofs", **fields: Any) -> Proposal:
    """A complete draft, not submitted."""
    with clock.simulated(moment(contest, Kind.SUBMISSION)):
        return proposals.start(
            by=by, contest=contest, title=title, pitch="White paint on 200 roofs.", answers=ANSWERS, **fields
        )


def submitted(by: User, contest: Contest, *, title: str = "Cool roofs", **fields: Any) -> Proposal:
    proposal = draft(by, contest, title=title, **fields)
    with clock.simulated(moment(contest, Kind.SUBMISSION)):
        proposals.submit(by=by, proposal=proposal, accept_rules=True)
        settle()
    return fresh(proposal)


def submitted_quickly(by: User, contest: Contest, *, title: str) -> Proposal:
    """A submitted proposal now, without the follow-up work: for large data."""
    proposal = proposals.start(by=by, contest=contest, title=title, pitch="White paint on 200 roofs.", answers=ANSWERS)
    proposals.submit(by=by, proposal=proposal, accept_rules=True)
    return proposal


def join(proposal: Proposal, user: User, role: str = "editor") -> User:
    TeamMember.objects.create(proposal=proposal, user=user, role=role, since=START)
    return user


# --- Judging -------------------------------------------------------------------------------------------------------


def judge(contest: Contest, name: str = "Jude Judge") -> User:
    """A person who judges this contest."""
    return member_of(contest, person(name), Role.JUDGE)


def entry_of(proposal: Proposal, nth: int = 1) -> Entry:
    """The proposal's entry in the nth judging phase, with the submission or revision before it closed."""
    with during(proposal.contest, Kind.JUDGING, nth):
        return Entry.objects.get(proposal=proposal, phase=phase(proposal.contest, Kind.JUDGING, nth))


def assigned(judge: User, entry: Entry) -> Assignment:
    """The organiser asks this judge to review this entry."""
    with clock.simulated(entry.phase.opens_at + timedelta(days=1)):
        judging.assign(by=entry.contest.created_by, phase=entry.phase, pairs=[(judge.pk, entry.pk)])
    return Assignment.objects.get(judge=judge, entry=entry)


def review(judge: User, entry: Entry, points: int = 4, feedback: str = "Clear and well reasoned.") -> Review:
    """A done review, the same points for every criterion; assigned first where it was not."""
    assignment = assigned(judge, entry)
    marks = {criterion.pk: points for criterion in entry.phase.criteria.all()}
    with clock.simulated(entry.phase.opens_at + timedelta(days=2)):
        judging.save_review(by=judge, assignment=assignment, version=0, marks=marks, feedback=feedback)
        done = judging.mark_done(by=judge, assignment=assignment)
        settle()
    return done


def judged(contest: Contest, nth: int = 1, *, advancing: list[Proposal] | None = None) -> None:
    """The nth judging is over: one judge has reviewed every entry, `advancing` (default: all) go on, it is released."""
    at = phase(contest, Kind.JUDGING, nth)
    with during(contest, Kind.JUDGING, nth):
        entries = list(Entry.objects.of_phase(at))
    member = Membership.objects.filter(contest=contest, role=Role.JUDGE).first()
    reader = member.user if member else judge(contest, f"Jury of {contest.slug}")
    for entry in entries:
        if not entry.assignments.active().exists():
            review(reader, entry)
    going = {entry.proposal_id for entry in entries} if advancing is None else {p.pk for p in advancing}
    decisions = {entry.pk: "advances" if entry.proposal_id in going else "stays" for entry in entries}
    assert at.closes_at is not None
    with clock.simulated(at.closes_at + timedelta(minutes=1)):
        settle()
        judging.decide(by=contest.created_by, phase=at, decisions=decisions)
        judging.release(by=contest.created_by, phase=at)
        settle()
