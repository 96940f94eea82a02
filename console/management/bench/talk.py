"""Comments, supports and follows: much for a few proposals, little for most."""

from __future__ import annotations

import itertools
from datetime import datetime
from random import Random

from community.models import Comment, Follow, Support
from console.management.bench import words
from console.management.bench.answers import Answer, between
from console.management.bench.calendar import Season
from console.management.bench.people import Crowd
from console.management.bench.pour import Pourer
from contests.phases import Kind
from proposals.transitions import Status


def talk(
    pourer: Pourer, chance: Random, season: Season, crowd: Crowd, answers: list[Answer],
    *, supports: int, comments: int, follows: int,
) -> None:  # fmt: skip
    """So many of each in this contest."""
    heard = [one for one in answers if one.status == Status.SUBMITTED]
    if season.contest.published_at:
        _follow(pourer, chance, season, crowd, follows)
    if not heard:
        return
    # The most loved gets about as much as the next two together.
    fame = list(itertools.accumulate(1 / (n + 1) ** 0.9 for n in range(len(heard))))
    _support(pourer, chance, season, crowd, chance.choices(heard, cum_weights=fame, k=supports))
    chance.shuffle(heard)
    _comment(pourer, chance, season, crowd, chance.choices(heard, cum_weights=fame, k=comments))


def _until(season: Season) -> datetime:
    """Supporting ends when voting begins."""
    vote = next((phase for phase in season.phases if phase.kind == Kind.VOTING), None)
    return season.today if vote is None else min(vote.opens_at, season.today)


def _support(pourer: Pourer, chance: Random, season: Season, crowd: Crowd, loved: list[Answer]) -> None:
    contest, end, rows = season.contest.pk, _until(season), []
    pairs = {(one.pk, chance.choice(crowd.audience)): one for one in loved}
    for (proposal, user), one in pairs.items():
        pk, at = pourer.next_id(Support), between(chance, one.revisions[0][1], end, rush=1.5)
        rows.append((pk, proposal, user, at))
        pourer.fact(at, "support.given", user, contest, Support, pk, proposal=proposal)
    pourer.pour(Support, "id proposal_id user_id at", rows)


def _comment(pourer: Pourer, chance: Random, season: Season, crowd: Crowd, discussed: list[Answer]) -> None:
    contest, rows = season.contest.pk, []
    by_proposal: dict[int, list[tuple[int, datetime]]] = {}
    for one in discussed:
        earlier = by_proposal.setdefault(one.pk, [])
        first = one.revisions[0][1]
        parent, since = chance.choice(earlier) if earlier and chance.random() < 0.35 else (None, first)
        pk, at = pourer.next_id(Comment), between(chance, since, season.today, rush=1.5)
        author = one.owner if parent and chance.random() < 0.4 else chance.choice(crowd.audience)
        gone = chance.random() < 0.01
        rows.append((pk, one.pk, parent, None if gone else author, "" if gone else words.remark(chance), gone, at))
        if parent is None:
            earlier.append((pk, at))
        pourer.fact(at, "comment.written", author, contest, Comment, pk, proposal=one.pk)
        if gone:
            pourer.fact(at, "comment.deleted", author, contest, Comment, pk, proposal=one.pk)
    pourer.pour(Comment, "id proposal_id parent_id author_id text is_tombstone at", rows)


def _follow(pourer: Pourer, chance: Random, season: Season, crowd: Crowd, number: int) -> None:
    contest, since, rows = season.contest.pk, season.contest.published_at, []
    assert since is not None
    for user in chance.sample(crowd.audience, min(number, len(crowd.audience))):
        pk, at = pourer.next_id(Follow), between(chance, since, season.today, rush=2)
        rows.append((pk, contest, user, at))
        pourer.fact(at, "contest.followed", user, contest, Follow, pk)
    pourer.pour(Follow, "id contest_id user_id at", rows)
