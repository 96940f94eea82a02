"""Reads that span several houses: contests by stage, cards of contests and proposals, what a person takes part in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject
from django.urls import reverse

from accounts.models import User
from community.models import Follow, Support
from contests.models import Contest, Criterion, Membership, Phase, RulesVersion, ScheduleChange, Section
from contests.phases import Kind
from contests.roles import Role
from contests.transitions import Status as ContestStatus
from core.registries import Found
from proposals.models import Distinction, Entry, Proposal, TeamMember
from proposals.querysets import ProposalQuerySet
from proposals.roles import TeamRole
from voting.models import Ballot

WINNERS = (Distinction.Kind.JUDGES_CHOICE, Distinction.Kind.POPULAR_CHOICE)
TABS: dict[str, tuple[str, ...]] = {
    "semi_finalist": (Distinction.Kind.SEMI_FINALIST,),
    "finalist": (Distinction.Kind.FINALIST,),
    "winner": WINNERS,
}
SEEDS = 16


class Rows(Subquery):
    """The rows of a query, each with one column `row`, as one JSON list: few small rows come with their owner's row."""

    output_field = JSONField()

    def __init__(self, queryset: QuerySet[Any], **columns: Any) -> None:
        super().__init__(queryset.values(row=JSONObject(**columns)))

    def as_sql(self, compiler: Any, connection: Any, template: str | None = None, **more: Any) -> Any:
        gather = "jsonb_agg(rows.row)" if connection.vendor == "postgresql" else "json_group_array(json(rows.row))"
        template = f"(SELECT COALESCE({gather}, '[]') FROM (%(subquery)s) rows)"  # noqa: S608  # fixed words
        return super().as_sql(compiler, connection, template, **more)


def roles_row(user: Any) -> dict[str, Rows]:
    """The annotation `roles`: every role of the person anywhere, for contests.rules.remember_roles."""
    if not user.is_authenticated:
        return {}
    return {"roles": Rows(Membership.objects.filter(user=user), contest="contest", role="role")}


def staged(contests: QuerySet[Contest], *, at: datetime) -> QuerySet[Contest]:
    """Contests with `stage` (as pages.phases.stage), told by the database.

    One look at the phases that have opened: a judging that waits for its release comes first, then the latest.
    """
    undecided = Q(kind=Kind.JUDGING, released_at=None, closes_at__lte=at)
    unfinished = Phase.objects.filter(Q(ends_at=None) | Q(ends_at__gt=at), contest=OuterRef("contest"))
    word = Case(
        When(undecided, then=Value("judging")),
        When(~Exists(unfinished), then=Value("results")),
        When(kind=Kind.WORKSPACE, then=Value("submission")),
        default=F("kind"),
        output_field=CharField(),
    )
    opened = Phase.objects.filter(contest=OuterRef("pk"), opens_at__lte=at)
    first = opened.order_by(Case(When(undecided, then=0), default=1), "-opens_at").values(word=word)[:1]
    archived = When(status=ContestStatus.ARCHIVED, then=Value("results"))
    return contests.annotate(stage=Case(archived, default=Coalesce(Subquery(first), Value("upcoming"))))


class Rank(Func):
    """0 for stages in which a visitor can act, 1 for what runs without them, 2 for what comes, 3 for what is over."""

    template = (
        "CASE %(expressions)s WHEN 'submission' THEN 0 WHEN 'voting' THEN 0"
        " WHEN 'revision' THEN 1 WHEN 'judging' THEN 1 WHEN 'upcoming' THEN 2 ELSE 3 END"
    )
    output_field = IntegerField()


def soonest_first(contests: QuerySet[Contest], *, at: datetime) -> QuerySet[Contest]:
    """Staged contests in the order a visitor can act on them: open and voting, then running, then to come, then over."""
    closing = Phase.objects.filter(contest=OuterRef("pk"), closes_at__gt=at).order_by("closes_at")
    next_close = Subquery(closing.values("closes_at")[:1])
    return contests.order_by(Rank("stage"), next_close.asc(nulls_last=True), "-published_at", "-pk")


