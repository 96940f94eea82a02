"""The demo as it is loaded: made by the acts of real contests, kept by the rules of real ones. Loaded once for all."""

from __future__ import annotations

import gc
import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import pstdev
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.db.models import Count, F

from accounts.models import User
from community.models import Comment, Follow, Support
from console.management.demo import removing
from console.management.demo.agenda import Agenda
from console.management.demo.hurry import in_one_go
from console.management.demo.people import HOST, NAMED, password
from contests.models import Contest, Membership, Phase
from contests.phases import GRANTS, Capability, Kind
from core import clock
from core.models import Due, Fact
from judging.models import Assignment, Decision, EntryScore, Mark, Review
from notifications.models import Delivery
from proposals.models import Distinction, Proposal
from results import actions as results
from results.models import Tally
from voting.models import Ballot, BallotEvent

pytestmark = pytest.mark.django_db  # what a test writes is taken back to the loaded demo
TABLES = (Contest, Proposal, Comment, Support, Follow, Review, Ballot, BallotEvent, Delivery, Fact, Due, User)


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[datetime]:
    """The loaded demo, in one transaction that is taken back; the time it was loaded for."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("demo", stdout=io.StringIO())
        yield clock.now()
        for name in Proposal.objects.exclude(cover="").values_list("cover", flat=True):
            default_storage.delete(name)
        transaction.set_rollback(True)


def named(box: str) -> User:
    return User.objects.get(email=f"{box}@{HOST}")


def contest_in(kind: Kind, at: datetime) -> Contest:
    (found,) = [c for c in Contest.objects.with_phases() if (span := c.timeline.current(at)) and span.kind == kind]
    return found


def test_every_kind_of_phase_is_shown_by_one_contest(demo: datetime) -> None:
    assert Contest.objects.count() == 6
    for kind in Kind:
        assert contest_in(kind, demo).status == "published"


def test_the_numbers_of_the_issue_are_reached(demo: datetime) -> None:
    assert Proposal.objects.submitted().count() >= 60
    assert Membership.objects.filter(role="judge").values("user").distinct().count() == 12
    staff = Membership.objects.exclude(user=None).values("user")
    assert User.objects.exclude(pk__in=staff).filter(is_staff=False).count() >= 298
    assert Proposal.objects.exclude(cover="").count() >= 12
    assert all(default_storage.exists(p.cover) and p.cover_alt for p in Proposal.objects.exclude(cover=""))


def test_only_the_five_can_sign_in(demo: datetime) -> None:
    able = [user for user in User.objects.all() if user.has_usable_password()]
    assert sorted(user.email for user in able) == sorted(f"{name}@{HOST}" for name in NAMED)
    assert authenticate(username=f"member@{HOST}", email=f"member@{HOST}", password=password()) == named("member")
    assert all(user.handle and user.address_key for user in User.objects.all())


def test_the_open_contest_closes_in_some_days_and_not_at_midnight(demo: datetime) -> None:
    contest = contest_in(Kind.SUBMISSION, demo)
    closes = contest.timeline.current(demo).closes_at  # type: ignore[union-attr]
    assert closes is not None
    assert timedelta(days=4) < closes - demo < timedelta(days=14)
    assert Phase.objects.exclude(closes_at=None).filter(closes_at__minute=0, closes_at__second=0).count() == 25


def test_each_contest_has_its_own_place_topic_rules_and_weights(demo: datetime) -> None:
    contests = list(Contest.objects.all())
    for field in ("time_zone", "topic", "organiser_name", "question", "brief"):
        assert len({getattr(contest, field) for contest in contests}) == 6, field
    assert all(c.prizes and c.eligibility and c.rules_versions.first().text for c in contests)  # type: ignore[union-attr]
    weights = Phase.objects.filter(kind=Kind.JUDGING).values_list("criteria__name", "criteria__weight").distinct()
    assert len(weights) > 6


def test_the_organiser_runs_every_contest(demo: datetime) -> None:
    assert Contest.objects.managed_by(named("organiser")).count() == 6


def test_the_judge_has_work_left_begun_and_done_where_judging_runs(demo: datetime) -> None:
    contest = contest_in(Kind.JUDGING, demo)
    queue = Assignment.objects.queue_of(named("judge")).filter(entry__proposal__contest=contest)
    assert queue.filter(state="open").count() >= 3
    assert queue.filter(state="open", review__feedback="", review__marks__isnull=False).distinct().count() == 1
    assert queue.filter(state="done").count() == 1


def test_the_author_has_a_draft_and_submitted_proposals_and_one_to_revise(demo: datetime) -> None:
    own = Proposal.objects.of_team(named("author"))
    assert own.filter(status="draft", contest=contest_in(Kind.SUBMISSION, demo)).count() == 1
    assert own.filter(status="submitted").count() >= 3
    assert own.filter(entries__phase=current(contest_in(Kind.REVISION, demo), demo)).exists()


def current(contest: Contest, at: datetime) -> Phase:
    return Phase.objects.get(pk=contest.timeline.current(at).id)  # type: ignore[union-attr]


def test_the_member_can_vote_and_has_not_yet(demo: datetime) -> None:
    vote = current(contest_in(Kind.VOTING, demo), demo)
    assert Capability.VOTE in GRANTS[Kind(vote.kind)]
    assert not Ballot.objects.filter(voter=named("member")).exists()
    assert not Proposal.objects.of_team(named("member")).exists()
    assert Ballot.objects.filter(phase=vote, state="counted").count() > 80


def test_judges_differ(demo: datetime) -> None:
    assert Review.objects.done().count() > 100
    assert set(Mark.objects.values_list("points", flat=True)) == {1, 2, 3, 4, 5}
    assert pstdev(Mark.objects.values_list("points", flat=True)) > 0.7
    assert EntryScore.objects.filter(spread__gt=0.3).count() > 10
    words = Review.objects.done().values_list("feedback", flat=True)
    assert len(set(words)) == len(words)
    reviewers = Review.objects.done().values("assignment__judge").distinct().count()
    assert reviewers == 11  # one of the twelve sits on the jury of the contest that is still open


def test_what_is_decided_is_released_with_reasons(demo: datetime) -> None:
    assert not Decision.objects.filter(released_at=None, entry__phase__closes_at__lt=demo).exists()
    contest = contest_in(Kind.RESULTS, demo)
    winners = Distinction.objects.released(at=demo).filter(phase__contest=contest, kind__endswith="_choice")
    assert {winner.kind for winner in winners} == {"judges_choice", "popular_choice"}
    assert len({winner.proposal_id for winner in winners}) == 2
    assert all(winner.reason for winner in winners)
    hidden = Distinction.objects.filter(kind="judges_choice", released_at=None)
    assert hidden.get().phase.contest == contest_in(Kind.VOTING, demo)  # known to the jury, shown with the results


def test_the_vote_is_spread_and_counts_the_same_again(demo: datetime) -> None:
    counted = Tally.objects.get()
    places = list(counted.standings.values_list("count", flat=True))
    assert places[0] < counted.ballots * 0.85
    assert len(set(places)) > 3
    assert set(Ballot.objects.values_list("used", flat=True)) == {0, 1, 2, 3}
    assert set(BallotEvent.objects.values_list("kind", flat=True)) == {"cast", "changed", "withdrawn"}
    assert results.tally(phase=counted.phase) == counted
    again = Tally.objects.filter(pk=counted.pk).update(position=F("position") - 1)  # so that it has to be counted anew
    assert again == 1
    assert results.tally(phase=counted.phase).digest == counted.digest


def test_proposals_draw_more_and_less_attention(demo: datetime) -> None:
    numbers = set(Proposal.objects.submitted().values_list("support_count", flat=True))
    assert len(numbers) > 12
    assert max(numbers) > 20
    assert Comment.objects.exclude(parent=None).count() > 30
    assert Follow.objects.count() > 150
    assert not Support.objects.filter(proposal__team__user=F("user")).exists()


def test_everything_lies_in_the_past_and_in_order(demo: datetime) -> None:
    assert not Fact.objects.filter(at__gt=demo).exists()
    times = list(Fact.objects.order_by("pk").values_list("at", flat=True))
    assert times == sorted(times)
    assert not Comment.objects.filter(parent__at__gt=F("at")).exists()
    assert not Comment.objects.filter(at__lt=F("proposal__submitted_at"), proposal__submitted_revision__number=1).exists()


def test_no_work_waits_or_was_given_up(demo: datetime) -> None:
    assert dict(Due.objects.values_list("state").annotate(n=Count("pk"))) == {"done": Due.objects.count()}
    assert not Due.objects.exclude(error="").exists()


def test_no_invariant_is_broken(demo: datetime) -> None:
    call_command("check_invariants", stdout=io.StringIO())  # a broken one would end the process


def test_a_first_start_sends_no_mail(demo: datetime, mailoutbox: list[Any]) -> None:
    assert mailoutbox == []
    assert not Delivery.objects.exclude(state="sent").exists()
    assert not Delivery.objects.filter(sent_at__gt=demo - timedelta(minutes=1)).exclude(sent_at=F("created_at")).exists()


def test_the_named_people_have_a_few_unread_notices_among_older_ones(demo: datetime) -> None:
    for box in ("organiser", "judge", "author", "member"):
        assert 1 <= Delivery.objects.unread_by(named(box)).count() <= 3, box
    assert Delivery.objects.on_site_for(named("author")).exclude(read_at=None).count() > 5


def test_moved_dates_tell_their_reason(demo: datetime) -> None:
    (change,) = contest_in(Kind.REVISION, demo).schedule_changes.all()
    assert "two days" in change.reason


def test_loading_it_twice_is_refused(demo: datetime) -> None:
    with pytest.raises(CommandError, match="--reset"):
        call_command("demo")


def test_reset_takes_all_of_it_away_but_other_peoples_accounts(demo: datetime) -> None:
    visitor = User.objects.create_user("visitor@people.example", handle="visitor", display_name="Vera")
    removing.remove()
    assert {table.__name__: table._base_manager.count() for table in TABLES} == {
        **dict.fromkeys((table.__name__ for table in TABLES), 0),
        "User": 1,
    }
    assert User.objects.get() == visitor
    removing.remove()  # nothing is left to remove, and that is fine
    assert User.objects.get() == visitor


def test_reset_refuses_where_somebody_else_has_written_or_asked(demo: datetime) -> None:
    visitor = User.objects.create_user("visitor@people.example", handle="visitor", display_name="Vera")
    proposal = Proposal.objects.submitted().first()
    written = Comment.objects.create(proposal=proposal, author=visitor, text="I was here.", at=demo)
    with pytest.raises(CommandError, match=r"1 person.*Nothing was removed"):
        call_command("demo", "--reset")
    written.delete()
    Contest.objects.filter(pk=contest_in(Kind.WORKSPACE, demo).pk).update(created_by=visitor)
    with pytest.raises(CommandError, match="1 contest"):
        call_command("demo", "--reset")
    assert Contest.objects.count() == 6


def test_a_production_process_refuses(demo: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PRODUCTION", True)
    with pytest.raises(CommandError, match="production"):
        call_command("demo", "--reset")


def test_acts_happen_in_the_order_of_their_times_and_none_after_today(demo: datetime) -> None:
    agenda, seen = Agenda(demo, []), list[tuple[str, datetime]]()
    for name, days in (("second", -1), ("never", 1), ("first", -3)):
        agenda.at(demo + timedelta(days=days), lambda name=name: seen.append((name, clock.now())))  # type: ignore[misc]
    agenda.play()
    assert seen == [("first", demo - timedelta(days=3)), ("second", demo - timedelta(days=1))]


def test_a_load_that_fails_leaves_nothing_and_the_process_as_it_was(demo: datetime) -> None:
    before = (settings.PAGE_CACHE, connection.features.uses_savepoints, User.objects.count())
    with pytest.raises(LookupError), in_one_go():
        User.objects.create_user("half@people.example")
        raise LookupError
    assert (settings.PAGE_CACHE, connection.features.uses_savepoints, User.objects.count()) == before
    assert gc.isenabled()
