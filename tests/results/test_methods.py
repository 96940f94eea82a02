"""Counting methods: pure, deterministic, and equal to what cities published."""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from results.methods import Place, digest, method, names

DATA = os.environ.get("GROUNDSWELL_DATA", "")
real_data = pytest.mark.skipif(not DATA, reason="GROUNDSWELL_DATA is not set: no published elections to count")
TOTALS = st.dictionaries(st.integers(1, 10**9), st.integers(0, 50), max_size=30)


@given(TOTALS, st.sampled_from(names()))
def test_a_rank_is_one_more_than_the_number_that_stand_better(totals: dict[int, int], name: str) -> None:
    places = method(name).rank(totals)
    assert {place.candidate: place.count for place in places} == totals
    for place in places:
        assert place.rank == 1 + sum(other > place.count for other in totals.values())
        assert place.tied == (list(totals.values()).count(place.count) > 1)
    assert [place.rank for place in places] == sorted(place.rank for place in places)


@given(TOTALS, st.sampled_from(names()), st.integers())
def test_the_order_of_the_input_changes_nothing(totals: dict[int, int], name: str, seed: int) -> None:
    mixed = list(totals.items())
    Random(seed).shuffle(mixed)
    again = dict(mixed)
    assert method(name).rank(again) == method(name).rank(totals)
    assert digest(name, 7, method(name).rank(again)) == digest(name, 7, method(name).rank(totals))


@given(TOTALS.filter(bool), st.sampled_from(names()), st.data())
def test_one_more_ballot_never_harms_whom_it_names(totals: dict[int, int], name: str, data: st.DataObject) -> None:
    named = data.draw(st.sampled_from(sorted(totals)))
    before = {place.candidate: place.rank for place in method(name).rank(totals)}
    after = {place.candidate: place.rank for place in method(name).rank({**totals, named: totals[named] + 1})}
    assert after[named] <= before[named]


@given(TOTALS.filter(bool), st.data())
def test_a_changed_number_has_another_fingerprint(totals: dict[int, int], data: st.DataObject) -> None:
    rank = method("approval").rank
    named = data.draw(st.sampled_from(sorted(totals)))
    changed = {**totals, named: totals[named] + 1}
    assert digest("approval", 9, rank(totals)) != digest("approval", 9, rank(changed))
    assert digest("approval", 9, rank(totals)) != digest("approval", 10, rank(totals))
    assert digest("approval", 9, rank(totals)) != digest("plurality", 9, rank(totals))


def test_the_fingerprint_is_the_one_the_documentation_describes() -> None:
    places = [Place(5, 2, 1, tied=False), Place(3, 0, 2, tied=False)]
    # Made by hand: sha256 of {"ballots":2,"rule":"approval","standings":[{"candidate":5,"count":2,"rank":1,"tied":false},…]}
    assert digest("approval", 2, places) == "45109e4bcde8858c47dbc0c1df529755591988e594caa099da8df30035077f2f"


def test_a_negative_count_and_an_unknown_rule_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        method("approval").rank({1: -1})
    with pytest.raises(LookupError, match="approval, plurality"):
        method("dice")


def published(name: str) -> tuple[dict[str, int], list[list[str]]]:
    """A pabulib file: the published count of every project, and each ballot's projects. http://pabulib.org/code"""
    blocks: dict[str, list[dict[str, str]]] = {}
    block, head = "", []
    with Path(DATA, "elections", name).open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file, delimiter=";"):
            if len(row) == 1 and row[0] in ("META", "PROJECTS", "VOTES"):
                block, head = row[0], []
            elif not head:
                head, blocks[block] = row, []
            else:
                blocks[block].append(dict(zip(head, row, strict=False)))
    counts = {project["project_id"]: int(project["votes"]) for project in blocks["PROJECTS"]}
    return counts, [ballot["vote"].split(",") for ballot in blocks["VOTES"]]


def recounted(rule: str, counts: dict[str, int], ballots: list[list[str]]) -> dict[str, int]:
    numbers = {project: number for number, project in enumerate(counts, start=1)}
    named = Counter(numbers[project] for ballot in ballots for project in ballot)
    places = method(rule).rank({number: named[number] for number in numbers.values()})
    back = {number: project for project, number in numbers.items()}
    return {back[place.candidate]: place.count for place in places}


@real_data
def test_gdynia_2020_by_approval() -> None:
    counts, ballots = published("gdynia_2020_karwiny_large.pb")
    assert len(ballots) == 1_104
    assert max(len(ballot) for ballot in ballots) == 3
    assert recounted("approval", counts, ballots) == counts
    assert list(recounted("approval", counts, ballots)) == sorted(counts, key=lambda project: -counts[project])


@real_data
def test_poznan_2025_by_plurality() -> None:
    counts, ballots = published("poznan_2025_9_stare_miasto_large.pb")
    assert len(ballots) == 2_332
    assert {len(ballot) for ballot in ballots} == {1}
    assert list(recounted("plurality", counts, ballots).values()) == [744, 705, 489, 203, 112, 54, 25]
