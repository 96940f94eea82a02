"""How a contest stands at a time, in the few words that cards, heads and filters use. Pure."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from contests.phases import Kind, Span, State, Timeline


class Edge(enum.StrEnum):
    """What happens at the next date."""

    OPENS = "opens"
    CLOSES = "closes"


@dataclass(frozen=True)
class Moment:
    """`word` is a phase kind, or upcoming, between, waiting, closed. `when` is the next date, `edge` what it brings."""

    word: str
    span: Span | None = None
    when: datetime | None = None
    edge: Edge | None = None


def moment(timeline: Timeline, at: datetime) -> Moment:
    """Where the contest is, and the next date to know."""
    running = timeline.running(at)
    if running is not None:
        word = str(running.kind) if timeline.gate_is_open(running) else "waiting"
        return Moment(word, running, running.closes_at, Edge.CLOSES if running.closes_at else None)
    following = next((span for span in timeline.spans if span.opens_at > at), None)
    if following is None:
        return Moment("closed", timeline.spans[-1] if timeline.spans else None)
    begun = timeline.spans[0].opens_at <= at
    return Moment("between" if begun else "upcoming", following, following.opens_at, Edge.OPENS)


def stage(timeline: Timeline, at: datetime) -> str:
    """The filter a contest is found under: upcoming, submission, judging, revision, voting or results.

    A phase that waits for decisions is still judging; a workspace is open for proposals; what is over is results.
    """
    opened = [span for span in timeline.spans if span.opens_at <= at]
    if not opened:
        return "upcoming"
    if any(span.kind is Kind.JUDGING and not span.released and timeline.state(span, at) is State.PAST for span in opened):
        return Kind.JUDGING
    if opened[-1] is timeline.spans[-1] and opened[-1].is_over(at):
        return Kind.RESULTS
    return Kind.SUBMISSION if opened[-1].kind is Kind.WORKSPACE else opened[-1].kind


def season(numbers: Mapping[str, int]) -> str:
    """The season of the platform, from how many contests are in each stage: what a stranger can do decides.

    A stage, or "quiet" when everything is over, or "empty" before anything was published.
    """
    for stage in ("submission", "voting", "judging", "revision", "upcoming"):
        if numbers.get(stage):
            return stage
    return "quiet" if numbers.get("results") else "empty"


def minute(timeline: Timeline, at: datetime) -> datetime:
    """The time to the minute, or the contest's last boundary if that is later: between two of them a page shows the same."""
    edges = (edge for span in timeline.spans for edge in (span.opens_at, span.closes_at, span.ends_at))
    return max([at.replace(second=0, microsecond=0), *(edge for edge in edges if edge is not None and edge <= at)])


STAGES = ("submission", "voting", "revision", "judging", "upcoming", "results")
