"""The clock rule: which phase runs, and what it allows, follows from the dates, the releases and the time alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from contests.phases import GRACE, GRANTS, MAY_HAVE_GRACE, Capability, Kind, Span, State, Timeline, problems

DAY = datetime(2027, 3, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def minutes(least: int, most: int) -> st.SearchStrategy[timedelta]:
    return st.integers(least, most).map(lambda n: timedelta(minutes=n))


@st.composite
def timelines(draw: st.DrawFn) -> Timeline:
    """A schedule without faults: one to six phases with gaps, grace and releases as they come."""
    spans, opens = [], DAY
    count = draw(st.integers(1, 6))
    for number in range(count):
        kind = draw(st.sampled_from(list(Kind)))
        opens += draw(minutes(0, 300))
        endless = number == count - 1 and draw(st.booleans())
        closes = None if endless else opens + draw(minutes(1, 600))
        grace = draw(minutes(0, 60)) if kind in MAY_HAVE_GRACE and closes else timedelta(0)
        released = kind is Kind.JUDGING and draw(st.booleans())
        spans.append(Span(number + 1, kind, f"phase {number}", opens, closes, grace, released))
        opens = spans[-1].ends_at or opens
    return Timeline.of(spans)


@st.composite
def moments(draw: st.DrawFn) -> tuple[Timeline, datetime]:
    """A timeline and a time: often exactly on a boundary or one second beside it."""
    timeline = draw(timelines())
    edges = [edge for s in timeline.spans for edge in (s.opens_at, s.closes_at, s.ends_at) if edge is not None]
    near = draw(st.sampled_from(edges)) + draw(st.sampled_from([-SECOND, timedelta(0), SECOND]))
    return timeline, draw(st.one_of(st.just(near), minutes(-60, 5000).map(lambda d: DAY + d)))


@given(timelines())
def test_schedules_made_so_have_no_problems(timeline: Timeline) -> None:
    assert problems(timeline.spans) == []


@given(moments())
def test_at_most_one_phase_runs(made: tuple[Timeline, datetime]) -> None:
    timeline, at = made
    assert sum(span.covers(at) for span in timeline.spans) <= 1
    assert sum(span.covers(at) or span.in_grace(at) for span in timeline.spans) <= 1


@given(timelines())
def test_phases_are_half_open(timeline: Timeline) -> None:
    for span in timeline.spans:
        assert span.covers(span.opens_at)
        assert not span.covers(span.opens_at - SECOND)
        if span.closes_at is not None and span.ends_at is not None:
            assert span.covers(span.closes_at - SECOND)
            assert not span.covers(span.closes_at)
            assert span.in_grace(span.closes_at) == bool(span.grace)
            assert not span.in_grace(span.ends_at) and span.is_over(span.ends_at)


@given(moments())
def test_a_phase_behind_unreleased_judging_allows_nothing(made: tuple[Timeline, datetime]) -> None:
    timeline, at = made
    running = timeline.running(at)
    if running is None:
        assert timeline.current(at) is None and timeline.waiting(at) is None
        return
    before = timeline.spans[: timeline.spans.index(running)]
    if all(span.released for span in before if span.kind is Kind.JUDGING):
        assert timeline.current(at) is running and timeline.waiting(at) is None
    else:
        assert timeline.current(at) is None and timeline.waiting(at) is running
        assert timeline.state(running, at) is State.WAITING
        assert all(timeline.granting(capability, at) is None for capability in Capability)


@given(moments(), st.sampled_from(list(Capability)))
def test_what_is_granted_is_granted_by_a_phase_whose_time_it_is(made: tuple[Timeline, datetime], capability: Capability) -> None:
    timeline, at = made
    span = timeline.granting(capability, at)
    if span is not None:
        assert capability in GRANTS[span.kind]
        assert timeline.gate_is_open(span)
        assert span.covers(at) or (span.in_grace(at) and capability in GRACE)


@given(moments(), st.sampled_from(list(Capability)))
def test_what_a_running_phase_allows_is_granted(made: tuple[Timeline, datetime], capability: Capability) -> None:
    timeline, at = made
    current = timeline.current(at)
    if current is not None and capability in GRANTS[current.kind]:
        assert timeline.granting(capability, at) is current


@given(moments())
def test_grace_lets_drafts_be_finished_but_nothing_be_begun(made: tuple[Timeline, datetime]) -> None:
    timeline, at = made
    late = next((span for span in timeline.spans if span.in_grace(at)), None)
    if late is not None:
        assert timeline.granting(Capability.CREATE, at) is None
        assert timeline.granting(Capability.VOTE, at) is None
        expected = late if late.kind is Kind.SUBMISSION and timeline.gate_is_open(late) else None
        assert timeline.granting(Capability.SUBMIT, at) is expected


@given(moments(), st.sampled_from(list(Capability)))
def test_the_next_phase_that_allows_it_lies_ahead(made: tuple[Timeline, datetime], capability: Capability) -> None:
    timeline, at = made
    following = timeline.next_granting(capability, at)
    if following is not None:
        assert following.opens_at > at and capability in GRANTS[following.kind]


@given(moments())
def test_every_phase_has_one_state_and_states_come_in_order(made: tuple[Timeline, datetime]) -> None:
    timeline, at = made
    order = {State.PAST: 0, State.NOW: 1, State.WAITING: 1, State.NEXT: 2}
    states = [order[timeline.state(span, at)] for span in timeline.spans]
    assert states == sorted(states)
    assert states.count(1) <= 1


@given(timelines())
def test_decisions_are_open_for_the_first_judging_not_released(timeline: Timeline) -> None:
    end = DAY + timedelta(days=90)
    open_ones = [span for span in timeline.spans if span.kind is Kind.JUDGING and not span.released]
    assert timeline.decidable(end) == (open_ones[0] if open_ones else None)
    assert timeline.decidable(DAY - SECOND) is None


@given(timelines())
def test_the_phase_after(timeline: Timeline) -> None:
    spans = timeline.spans
    assert [timeline.after(span.id) for span in spans] == [*spans[1:], None]


def test_only_voting_votes_and_voting_takes_no_supports() -> None:
    assert {kind for kind in Kind if Capability.VOTE in GRANTS[kind]} == {Kind.VOTING}
    assert Capability.SUPPORT not in GRANTS[Kind.VOTING]
    assert not GRACE & {Capability.VOTE, Capability.CREATE, Capability.REVIEW}


def span(kind: Kind, start: int, end: int | None, grace: int = 0) -> Span:
    closes = None if end is None else DAY + timedelta(days=end)
    return Span(start, kind, "x", DAY + timedelta(days=start), closes, timedelta(days=grace))


def test_problems_name_the_phase() -> None:
    submission, judging, voting = Kind.SUBMISSION, Kind.JUDGING, Kind.VOTING
    assert problems([span(submission, 1, 1)]) == [(0, "closes_before_opens")]
    assert problems([span(submission, 0, 2), span(judging, 1, 3)]) == [(1, "overlap")]
    assert problems([span(submission, 0, 2, grace=1), span(judging, 2, 3)]) == [(1, "overlap")]
    assert problems([span(submission, 0, 2, grace=1), span(judging, 3, 4)]) == []
    assert problems([span(submission, 0, None), span(judging, 1, 2)]) == [(0, "endless")]
    assert problems([span(voting, 0, 1, grace=1)]) == [(0, "grace")]