def contest_cards(contests: QuerySet[Contest]) -> QuerySet[Contest]:
    """What a contest card shows, without the long texts."""
    return contests.only(
        "slug", "title", "question", "prizes", "organiser_name", "topic", "time_zone", "language", "status",
        "visibility", "proposal_count", "published_at",
    ).prefetch_related("phases")  # fmt: skip


def proposal_cards(proposals: ProposalQuerySet, *, at: datetime) -> ProposalQuerySet:
    """What a proposal card shows, and its contest's words."""
    words = [f"contest__{name}" for name in ("slug", "title", "topic", "question", "language")]
    return bare_cards(proposals, at=at, beside=words).select_related("contest", "submitted_revision")


def bare_cards(proposals: ProposalQuerySet, *, at: datetime, beside: Sequence[str] = ()) -> ProposalQuerySet:
    """The submitted words, as `makers` the team, as `honours` only what has been released; of the contest its key alone."""
    team = TeamMember.objects.filter(proposal=OuterRef("pk")).exclude(role=TeamRole.COMMENTER)
    honours = Distinction.objects.released(at=at).filter(proposal=OuterRef("pk"))
    return (
        proposals.select_related("submitted_revision")
        .only(
            "title", "slug", "pitch", "status", "topic", "credited_to", "submitted_at", "created_at", "cover", "contest",
            "comment_count", "support_count", "submitted_revision__title", "submitted_revision__pitch", *beside,
        )
        .annotate(makers=Rows(team, name="user__display_name"), honours=Rows(honours, kind="kind"))
    )  # fmt: skip


def in_tab(proposals: ProposalQuerySet, tab: str, *, at: datetime) -> ProposalQuerySet:
    """Proposals with a released distinction of this tab; every proposal for an unknown one."""
    if tab not in TABS:
        return proposals
    won = Distinction.objects.released(at=at).filter(proposal=OuterRef("pk"), kind__in=TABS[tab])
    return proposals.filter(Exists(won))


def matching(proposals: ProposalQuerySet, words: str) -> ProposalQuerySet:
    """Proposals whose submitted words, or whose team, hold these words."""
    team = TeamMember.objects.filter(user__display_name__icontains=words, proposal__credited_to="")
    return proposals.reads(words) | proposals.filter(pk__in=team.values("proposal"))


def ordered(proposals: ProposalQuerySet, order: str, seed: str, user: Any) -> ProposalQuerySet:
    """In the order asked for, one's own first. Shuffled is one of 16 fixed orders, the same for the same seed."""
    if order == "newest":
        proposals = proposals.order_by(F("submitted_at").desc(nulls_first=True), "-pk")
    elif order == "discussed":
        proposals = proposals.order_by("-comment_count", "-pk")
    else:
        proposals = proposals.shuffled(seed)
    if not user.is_authenticated:
        return proposals
    mine = Exists(TeamMember.objects.filter(proposal=OuterRef("pk"), user=user))
    own_first: ProposalQuerySet = proposals.annotate(mine=mine).order_by("-mine", *proposals.query.order_by)
    return own_first


def own_proposal(user: Any, contest: Contest) -> Proposal | None:
    """This person's latest submitted proposal in a contest."""
    if not user.is_authenticated:
        return None
    own = Proposal.objects.of_team(user).submitted().filter(contest=contest)
    return own.only("slug", "contest").order_by("-pk").first()


def taking_part(user: Any) -> QuerySet[Contest]:
    """Contests in which this person has a role, a team, a ballot or a follow, and which they may see."""
    return Contest.objects.visible_to(user).filter(
        Q(pk__in=Membership.objects.filter(user=user).values("contest"))
        | Q(pk__in=TeamMember.objects.filter(user=user).values("proposal__contest"))
        | Q(pk__in=Ballot.objects.filter(voter=user).values("phase__contest"))
        | Q(pk__in=Follow.objects.filter(user=user).values("contest"))
    )


