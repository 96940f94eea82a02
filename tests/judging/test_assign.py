"""Sharing entries among judges."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from judging.methods.assign import balanced

sizes = st.tuples(st.integers(1, 9), st.integers(0, 14), st.integers(1, 4), st.integers(1, 12))


@st.composite
def desks(draw: st.DrawFn) -> dict:
    judges, entries, reviews, most = draw(sizes)
    every = [(judge, 100 + entry) for judge in range(judges) for entry in range(entries)]
    some = st.sets(st.sampled_from(every), max_size=12) if every else st.just(set())
    conflicts = draw(some)
    return {
        "entries": [100 + entry for entry in range(entries)],
        "judges": list(range(judges)),
        "conflicts": conflicts,
        "existing": draw(some) - conflicts,
        "reviews_per_entry": reviews,
        "max_per_judge": most,
    }


def existing_load(desk: dict, judge: int) -> int:
    return sum(1 for other, _entry in desk["existing"] if other == judge)


@given(desks())
@settings(deadline=None)
def test_no_conflicted_pair_no_pair_twice_and_nobody_over_the_cap(desk: dict) -> None:
    plan = balanced(**desk)
    assert not set(plan.pairs) & (desk["conflicts"] | desk["existing"])
    assert len(set(plan.pairs)) == len(plan.pairs)
    for judge, load in plan.loads.items():
        assert load == existing_load(desk, judge) + sum(1 for other, _entry in plan.pairs if other == judge)
        assert load <= max(desk["max_per_judge"], existing_load(desk, judge))


@given(desks())
@settings(deadline=None)
def test_every_entry_has_its_reviews_or_a_gap_that_says_how_many_are_missing(desk: dict) -> None:
    plan = balanced(**desk)
    for entry in desk["entries"]:
        on = sum(1 for _judge, other in [*plan.pairs, *desk["existing"]] if other == entry)
        assert on + plan.gaps.get(entry, 0) >= desk["reviews_per_entry"]
        assert entry not in plan.gaps or on + plan.gaps[entry] == desk["reviews_per_entry"]
        before = sum(1 for _judge, other in desk["existing"] if other == entry)
        assert on <= max(before, desk["reviews_per_entry"])


@given(desks())
@settings(deadline=None)
def test_the_same_question_has_the_same_answer(desk: dict) -> None:
    assert balanced(**desk) == balanced(**desk)


@given(sizes)
@settings(deadline=None)
def test_without_conflicts_loads_differ_by_one_at_most_and_nothing_is_missing_that_fits(size: tuple) -> None:
    judges, entries, reviews, most = size
    plan = balanced(range(entries), range(judges), reviews_per_entry=reviews, max_per_judge=most)
    assert max(plan.loads.values()) - min(plan.loads.values()) <= 1
    assert sum(plan.loads.values()) == min(entries * min(reviews, judges), judges * min(most, entries))


@given(st.integers(2, 9), st.integers(1, 14), st.integers(2, 4))
@settings(deadline=None)
def test_judges_can_be_compared_because_their_entries_overlap(judges: int, entries: int, reviews: int) -> None:
    plan = balanced(range(entries), range(judges), reviews_per_entry=reviews, max_per_judge=entries)
    busy = {judge for judge, _entry in plan.pairs}
    if len(plan.pairs) >= entries + len(busy) - 1:  # fewer pairs could not hang together
        assert len(groups(plan.pairs)) == 1


def groups(pairs: tuple) -> list[set]:
    found: list[set] = []
    for judge, entry in pairs:
        new = {("judge", judge), ("entry", entry)}
        for group in [group for group in found if group & new]:
            new |= group
            found.remove(group)
        found.append(new)
    return found


def test_a_gap_is_closed_by_handing_an_entry_on() -> None:
    """Judge 1 may only take entry B; greedy gives B to both before A, which only judge 2 may read, is placed."""
    plan = balanced(["A", "B"], [1, 2], {(1, "A")}, reviews_per_entry=1, max_per_judge=1)  # type: ignore[list-item]
    assert plan.gaps == {} and set(plan.pairs) == {(2, "A"), (1, "B")}


def test_what_is_assigned_stays_and_new_entries_fill_the_gaps() -> None:
    plan = balanced([1, 2, 3], [7, 8], existing={(7, 1), (8, 2)}, reviews_per_entry=1, max_per_judge=5)
    assert plan.pairs == ((7, 3),) and plan.loads == {7: 2, 8: 1}
