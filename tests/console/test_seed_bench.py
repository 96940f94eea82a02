"""The bench's data: made in bulk, yet nothing in it that the acts would not have made."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from console.management.bench.making import Size, make
from contests.models import Contest
from contests.phases import Kind
from core import clock, due
from proposals.models import Proposal
from tests import cast
from voting.models import Ballot, BallotEvent

TODAY = datetime(2027, 6, 1, 12, tzinfo=UTC)


def seed(**options: object) -> None:
    call_command("seed_bench", scale=0.004, verbosity=0, **options)


@pytest.mark.django_db
def test_what_is_made_keeps_every_invariant_and_leaves_no_work(capsys):
    seed()
    call_command("check_invariants")  # exits with the number of violations
    assert due.ripe(at=clock.now()) == []
    assert Ballot.objects.count() > 300 and BallotEvent.objects.count() > Ballot.objects.count()


@pytest.mark.django_db
def test_together_the_contests_stand_in_every_phase_and_life_goes_on_in_them(client):
    seed()
    now = clock.now()
    contests = list(Contest.objects.prefetch_related("phases"))
    running = {span.kind for contest in contests if (span := contest.timeline.running(now))}
    assert len(contests) == 15 and running == set(Kind)
    assert any(contest.timeline.waiting(now) for contest in contests)
    cast.settle()
    assert cast.person("Newcomer").pk > User.objects.filter(email__startswith="seed").order_by("-pk")[0].pk
    proposal = Proposal.objects.submitted().order_by("-comment_count").first()
    assert client.get(proposal.get_absolute_url()).status_code == 200


@pytest.mark.django_db
def test_the_same_seed_makes_the_same_but_for_the_numbers_of_rows():
    def made() -> list[tuple[object, ...]]:
        last = Proposal.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        make(Size.of(0.001), seed=3, today=TODAY, say=lambda text: None)
        return list(Proposal.objects.filter(pk__gt=last).order_by("pk").values_list("title", "status", "submitted_at"))

    assert made() == made()


def test_at_scale_one_it_is_climate_colab():
    whole = Size.of(1)
    assert (whole.members, whole.proposals) == (80_000, 2_000)
    assert sum(whole.proposals_of(number) for number in range(15)) == pytest.approx(2_000, abs=15)
    assert Size.of(0.1, in_one=20_000).proposals_of(0) == 20_000


@pytest.mark.django_db
def test_it_stays_away_from_production_and_from_what_is_there_already(settings):
    cast.person("Somebody")
    with pytest.raises(CommandError, match="not empty"):
        seed()
    with pytest.raises(CommandError, match="scale"):
        call_command("seed_bench", scale=0)
    settings.PRODUCTION = True
    with pytest.raises(CommandError, match="production"):
        seed(yes=True)
