"""P8: before the release no page and no answer holds what judges wrote or how they scored; afterwards the author's do."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from core import clock
from judging import actions
from tests import cast

WORDS = "Zinnober-Kakadu"
OWN = "Heidekraut-Depesche"


@pytest.fixture
def judged_in_secret(stage: SimpleNamespace) -> SimpleNamespace:
    """Reviewed, scored (3.67 is the mean of three), decided with a letter, not released."""
    stage.mean = "3.67"
    for judge, points in ((stage.jude, 5), (stage.jo, 2), (cast.judge(stage.contest, "Jil Judge"), 4)):
        cast.review(judge, stage.roofs_entry, points=points, feedback=f"{WORDS} {points}")
    with clock.simulated(stage.phase.closes_at):
        decisions = {stage.roofs_entry.pk: "advances", stage.trees_entry.pk: "stays"}
        letters = {stage.roofs_entry.pk: OWN}
        actions.decide(by=stage.organiser, phase=stage.phase, decisions=decisions, letters=letters)
    return stage


def addresses(stage: SimpleNamespace) -> list[str]:
    slug, roofs, phase = stage.contest.slug, stage.roofs, stage.phase.pk
    assignments = [f"/judge/{a.pk}/" for a in stage.roofs_entry.assignments.all()]
    reviews = [f"/api/v1/assignments/{a.pk}/review/" for a in stage.roofs_entry.assignments.all()]
    return [
        "/", "/contests/", f"/contests/{slug}/", f"/contests/{slug}/proposals/", roofs.get_absolute_url(), "/me/",
        f"/proposals/{roofs.pk}/feedback/", f"/proposals/{roofs.pk}/history/", "/judge/", *assignments,
        f"/manage/{slug}/shortlist/?phase={phase}", f"/manage/{slug}/assignments/?phase={phase}",
        "/api/v1/contests/", f"/api/v1/contests/{slug}/", "/api/v1/proposals/", f"/api/v1/proposals/{roofs.pk}/",
        f"/api/v1/proposals/{roofs.pk}/feedback/", f"/api/v1/contests/{slug}/shortlist/?phase={phase}",
        "/api/v1/assignments/", *reviews, "/me/notifications/", "/api/v1/notifications/",
    ]  # fmt: skip


def everything(user: Any, stage: SimpleNamespace) -> str:
    client = Client()
    if user is not None:
        client.force_login(user)
    return "\n".join(client.get(address).content.decode() for address in addresses(stage))


@pytest.mark.parametrize("who", [None, "ana", "ben", "member"])
def test_p8_nothing_leaks_before_the_release(judged_in_secret: SimpleNamespace, who: str | None) -> None:
    stage = judged_in_secret
    user = cast.person("Mia Member") if who == "member" else getattr(stage, who) if who else None
    with clock.simulated(stage.phase.closes_at + timedelta(hours=1)):
        cast.settle()
        seen = everything(user, stage)
    for secret in (WORDS, OWN, stage.mean, "3.666"):
        assert secret not in seen, secret


def test_p8_a_judge_reads_their_own_words_and_nobody_elses(judged_in_secret: SimpleNamespace) -> None:
    stage = judged_in_secret
    with clock.simulated(stage.phase.closes_at + timedelta(hours=1)):
        seen = everything(stage.jude, stage)
    assert f"{WORDS} 5" in seen
    for secret in (f"{WORDS} 2", f"{WORDS} 4", OWN, stage.mean, "3.666"):
        assert secret not in seen, secret


def test_p8_after_the_release_the_author_reads_them_and_strangers_do_not(judged_in_secret: SimpleNamespace) -> None:
    stage = judged_in_secret
    with clock.simulated(stage.phase.closes_at + timedelta(hours=1)):
        actions.release(by=stage.organiser, phase=stage.phase)
        cast.settle()
        mine, guest = everything(stage.ana, stage), everything(None, stage)
    for word in (f"{WORDS} 5", f"{WORDS} 2", OWN, stage.mean):
        assert word in mine, word
        assert word not in guest, word


def test_p8_the_log_of_facts_holds_no_outcome(judged_in_secret: SimpleNamespace) -> None:
    from core.models import Fact

    for fact in Fact.objects.filter(verb__in=["review.saved", "review.done", "decision.made", "assignments.made"]):
        assert "advances" not in str(fact.data) and WORDS not in str(fact.data)
