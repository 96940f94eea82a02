"""Reads worth a name. Conflicts are taken out here, so that lists and objects agree (threat P7)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests.models import Membership, Phase
from contests.phases import Kind
from contests.roles import Role
from contests.rules import every_role
from core.compiled import Compiled
from core.registries import Step
from judging.methods.queue import order
from proposals.models import Entry, TeamMember
from proposals.querysets import EntryQuerySet

if TYPE_CHECKING:
    from judging.models import Assignment, Decision, Review  # noqa: F401  named in quotes below

NEWS = timedelta(days=30)
"""How long released feedback is offered as a next step."""


def conflicted(user: Any, proposal: str) -> Q:
    """Rows whose proposal (at this path) the user is in conflict with: own team, or a conflict on record."""
    conflicts = apps.get_model("judging", "Conflict").objects.filter(judge=user, proposal=OuterRef(proposal))
    team = TeamMember.objects.filter(user=user, proposal=OuterRef(proposal))
    return Q(Exists(conflicts)) | Q(Exists(team))


def shortlist(phase: Any, user: Any) -> EntryQuerySet:
    """The entries of a judging phase with score and pending decision, best mean first, for somebody who decides.

    What the user is in conflict with is not in it.
    """
    return (
        Entry.objects.of_phase(phase)
        .exclude(conflicted(user, "proposal"))
        .select_related("proposal__contest", "revision", "score", "decision")
        .order_by(models.F("score__mean").desc(nulls_last=True), "pk")
    )


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def visible_to(self, user: Any) -> AssignmentQuerySet:
        """A judge's own that are not in conflict; those of a contest for its organisers and facilitators."""
        if not user.is_authenticated:
            return self.none()
        return self._own(user).exclude(state__in=["recused", "declined"]) | self.overseen_by(user)

    def _own(self, user: Any) -> AssignmentQuerySet:
        """A judge's own: only while they judge the contest, never in conflict."""
        role = Membership.objects.filter(user=user, contest=OuterRef("entry__proposal__contest"), role=Role.JUDGE)
        return self.filter(Exists(role), judge=user).exclude(conflicted(user, "entry__proposal"))

    def overseen_by(self, user: Any) -> AssignmentQuerySet:
        """Those a person oversees: as organiser or facilitator, never of a proposal they are in conflict with."""
        if not user.is_authenticated:
            return self.none()
        if user.is_staff:
            return self.exclude(conflicted(user, "entry__proposal"))
        role = Membership.objects.filter(
            user=user, contest=OuterRef("entry__proposal__contest"), role__in=[Role.ORGANISER, Role.FACILITATOR]
        )
        return self.filter(Exists(role)).exclude(conflicted(user, "entry__proposal"))

    def queue_of(self, judge: Any) -> AssignmentQuerySet:
        """A judge's own work, not in conflict, on proposals that still count, whose phase is not released."""
        if not judge.is_authenticated:
            return self.none()
        return (
            self._own(judge)
            .filter(
                state__in=["open", "done"], entry__phase__released_at=None, entry__proposal__status="submitted"
            )
            .select_related("entry__proposal__contest", "entry__phase", "entry__revision")
        )

    def open_now(self, *, at: datetime) -> AssignmentQuerySet:
        """Not done yet, in a phase whose time it is."""
        running = Q(entry__phase__closes_at=None) | Q(entry__phase__closes_at__gt=at)
        return self.filter(running, state="open", entry__phase__opens_at__lte=at)

    def in_order(self) -> list[Assignment]:
        """The order of work: what is not done first, then fewest reviews."""
        rows: Any = self.annotate(
            reviews=Count("entry__assignments", filter=Q(entry__assignments__state="done"), distinct=True)
        )
        return sorted(rows, key=lambda a: (a.state == "done", order(a.judge_id, a.entry_id, a.reviews)))

    def active(self) -> AssignmentQuerySet:
        """Those that are or will be a review: not declined, not recused."""
        return self.filter(state__in=["open", "done"])


class ReviewQuerySet(models.QuerySet["Review"]):
    def done(self) -> ReviewQuerySet:
        """Reviews that count: said done, and the judge neither recused nor, before the release, on the team."""
        team = TeamMember.objects.filter(
            user=OuterRef("assignment__judge"), proposal=OuterRef("assignment__entry__proposal")
        )
        joined = Q(Exists(team)) & Q(assignment__entry__phase__released_at=None)
        return self.filter(done_at__isnull=False, assignment__state="done").exclude(joined)

    def released(self) -> ReviewQuerySet:
        """Reviews whose decisions are released: authors may read their feedback."""
        return self.done().filter(assignment__entry__decision__released_at__isnull=False)


class DecisionQuerySet(models.QuerySet["Decision"]):
    def released(self, *, at: datetime) -> DecisionQuerySet:
        return self.filter(released_at__lte=at)

    def news_for(self, user: Any, contests: Iterable[int], *, at: datetime, since: datetime) -> DecisionQuerySet:
        """Decisions released since then about proposals on whose team the user is, the newest first."""
        team = TeamMember.objects.filter(user=user, proposal=OuterRef("entry__proposal"))
        return (
            self.released(at=at)
            .filter(Exists(team), entry__proposal__contest__in=contests, released_at__gt=since)
            .select_related("entry__proposal", "entry__phase")
            .order_by("-released_at", "-pk")
        )


