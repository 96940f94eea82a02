"""A contest in its first judging: two proposals, two judges, one team."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests import cast


@pytest.fixture
def stage(db: None) -> SimpleNamespace:
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    ana, ben = cast.person("Ana Author"), cast.person("Ben Author")
    roofs = cast.submitted(ana, contest, title="Cool roofs")
    trees = cast.submitted(ben, contest, title="Street trees")
    return SimpleNamespace(
        organiser=organiser,
        contest=contest,
        phase=cast.phase(contest, "judging"),
        ana=ana,
        ben=ben,
        roofs=roofs,
        trees=trees,
        roofs_entry=cast.entry_of(roofs),
        trees_entry=cast.entry_of(trees),
        jude=cast.judge(contest, "Jude Judge"),
        jo=cast.judge(contest, "Jo Judge"),
    )
