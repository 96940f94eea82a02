"""What each fact has to say, and to whom: one function per notice, each answering the letters of one fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from accounts.models import User
from community.models import Comment
from contests.actions.people import token_of
from contests.models import Contest, Invitation, Phase, ScheduleChange
from contests.phases import Kind
from contests.roles import SENTENCES, Role
from core.models import Fact
from judging import actions as judging
from judging.models import Assignment
from notifications.actions import audience
from notifications.actions.audience import people
from proposals.models import Distinction, Entry, Proposal
from voting.models import Ballot


class Quote(str):
    """Words of a person that may have several lines; they are shown as a quote."""

    __slots__ = ()


@dataclass(frozen=True)
class Letter:
    """One text and everybody who gets it. Datetimes among the words are said in each reader's own zone."""

    to: QuerySet[User]
    url: str
    contest: Contest | None = None
    words: dict[str, Any] = field(default_factory=dict)
    dates: list[tuple[str, datetime]] = field(default_factory=list)
    address: str = ""
    """For somebody who may have no account yet."""
    part: int = 0
    """Tells apart the letters of one fact that may reach the same person."""


def contest_of(fact: Fact) -> Contest:
    contest: Contest = Contest.objects.with_phases().get(pk=fact.contest_id or 0)
    return contest


def subject_of(fact: Fact) -> int:
    return fact.subject_id or 0


def invited(fact: Fact) -> Iterable[Letter]:
    invitation = Invitation.objects.select_related("invited_by").filter(pk=subject_of(fact), used_at=None).first()
    if invitation is None:
        return
    words = {
        "by": str(invitation.invited_by),
        "role": invitation.role,
        "sentence": SENTENCES[Role(invitation.role)],
        "until": invitation.expires_at,
    }
    url = reverse("invitation", args=[token_of(invitation)])
    yield Letter(User.objects.none(), url, contest_of(fact), words, address=invitation.email)


def invitation_accepted(fact: Fact) -> Iterable[Letter]:
    invitation = Invitation.objects.select_related("accepted_by").get(pk=subject_of(fact))
    words = {"who": str(invitation.accepted_by), "role": invitation.role}
    contest = contest_of(fact)
    yield Letter(people(audience.one(invitation.invited_by_id)), contest.get_absolute_url(), contest, words)


def submitted(fact: Fact) -> Iterable[Letter]:
    proposal = Proposal.objects.get(pk=subject_of(fact))
    contest = contest_of(fact)
    team = audience.team(proposal.pk)
    words = {"title": proposal.title, "number": fact.data.get("number"), "at": fact.at}
    yield Letter(people(team), proposal.get_absolute_url(), contest, words, dates=dates_after(contest, fact.at))


def dates_after(contest: Contest, at: datetime) -> list[tuple[str, datetime]]:
    """The dates that lie ahead: when the running phase closes, and when each later one opens."""
    running = contest.timeline.running(at)
    ahead = [(span.name, span.opens_at) for span in contest.timeline.spans if span.opens_at > at]
    if running is not None and running.closes_at is not None:
        ahead.insert(0, (f"{running.name} closes", running.closes_at))
    return ahead


def phase_opened(fact: Fact) -> Iterable[Letter]:
    contest = contest_of(fact)
    phase = next(phase for phase in contest.phases.all() if phase.pk == fact.subject_id)
    entered = audience.entered(phase)
    table = {
        Kind.SUBMISSION: [audience.followers(contest)],
        Kind.WORKSPACE: [audience.followers(contest)],
        Kind.REVISION: [entered],
        Kind.JUDGING: [audience.with_role(contest, Role.JUDGE)],
        Kind.VOTING: [audience.followers(contest), audience.authors(contest), audience.with_role(contest)],
    }
    pages = {Kind.JUDGING: reverse("judge_queue"), Kind.VOTING: reverse("contest_vote", args=[contest.slug])}
    kind = Kind(phase.kind)
    words = {"phase": phase.name, "kind": kind.value, "until": phase.closes_at}
    yield Letter(people(*table.get(kind, [])), pages.get(kind, contest.get_absolute_url()), contest, words)