def next_steps(user: Any, contests: list[Any], at: datetime) -> list[Step]:
    """What judging waits for: reviews from judges, decisions from organisers, and feedback to be read by authors."""
    if not user.is_authenticated or not contests:
        return []
    roles = every_role(user)
    judging = [contest for contest in contests if _is_judging(contest, at)]
    judged = [contest for contest in judging if Role.JUDGE in roles.get(contest.pk, ())]
    organised = [contest for contest in judging if Role.ORGANISER in roles.get(contest.pk, ())]
    released = [contest for contest in contests if any(_is_news(phase, at) for phase in contest.phases.all())]
    return [
        *(_reviews_left(user, judged, at) if judged else ()),
        *(_chores(user, organised, at) if organised else ()),
        *(_feedback(user, released, at) if released else ()),
    ]


def _is_judging(contest: Any, at: datetime) -> bool:
    """A judging has opened that is not released."""
    return any(span.kind is Kind.JUDGING and not span.released and span.opens_at <= at for span in contest.timeline.spans)


def _is_news(phase: Any, at: datetime) -> bool:
    return phase.kind == Kind.JUDGING and phase.released_at is not None and phase.released_at > at - NEWS


def _reviews_left(user: Any, contests: list[Any], at: datetime) -> Iterator[Step]:
    assignments = apps.get_model("judging", "Assignment").objects.queue_of(user)
    rows = assignments.filter(entry__proposal__contest__in=contests, entry__phase__opens_at__lte=at)
    count = rows.order_by().values(
        "entry__phase", "entry__phase__contest", "entry__phase__name", "entry__phase__closes_at"
    ).annotate(all=Count("pk"), done=Count("pk", filter=Q(state="done")))
    for row in count:
        closes = row["entry__phase__closes_at"]
        if row["done"] < row["all"] and (closes is None or at < closes):
            numbers = {"done": row["done"], "all": row["all"]}
            yield Step(
                contest_id=row["entry__phase__contest"],
                verb=_("Open my queue (%(done)d of %(all)d)") % numbers,
                url=reverse("judge_queue"),
                sentence=_("You have reviewed %(done)d of %(all)d proposals.") % numbers,
                until=closes,
                urgency=70,
            )


def _chores(user: Any, contests: list[Any], at: datetime) -> Iterator[Step]:
    """Of each contest's earliest judging that is not released."""
    role = Membership.objects.filter(user=user, contest=OuterRef("contest"), role=Role.ORGANISER)
    counted = Q(entries__proposal__status="submitted")
    asked = apps.get_model("judging", "Assignment").objects.active().filter(entry__phase=OuterRef("pk"))
    phases = Phase.objects.filter(
        Exists(role), contest__in=contests, kind="judging", released_at=None, opens_at__lte=at
    ).select_related("contest").order_by("contest", "position").annotate(
        all=Count("entries", filter=counted),
        undecided=Count("entries", filter=counted & Q(entries__decision=None)),
        asked=Exists(asked),
    )  # fmt: skip
    seen: set[int] = set()
    for phase in phases:
        if phase.contest_id not in seen:
            seen.add(phase.contest_id)
            yield from _chore(phase, at)


def _chore(phase: Any, at: datetime) -> Iterator[Step]:
    slug = [phase.contest.slug]
    if phase.closes_at is not None and at < phase.closes_at:
        if phase.all and not phase.asked:
            sentence = _("Nobody has been asked to read the entries of “%(phase)s”.") % {"phase": phase.name}
            url = reverse("manage_assignments", args=slug)
            yield Step(phase.contest_id, _("Assign judges"), url, sentence, until=phase.closes_at, urgency=80)
        return
    url = f"{reverse('manage_shortlist', args=slug)}?phase={phase.pk}"
    if phase.undecided:
        sentence = ngettext("%(n)d entry waits for a decision.", "%(n)d entries wait for a decision.", phase.undecided)
        yield Step(phase.contest_id, _("Decide the shortlist"), url, sentence % {"n": phase.undecided}, urgency=80)
    else:
        sentence = _("Everything is decided in “%(phase)s”. Nobody knows yet.") % {"phase": phase.name}
        yield Step(phase.contest_id, _("Release decisions"), url, sentence, urgency=81)


_read_news = Compiled(
    lambda user, at, since, **contests: apps.get_model("judging", "Decision").objects.news_for(
        user, sorted(contests.values()), at=at, since=since
    )
)


def _feedback(user: Any, contests: list[Any], at: datetime) -> Iterator[Step]:
    seen: set[int] = set()
    ids = {f"id{n}": contest.pk for n, contest in enumerate(contests)}
    for decision in _read_news(user=user, at=at, since=at - NEWS, **ids):
        proposal = decision.entry.proposal
        if proposal.pk not in seen:
            seen.add(proposal.pk)
            sentence = _("The judges wrote about “%(title)s”.") % {"title": proposal.title}
            url = reverse("proposal_feedback", args=[proposal.pk])
            yield Step(proposal.contest_id, _("Read your feedback"), url, sentence)
