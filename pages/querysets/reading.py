"""The statements of the public pages, compiled once: each function reads what one page shows, through `visible_to`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet
from django.http import Http404

from contests.models import Contest, Phase
from contests.phases import Kind, Span, Timeline
from core.compiled import Compiled
from pages.querysets import (
    TABS,
    Rows,
    bare_cards,
    contest_cards,
    contest_page,
    in_tab,
    matching,
    ordered,
    proposal_page,
    roles_row,
    soonest_first,
    staged,
)
from proposals.models import Proposal
from proposals.querysets import ProposalQuerySet

PER_PAGE = 24
Staged = Any
"""Contests with their `stage`, which the stubs of annotated querysets do not know."""


def _one(rows: list[Any]) -> Any:
    if not rows:
        raise Http404
    return rows[0]


# --- Phases: what a page says of them, without the settings of their kinds ------------------------------------------


def _phases(number: int, **contests: int) -> QuerySet[Phase]:
    return Phase.objects.filter(contest__in=sorted(contests.values())).defer("settings").order_by("position")


_read_phases = Compiled(_phases)


def with_phases(contests: list[Any]) -> list[Any]:
    """The contests with their phases, in one statement."""
    ids = {f"id{n}": pk for n, pk in enumerate(sorted({contest.pk for contest in contests}))}
    if not ids:
        return contests
    found: dict[int, list[Phase]] = {pk: [] for pk in ids.values()}
    for phase in _read_phases(len(ids), **ids):
        found[phase.contest_id].append(phase)
    for contest in contests:
        queryset = Phase.objects.none()
        queryset._result_cache = found[contest.pk]  # type: ignore[attr-defined]
        contest.__dict__.setdefault("_prefetched_objects_cache", {})["phases"] = queryset
    return contests


_SPAN = ("contest", "pk", "kind", "name", "opens_at", "closes_at", "grace", "released_at")
_read_spans = Compiled(lambda number, **contests: _phases(number, **contests).defer(None).values_list(*_SPAN))


def _with_timelines(contests: list[Any]) -> list[Any]:
    """The contests with their timeline alone, which is all that a card asks of the phases."""
    ids = {f"id{n}": pk for n, pk in enumerate(sorted({contest.pk for contest in contests}))}
    spans: dict[int, list[Span]] = {pk: [] for pk in ids.values()}
    for contest, pk, kind, name, opens, closes, grace, released in _read_spans(len(ids), **ids) if ids else ():
        spans[contest].append(Span(pk, Kind(kind), name, opens, closes, grace, released is not None))
    for contest in contests:
        contest.timeline = Timeline.of(spans[contest.pk])
    return contests


# --- Contests --------------------------------------------------------------------------------------------------------


def _listed(user: Any, at: datetime) -> Staged:
    return staged(Contest.objects.listed_for(user), at=at)


def _asked(contests: Staged, asked: dict[str, Any]) -> Staged:
    if phase := asked.get("phase"):
        contests = contests.filter(stage=phase)
    if topic := asked.get("topic"):
        contests = contests.filter(topic=topic)
    if q := asked.get("q"):
        contests = contests.filter(Q(question__icontains=q) | Q(title__icontains=q) | Q(brief__icontains=q))
    return contests


def _cells(user: Any, at: datetime) -> Staged:
    return _listed(user, at).order_by().values_list("topic", "stage").annotate(n=Count("pk")).order_by("topic")


def _tiles(start: int, user: Any, at: datetime, **asked: Any) -> QuerySet[Contest]:
    found = contest_cards(_asked(_listed(user, at), asked)).prefetch_related(None)
    return soonest_first(found, at=at)[start : start + PER_PAGE]


contest_cells = Compiled(_cells)
"""How many contests of the lists there are: rows of topic, stage, number."""
_read_tiles = Compiled(_tiles)
_read_contest = Compiled(
    lambda user, slug: contest_page(Contest.objects.visible_to(user), user).prefetch_related(None).filter(slug=slug)
)


def contest_tiles(user: Any, asked: dict[str, Any], *, start: int, at: datetime) -> list[Contest]:
    """One page of the contests that are asked for, as cards, those one can act on soonest first."""
    return _with_timelines(_read_tiles(start, user=user, at=at, **asked))


def count_contests(user: Any, asked: dict[str, Any], *, at: datetime) -> int:
    number: int = _asked(_listed(user, at), asked).count()
    return number


def read_contest(user: Any, slug: str) -> Any:
    """A contest with everything that its page shows. Raises Http404."""
    return _one(with_phases(_read_contest(user=user, slug=slug)))


# --- Proposals -------------------------------------------------------------------------------------------------------


def _head(user: Any, slug: str, at: datetime) -> QuerySet[Contest]:
    """`counts`: one row with the number of proposals in each tab, and in `all`; unreleased distinctions count for nothing."""
    released = Q(distinctions__released_at__lte=at)
    numbers = {tab: Count("pk", distinct=True, filter=released & Q(distinctions__kind__in=kinds)) for tab, kinds in TABS.items()}
    seen = Proposal.objects.visible_to(user).filter(contest=OuterRef("pk")).order_by().values("contest")
    counts = Rows(seen.annotate(all=Count("pk", distinct=True), **numbers), **{name: name for name in ("all", *TABS)})
    return Contest.objects.visible_to(user).filter(slug=slug).annotate(counts=counts, **roles_row(user))


def _cards(
    tab: str, order: str, start: int | None, user: Any, contest: int, seed: str, at: datetime, words: str = ""
) -> ProposalQuerySet:
    found = in_tab(Proposal.objects.visible_to(user).filter(contest=contest), tab, at=at)
    if words:
        found = matching(found, words)
    if start is None:
        return found
    return ordered(bare_cards(found, at=at), order, seed, user)[start : start + PER_PAGE]


_read_head = Compiled(_head)
_read_cards = Compiled(_cards)
_read_proposal = Compiled(
    lambda user, pk, at: proposal_page(Proposal.objects.visible_to(user), user, at=at).prefetch_related(None).filter(pk=pk)
)


def read_list_head(user: Any, slug: str, *, at: datetime) -> tuple[Any, dict[str, int]]:
    """The contest over its list of proposals, and how many each tab holds. Raises Http404."""
    contest = _one(with_phases(_read_head(user=user, slug=slug, at=at)))
    return contest, contest.counts[0] if contest.counts else dict.fromkeys(("all", *TABS), 0)


def count_matching(user: Any, contest: Contest, tab: str, words: str, *, at: datetime) -> int:
    return _cards(tab, "", None, user, contest.pk, "", at, words).count()


def read_cards(
    user: Any, contest: Contest, *, tab: str, order: str, seed: int, start: int, at: datetime, words: str = ""
) -> list[Proposal]:
    """One page of a contest's proposals, in the order asked for, one's own first."""
    texts = {"words": words} if words else {}
    rows: list[Proposal] = _read_cards(tab, order, start, user=user, contest=contest.pk, seed=str(seed), at=at, **texts)
    for row in rows:
        row.contest = contest
    return rows


def read_proposal(user: Any, pk: int, *, at: datetime) -> Any:
    """A proposal with everything that its page shows, or None."""
    found = _read_proposal(user=user, pk=pk, at=at)
    with_phases([proposal.contest for proposal in found])
    return found[0] if found else None