def listed_proposals(user: Any) -> ProposalQuerySet:
    """Submitted proposals of contests that lists may show to this person: for search, profiles and winners."""
    contests = Contest.objects.listed_for(user).exclude(status=ContestStatus.DRAFT)
    return Proposal.objects.submitted().filter(contest__in=contests.values("pk"))


def proposal_page(proposals: ProposalQuerySet, user: Any, *, at: datetime) -> ProposalQuerySet:
    """What a proposal's own page shows: the contest with its form, the team, and as `honours` what was released.

    `on_ballot`: it is an entry of a voting phase that has opened. `supported`: this person supports it.
    """
    ballot = Entry.objects.filter(proposal=OuterRef("pk"), phase__kind=Kind.VOTING, phase__opens_at__lte=at)
    honours = Distinction.objects.released(at=at).filter(proposal=OuterRef("pk"))
    sections = Section.objects.filter(contest=OuterRef("contest"))
    signed_in: dict[str, Any] = roles_row(user)
    if user.is_authenticated:
        signed_in["supported"] = Exists(Support.objects.filter(proposal=OuterRef("pk"), user=user))
    page: ProposalQuerySet = (
        proposals.select_related("contest", "submitted_revision__rules")
        .annotate(
            on_ballot=Exists(ballot),
            honours=Rows(honours, kind="kind", reason="reason"),
            sections=Rows(sections, key="key", label="label"),
            members=Rows(
                TeamMember.objects.filter(proposal=OuterRef("pk")),
                user="user",
                role="role",
                name="user__display_name",
                handle="user__handle",
                affiliation="user__affiliation",
                is_active="user__is_active",
            ),
            **signed_in,
        )
        .prefetch_related("contest__phases")
    )
    return page


def contest_page(contests: QuerySet[Contest], user: Any) -> QuerySet[Contest]:
    """What a contest's own page shows: its phases, criteria, judges, latest rules and moved dates; whether one follows."""
    here = OuterRef("pk")
    criteria = Criterion.objects.filter(phase__contest=here).order_by("position")
    judges = Membership.objects.filter(contest=here, role=Role.JUDGE, user__is_active=True)
    rules = RulesVersion.objects.filter(contest=here)
    moved = ScheduleChange.objects.filter(contest=here)
    signed_in: dict[str, Any] = roles_row(user)
    if user.is_authenticated:
        signed_in["followed"] = Exists(Follow.objects.filter(contest=here, user=user))
    return contests.annotate(
        criteria=Rows(criteria, phase="phase", name="name", question="question", weight="weight"),
        judges=Rows(
            judges,
            name="user__display_name",
            handle="user__handle",
            affiliation="user__affiliation",
            is_active="user__is_active",
        ),
        rules=Rows(rules[:1], number="number", text="text", licence="licence", at="at"),
        moved=Rows(moved, at="at", reason="reason", before="before", after="after"),
        **signed_in,
    ).prefetch_related("phases")


MOST_FOUND = 20


def find_contests(words: str, user: Any) -> list[Found]:
    """Contests of the lists whose question, title or brief holds the words."""
    held = Q(question__icontains=words) | Q(title__icontains=words) | Q(brief__icontains=words)
    contests = Contest.objects.listed_for(user).filter(held).order_by("-published_at", "-pk")[:MOST_FOUND]
    return [Found("contest", row.question, row.title, row.get_absolute_url()) for row in contests]


def find_proposals(words: str, user: Any) -> list[Found]:
    """Submitted proposals of those contests, by what was submitted or by who made it."""
    found = matching(listed_proposals(user), words).select_related("submitted_revision").order_by("-pk")[:MOST_FOUND]
    return [Found("proposal", row.as_submitted.title, row.as_submitted.pitch, row.get_absolute_url()) for row in found]


def find_people(words: str, user: Any) -> list[Found]:
    """People with a public profile, by name or organisation."""
    held = Q(display_name__icontains=words) | Q(affiliation__icontains=words)
    people = User.objects.public().filter(held).order_by("display_name", "pk")[:MOST_FOUND]
    return [Found("person", str(row), row.affiliation, reverse("profile", args=[row.handle])) for row in people]
