"""What the front page shows, in one statement: contests, and on each of their rows the few small things beside them.

The rows beside them do not depend on the contest, so the database works them out once.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, TextField, Value, When
from django.db.models.functions import MD5, Cast, Concat
from django.urls import reverse

from contests.models import Contest, Phase
from contests.phases import Kind
from contests.transitions import Status
from core.compiled import Compiled
from pages.querysets import WINNERS, Rows, contest_cards, listed_proposals, roles_row, soonest_first, staged, taking_part
from pages.querysets.reading import with_phases
from proposals.models import Distinction, Entry, Proposal, TeamMember
from proposals.roles import TeamRole
from proposals.transitions import Status as ProposalStatus
from voting.models import Ballot

MOST_CONTESTS, MOST_WINNERS, MOST_FINALISTS, MOST_QUIET = 7, 3, 4, 2
DISCUSSED = ("submission", "revision", "judging")
Staged = Any
"""Contests with their `stage`, which the stubs of annotated querysets do not know."""


@dataclass(frozen=True)
class Line:
    """A proposal as the front page names it; `reason`, `kind` of a winner, `question` of its contest."""

    id: int
    slug: str
    title: str
    pitch: str
    contest: str
    contest_slug: str
    question: str = ""
    topic: str = ""
    contest_topic: str = ""
    cover: str = ""
    kind: str = ""
    reason: str = ""
    team: str = ""

    @property
    def url(self) -> str:
        return reverse("proposal", args=[f"{self.id}-{self.slug}" if self.slug else str(self.id)])

    @property
    def image(self) -> str:
        return reverse("proposal_cover", args=[self.id]) if self.cover else ""


@dataclass(frozen=True)
class Front:
    """`live`: contests that run or will, soonest first; `mine`: those the person takes part in; `numbers` by stage."""

    live: list[Any]
    mine: list[Any]
    numbers: dict[str, int]
    winners: list[Line]
    finalists: list[Line]
    quiet: list[Line]

    @property
    def up_for_a_vote(self) -> Any:
        """The contest of the finalists, for whom their ballot is still to be cast; None for who has voted."""
        slug = self.finalists[0].contest_slug if self.finalists else None
        return next((row for row in self.live if row.slug == slug and not getattr(row, "voted", False)), None)


def front(user: Any, *, at: datetime) -> tuple[list[Any], Front]:
    """The rows as read, and what the page makes of them. Two statements: contests, and their phases."""
    rows = with_phases(_read_rows(user=user, at=at, day=f"{at:%Y%m%d}:"))
    return rows, _told(rows, signed_in=user.is_authenticated)


def _rows(user: Any, at: datetime, day: str) -> Staged:
    listed = staged(Contest.objects.listed_for(user).filter(status=Status.PUBLISHED), at=at)
    shown = soonest_first(listed, at=at).values("pk")[:MOST_CONTESTS]
    known = Q(pk__in=shown)
    beside: dict[str, Any] = {"is_listed": Case(When(pk__in=shown, then=Value(True)), default=Value(False))}
    if user.is_authenticated:
        own = taking_part(user).exclude(status=Status.ARCHIVED).values("pk")
        known |= Q(pk__in=own)
        beside |= roles_row(user) | {
            "is_mine": Case(When(pk__in=own, then=Value(True)), default=Value(False)),
            "voted": Exists(Ballot.objects.filter(voter=user, phase__contest=OuterRef("pk")).exclude(state="withdrawn")),
            "quiet": Rows(_quiet(user, listed), **_COLUMNS),
        }
    contests = staged(Contest.objects.filter(known), at=at).annotate(
        numbers=_numbers(listed), winners=_winners(user, at), finalists=_finalists(listed, at, day), **beside
    )
    return contest_cards(soonest_first(contests, at=at)).prefetch_related(None)


_read_rows = Compiled(_rows)


def _told(rows: list[Any], *, signed_in: bool) -> Front:
    if not rows:
        return Front([], [], {}, [], [], [])
    first = rows[0]
    live = [row for row in rows if row.is_listed and row.stage != "results"]
    mine = [row for row in rows if row.is_mine] if signed_in else []
    quiet = _lines(first.quiet) if signed_in else []
    return Front(live, mine, _sums(first.numbers), _lines(first.winners), _lines(first.finalists), quiet)


def _sums(cells: list[dict[str, Any]]) -> dict[str, int]:
    """Contests by stage; `all` of them, `proposals` in all, `reading` in those that are judged."""
    numbers = {cell["stage"]: cell["contests"] for cell in cells}
    entries = {cell["stage"]: cell["entries"] or 0 for cell in cells}
    return {**numbers, "all": sum(numbers.values()), "reading": entries.get("judging", 0), "proposals": sum(entries.values())}


def _lines(rows: list[dict[str, Any]]) -> list[Line]:
    """Each proposal once, at its first place."""
    found: dict[int, Line] = {}
    for row in rows:
        found.setdefault(row["id"], Line(**{**row, "team": _names(row.get("team"))}))
    return list(found.values())


def _names(team: Any) -> str:
    """Two names and how many more; SQLite hands JSON inside JSON over as a string."""
    names = [row["name"] for row in (json.loads(team) if isinstance(team, str) else team or [])]
    return ", ".join(names[:2]) + (f" +{len(names) - 2}" if len(names) > 2 else "")


def _numbers(listed: Staged) -> Rows:
    cells = listed.order_by().values("stage").annotate(n=Count("pk"), entries=Sum("proposal_count"))
    return Rows(cells, stage="stage", contests="n", entries="entries")


_OF_CONTEST: dict[str, Any] = {
    "contest": "contest__title",
    "contest_slug": "contest__slug",
    "question": "contest__question",
    "contest_topic": "contest__topic",
}
_COLUMNS: dict[str, Any] = {
    "id": "pk",
    "slug": "slug",
    "topic": "topic",
    "cover": "cover",
    "title": "submitted_revision__title",
    "pitch": "submitted_revision__pitch",
    **_OF_CONTEST,
}


def _of(path: str, texts: str) -> dict[str, Any]:
    """The columns of a Line for rows that lead to the proposal by `path` and to the words that are read by `texts`."""
    columns = {name: f"{path}__{column}" for name, column in _COLUMNS.items()}
    return columns | {"title": f"{texts}__title", "pitch": f"{texts}__pitch"}


def _team(path: str) -> Rows:
    team = TeamMember.objects.filter(proposal=OuterRef(path)).exclude(role=TeamRole.COMMENTER).exclude(user__display_name="")
    return Rows(team.order_by("position", "pk"), name="user__display_name")


def _winners(user: Any, at: datetime) -> Rows:
    """The newest announced winners, with the reason and who made them."""
    won = Distinction.objects.released(at=at).filter(kind__in=WINNERS, proposal__in=listed_proposals(user).values("pk"))
    newest = won.order_by("-released_at", "-pk")[:MOST_WINNERS]
    return Rows(newest, kind="kind", reason="reason", team=_team("proposal"), **_of("proposal", "proposal__submitted_revision"))


def _finalists(listed: Staged, at: datetime, day: str) -> Rows:
    """What is up for a vote in the contest whose vote closes next: in an order that means nothing and moves every day."""
    running = Phase.objects.filter(kind=Kind.VOTING, opens_at__lte=at, closes_at__gt=at)
    voting = running.filter(contest__in=listed.filter(stage="voting").values("pk")).order_by("closes_at", "pk")
    entries = Entry.objects.filter(phase=Subquery(voting.values("pk")[:1]), proposal__status=ProposalStatus.SUBMITTED)
    place = MD5(Concat(Value(day), Cast("pk", TextField()), output_field=CharField()))
    return Rows(entries.order_by(place)[:MOST_FINALISTS], team=_team("proposal"), **_of("proposal", "revision"))


def _quiet(user: Any, listed: Staged) -> QuerySet[Proposal]:
    """Proposals of others that nobody has said a word about yet, where a comment can still help."""
    mine = TeamMember.objects.filter(user=user, proposal=OuterRef("pk"))
    found = listed_proposals(user).filter(contest__in=listed.filter(stage__in=DISCUSSED).values("pk"), comment_count=0)
    return found.filter(~Exists(mine)).order_by(F("submitted_at").desc(), "-pk")[:MOST_QUIET]
