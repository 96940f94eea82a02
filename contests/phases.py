"""The phase table and the clock rule. Pure: no Django, the time comes in.

A contest is a sequence of phases. Which one is running, and so what anybody may do, is a function of their
dates, of the releases of judging phases before them, and of the time asked about. Nothing stored decides it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


class Kind(enum.StrEnum):
    SUBMISSION = "submission"
    JUDGING = "judging"
    REVISION = "revision"
    VOTING = "voting"
    RESULTS = "results"
    WORKSPACE = "workspace"


class Capability(enum.StrEnum):
    CREATE = "create"  # start a proposal
    EDIT = "edit"  # edit any own proposal
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    REVISE = "revise"  # edit and resubmit an advanced proposal
    SUPPORT = "support"
    COMMENT = "comment"
    REVIEW = "review"
    DECIDE = "decide"
    VOTE = "vote"


GRANTS: dict[Kind, frozenset[Capability]] = {
    Kind.SUBMISSION: frozenset(
        {
            Capability.CREATE,
            Capability.EDIT,
            Capability.SUBMIT,
            Capability.WITHDRAW,
            Capability.SUPPORT,
            Capability.COMMENT,
        }
    ),
    Kind.JUDGING: frozenset({Capability.REVIEW, Capability.DECIDE, Capability.COMMENT, Capability.SUPPORT}),
    Kind.REVISION: frozenset({Capability.REVISE, Capability.COMMENT, Capability.SUPPORT}),
    Kind.VOTING: frozenset({Capability.VOTE, Capability.COMMENT}),
    Kind.RESULTS: frozenset({Capability.COMMENT}),
    Kind.WORKSPACE: frozenset(
        {
            Capability.CREATE,
            Capability.EDIT,
            Capability.SUBMIT,
            Capability.WITHDRAW,
            Capability.SUPPORT,
            Capability.COMMENT,
        }
    ),
}

# What an act on a draft already begun may still do in the minutes of grace after the close.
GRACE = frozenset({Capability.EDIT, Capability.SUBMIT, Capability.REVISE})
FREEZES = frozenset({Kind.SUBMISSION, Kind.REVISION})
MAY_HAVE_GRACE = FREEZES


class State(enum.StrEnum):
    """How a phase stands at a time; the words of the phase line."""

    PAST = "past"
    NOW = "now"
    NEXT = "next"
    WAITING = "waiting"  # its time has come, but the judging before it is not released


@dataclass(frozen=True)
class Span:
    """What the clock rule knows of a phase. Instants in UTC; the phase is half-open, `[opens, closes)`."""

    id: int
    kind: Kind
    name: str
    opens_at: datetime
    closes_at: datetime | None = None
    grace: timedelta = timedelta(0)
    released: bool = False
    """Judging only: the organiser has released its decisions."""

    @property
    def ends_at(self) -> datetime | None:
        """The close with its grace."""
        return None if self.closes_at is None else self.closes_at + self.grace

    def covers(self, at: datetime) -> bool:
        return self.opens_at <= at and (self.closes_at is None or at < self.closes_at)

    def in_grace(self, at: datetime) -> bool:
        return self.closes_at is not None and self.ends_at is not None and self.closes_at <= at < self.ends_at

    def is_over(self, at: datetime) -> bool:
        return self.ends_at is not None and self.ends_at <= at


@dataclass(frozen=True)
class Timeline:
    """The phases of one contest in order."""

    spans: tuple[Span, ...]

    @classmethod
    def of(cls, spans: Iterable[Span]) -> Timeline:
        return cls(tuple(sorted(spans, key=lambda span: span.opens_at)))

    def gate_is_open(self, span: Span) -> bool:
        """Whether every judging phase before this one has released its decisions (domain: the judging gate)."""
        before = self.spans[: self.spans.index(span)]
        return all(other.released for other in before if other.kind is Kind.JUDGING)

    def running(self, at: datetime) -> Span | None:
        """The phase whose time it is, gate or no gate."""
        return next((span for span in self.spans if span.covers(at)), None)

    def current(self, at: datetime) -> Span | None:
        """The phase that grants capabilities at this time."""
        span = self.running(at)
        return span if span is not None and self.gate_is_open(span) else None

    def waiting(self, at: datetime) -> Span | None:
        """The phase whose time it is but which waits for decisions."""
        span = self.running(at)
        return span if span is not None and not self.gate_is_open(span) else None

    def granting(self, capability: Capability, at: datetime) -> Span | None:
        """The phase that allows this at this time: the current one, or one in its grace."""
        span = self.current(at)
        if span is not None and capability in GRANTS[span.kind]:
            return span
        if capability in GRACE:
            late = next((other for other in self.spans if other.in_grace(at)), None)
            if late is not None and capability in GRANTS[late.kind] and self.gate_is_open(late):
                return late
        return None

    def next_granting(self, capability: Capability, at: datetime) -> Span | None:
        """The next phase in time that will allow this, decisions permitting."""
        return next((s for s in self.spans if s.opens_at > at and capability in GRANTS[s.kind]), None)

    def last_granting(self, capability: Capability, at: datetime) -> Span | None:
        """The latest phase that allowed this and has closed."""
        over = (s for s in reversed(self.spans) if s.closes_at is not None and s.closes_at <= at)
        return next((s for s in over if capability in GRANTS[s.kind]), None)

    def last_of(self, kind: Kind, at: datetime) -> Span | None:
        """The latest phase of this kind that has opened by then."""
        return next((s for s in reversed(self.spans) if s.kind is kind and s.opens_at <= at), None)

    def after(self, span_id: int) -> Span | None:
        """The phase that follows."""
        ids = [span.id for span in self.spans]
        index = ids.index(span_id) + 1
        return self.spans[index] if index < len(ids) else None

    def decidable(self, at: datetime) -> Span | None:
        """The judging phase whose decisions are open: running, or over and not released."""
        return next((s for s in self.spans if s.kind is Kind.JUDGING and s.opens_at <= at and not s.released), None)

    def next_boundary(self, at: datetime) -> datetime | None:
        """When the clock next changes what anybody may do or is shown: an opening, a close or the end of a grace."""
        edges = (edge for span in self.spans for edge in (span.opens_at, span.closes_at, span.ends_at))
        return min((edge for edge in edges if edge is not None and edge > at), default=None)

    def state(self, span: Span, at: datetime) -> State:
        if span.closes_at is not None and span.closes_at <= at:
            return State.PAST
        if span.opens_at > at:
            return State.NEXT
        return State.NOW if self.gate_is_open(span) else State.WAITING


def problems(spans: Sequence[Span]) -> list[tuple[int, str]]:
    """What is wrong with a schedule: (index, code) with codes `closes_before_opens`, `overlap`, `endless`, `grace`.

    Phases are half-open and may touch; grace counts as part of its phase.
    """
    found: list[tuple[int, str]] = []
    for index, span in enumerate(spans):
        if span.closes_at is not None and span.closes_at <= span.opens_at:
            found.append((index, "closes_before_opens"))
        if span.grace and span.kind not in MAY_HAVE_GRACE:
            found.append((index, "grace"))
        if index + 1 < len(spans):
            following = spans[index + 1]
            if span.ends_at is None:
                found.append((index, "endless"))
            elif span.ends_at > following.opens_at:
                found.append((index + 1, "overlap"))
    return found