def assigned(fact: Fact) -> Iterable[Letter]:
    contest = contest_of(fact)
    phase = Phase.objects.get(pk=subject_of(fact))
    counts: dict[int, int] = {}
    for judge in Assignment.objects.filter(entry__phase=phase, state="open").values_list("judge", flat=True):
        counts[judge] = counts.get(judge, 0) + 1
    told = fact.data.get("judges")
    for judge, count in counts.items():
        if told is None or judge in told:
            words = {"phase": phase.name, "count": count, "until": phase.closes_at}
            yield Letter(people(audience.one(judge)), reverse("judge_queue"), contest, words)


def decided(fact: Fact) -> Iterable[Letter]:
    contest = contest_of(fact)
    phase = Phase.objects.get(pk=subject_of(fact))
    following = contest.timeline.after(phase.pk)
    for entry in phase.entries.select_related("proposal__contest", "phase").filter(decision__released_at__isnull=False):
        team = audience.team(entry.proposal_id)
        letter, advances = judging.letter_for(entry), entry.outcome == Entry.Outcome.ADVANCES
        words = {"title": entry.revision.title, "advances": advances, "sentence": letter.sentence}
        words |= {"own_words": Quote(letter.own_words), "closing": letter.closing}
        words["feedback"] = [(heading, Quote(text)) for heading, text in letter.feedback]
        if following is not None and advances:
            words |= {"next": following.name, "closes": following.closes_at}
        url = reverse("proposal_feedback", args=[entry.proposal_id])
        yield Letter(people(team), url, contest, words, part=entry.pk)


def voted(fact: Fact) -> Iterable[Letter]:
    ballot = Ballot.objects.select_related("phase").get(pk=subject_of(fact))
    contest = contest_of(fact)
    words = {"receipt": ballot.receipt, "changed": fact.verb == "ballot.changed"}
    words |= {"phase": ballot.phase.name, "until": ballot.phase.closes_at}
    url = reverse("contest_vote", args=[contest.slug])
    yield Letter(people(audience.one(ballot.voter_id)), url, contest, words)


def results_released(fact: Fact) -> Iterable[Letter]:
    contest = contest_of(fact)
    concerned = [audience.authors(contest), audience.voters(contest), audience.with_role(contest)]
    won = Distinction.objects.released(at=fact.at).filter(phase__contest=contest, kind__endswith="_choice")
    rows = won.select_related("proposal__submitted_revision").order_by("kind")
    winners = [(row.get_kind_display(), row.proposal.as_submitted.title) for row in rows]
    url = reverse("contest_results", args=[contest.slug])
    yield Letter(people(*concerned, audience.followers(contest)), url, contest, {"winners": winners})


def schedule_changed(fact: Fact) -> Iterable[Letter]:
    contest = contest_of(fact)
    change = ScheduleChange.objects.filter(contest=contest, at__lte=fact.at).first()
    concerned = [audience.followers(contest), audience.writers(contest), audience.with_role(contest)]
    words = {"reason": change.reason if change else ""}
    yield Letter(
        people(*concerned), contest.get_absolute_url(), contest, words, dates=dates_after(contest, fact.at)
    )


def commented(fact: Fact) -> Iterable[Letter]:
    comment = Comment.objects.select_related("proposal", "parent", "author").get(pk=subject_of(fact))
    if comment.is_tombstone:
        return
    contest = contest_of(fact)
    url = f"{comment.proposal.get_absolute_url()}#comment-{comment.pk}"
    words = {"title": comment.proposal.as_submitted.title, "who": str(comment.author), "text": Quote(comment.text)}
    answered = comment.parent.author_id if comment.parent else None
    team = audience.team(comment.proposal_id)
    writer = fact.actor_id or 0
    replied_to = people(audience.one(answered)).exclude(pk=writer)
    yield Letter(replied_to, url, contest, words | {"reply": True})
    yield Letter(people(team).exclude(pk__in=[writer, answered or 0]), url, contest, words)
