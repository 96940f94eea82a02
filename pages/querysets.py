"""Reads that span several houses: contests by stage, cards of contests and proposals, what a person takes part in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from accounts.models import User
from community.models import Follow
from contests.models import Contest, Membership, Phase
from contests.phases import Kind
from contests.transitions import Status as ContestStatus
from core.registries import Found
from proposals.models import Distinction, Entry, Proposal, TeamMember
from proposals.querysets import ProposalQuerySet
from voting.models import Ballot

WINNERS = (Distinction.Kind.JUDGES_CHOICE, Distinction.Kind.POPULAR_CHOICE)
TABS: dict[str, tuple[str, ...]] = {
    "semi_finalist": (Distinction.Kind.SEMI_FINALIST,),
    "finalist": (Distinction.Kind.FINALIST,),
    "winner": WINNERS,
}
SEEDS = 16


def staged(contests: QuerySet[Contest], *, at: datetime) -> QuerySet[Contest]:
    """Contests with `stage` (as pages.phases.stage) and `next_close`, told by the database."""
    phases = Phase.objects.filter(contest=OuterRef("pk"))
    latest = phases.filter(opens_at__lte=at).order_by("-opens_at").values("kind")[:1]
    undecided = phases.filter(kind=Kind.JUDGING, released_at=None, closes_at__lte=at)
    unfinished = phases.filter(Q(ends_at=None) | Q(ends_at__gt=at))
    next_close = phases.filter(closes_at__gt=at).order_by("closes_at").values("closes_at")[:1]
    return contests.annotate(latest_kind=Subquery(latest), next_close=Subquery(next_close)).annotate(
        stage=Case(
            When(status=ContestStatus.ARCHIVED, then=Value("results")),
            When(latest_kind=None, then=Value("upcoming")),
            When(Exists(undecided), then=Value("judging")),
            When(~Exists(unfinished), then=Value("results")),
            When(latest_kind=Kind.WORKSPACE, then=Value("submission")),
            default=F("latest_kind"),
            output_field=CharField(),
        )
    )


def soonest_first(contests: QuerySet[Contest]) -> QuerySet[Contest]:
    """Staged contests in the order a visitor can act on them: open and voting, then running, then to come, then over."""
    rank = Case(
        When(stage__in=["submission", "voting"], then=Value(0)),
        When(stage__in=["revision", "judging"], then=Value(1)),
        When(stage="upcoming", then=Value(2)),
        default=Value(3),
    )
    return contests.annotate(rank=rank).order_by("rank", F("next_close").asc(nulls_last=True), "-published_at", "-pk")


def contest_cards(contests: QuerySet[Contest]) -> QuerySet[Contest]:
    """What a contest card shows, without the long texts."""
    return contests.only(
        "slug", "title", "question", "prizes", "organiser_name", "topic", "time_zone", "language", "status",
        "visibility", "proposal_count", "published_at",
    ).prefetch_related("phases")  # fmt: skip


def proposal_cards(proposals: ProposalQuerySet, *, at: datetime) -> ProposalQuerySet:
    """What a proposal card shows: the submitted words, the team, and as `honours` only what has been released."""
    team = TeamMember.objects.select_related("user").only("proposal", "role", "position", "user__display_name", "user__handle")
    return (
        proposals.select_related("contest", "submitted_revision")
        .only(
            "title", "slug", "pitch", "status", "topic", "credited_to", "submitted_at", "created_at", "cover",
            "comment_count", "support_count", "contest__slug", "contest__title", "contest__topic",
            "contest__question", "contest__language", "submitted_revision__title", "submitted_revision__pitch",
        )
        .prefetch_related(
            Prefetch("team", team), Prefetch("distinctions", Distinction.objects.released(at=at), to_attr="honours")
        )
    )  # fmt: skip


def in_tab(proposals: ProposalQuerySet, tab: str, *, at: datetime) -> ProposalQuerySet:
    """Proposals with a released distinction of this tab; every proposal for an unknown one."""
    if tab not in TABS:
        return proposals
    won = Distinction.objects.released(at=at).filter(proposal=OuterRef("pk"), kind__in=TABS[tab])
    return proposals.filter(Exists(won))


def tab_counts(proposals: ProposalQuerySet, *, at: datetime) -> dict[str, int]:
    """How many proposals each tab holds, and "all"; unreleased distinctions count for nothing."""
    released = Q(distinctions__released_at__lte=at)
    counts = {
        tab: Count("pk", distinct=True, filter=released & Q(distinctions__kind__in=kinds)) for tab, kinds in TABS.items()
    }
    return proposals.aggregate(all=Count("pk", distinct=True), **counts)


def matching(proposals: ProposalQuerySet, words: str) -> ProposalQuerySet:
    """Proposals whose submitted words, or whose team, hold these words."""
    team = TeamMember.objects.filter(user__display_name__icontains=words, proposal__credited_to="")
    return proposals.reads(words) | proposals.filter(pk__in=team.values("proposal"))


def ordered(proposals: ProposalQuerySet, order: str, seed: int, user: Any) -> ProposalQuerySet:
    """In the order asked for, one's own first. Shuffled is one of 16 fixed orders, the same for the same seed."""
    if order == "newest":
        proposals = proposals.order_by(F("submitted_at").desc(nulls_first=True), "-pk")
    elif order == "discussed":
        proposals = proposals.order_by("-comment_count", "-pk")
    else:
        proposals = proposals.shuffled(str(seed))
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


def proposal_page(proposals: ProposalQuerySet, *, at: datetime) -> ProposalQuerySet:
    """What a proposal's own page shows: the contest with its form, the team, and as `honours` what was released.

    `on_ballot`: it is an entry of a voting phase that has opened.
    """
    ballot = Entry.objects.filter(proposal=OuterRef("pk"), phase__kind=Kind.VOTING, phase__opens_at__lte=at)
    page: ProposalQuerySet = (
        proposals.select_related("contest", "submitted_revision__rules")
        .annotate(on_ballot=Exists(ballot))
        .prefetch_related(
            "contest__phases",
            "contest__sections",
            Prefetch("team", TeamMember.objects.select_related("user")),
            Prefetch(
                "distinctions", Distinction.objects.released(at=at).select_related("phase"), to_attr="honours"
            ),
        )
    )
    return page


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
