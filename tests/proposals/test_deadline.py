"""The close: to the second, with grace for what was begun, and nothing slips in beside it (P4)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import User
from contests.models import Contest
from core import clock
from core.permissions import Refused
from proposals import actions
from proposals.models import Entry, Proposal, Revision
from tests import cast

SECOND = timedelta(seconds=1)
NOTHING = timedelta(0)


@pytest.fixture
def contest(db: None) -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def ana(db: None) -> User:
    return cast.person("Ana Author")


def happens(act: Callable[[], object]) -> bool:
    try:
        act()
    except Refused as refused:
        assert refused.refusal.kind == "not_now"
        return False
    return True


@pytest.mark.parametrize(
    ("edge", "beside", "begins", "goes_on"),
    [
        ("opens_at", -SECOND, False, False),
        ("opens_at", NOTHING, True, True),
        ("opens_at", SECOND, True, True),
        ("closes_at", -SECOND, True, True),
        ("closes_at", NOTHING, False, True),  # grace: what was begun may be finished
        ("closes_at", SECOND, False, True),
        ("ends_at", -SECOND, False, True),
        ("ends_at", NOTHING, False, False),
        ("ends_at", SECOND, False, False),
    ],
)
def test_the_close_to_the_second(contest: Contest, ana: User, edge: str, beside: timedelta, begins: bool, goes_on: bool) -> None:
    proposal = cast.draft(ana, contest)
    with clock.simulated(getattr(cast.phase(contest, "submission"), edge) + beside):
        fresh = cast.fresh(proposal)
        assert happens(lambda: actions.start(by=ana, contest=cast.fresh(contest), title="New")) is begins
        assert happens(lambda: actions.save_draft(by=ana, proposal=fresh, version=1, pitch="Last words.")) is goes_on
        assert happens(lambda: actions.submit(by=ana, proposal=fresh, accept_rules=True)) is goes_on
        withdrawn = happens(lambda: actions.withdraw(by=ana, proposal=cast.fresh(proposal)))
        assert withdrawn is (begins and goes_on)


def test_what_counts_is_what_was_submitted_last_before_the_close(contest: Contest, ana: User) -> None:
    proposal = cast.submitted(ana, contest)
    with cast.during(contest, "submission"):
        actions.save_draft(by=ana, proposal=proposal, version=1, pitch="Second.")
        second = actions.submit(by=ana, proposal=proposal, accept_rules=True)
        actions.save_draft(by=ana, proposal=cast.fresh(proposal), version=2, pitch="Never submitted.")
    with cast.during(contest, "judging"):
        entry = Entry.objects.get()
        assert entry.revision == second and entry.revision.pitch == "Second."


def test_no_beat_is_needed_for_the_close(contest: Contest, ana: User) -> None:
    proposal = cast.draft(ana, contest)
    with clock.simulated(cast.moment(contest, "judging")):  # nothing was recorded, nobody ran any work
        assert cast.phase(contest, "submission").closed_recorded_at is None
        assert not happens(lambda: actions.submit(by=ana, proposal=proposal, accept_rules=True))


def test_drafts_and_withdrawn_proposals_do_not_enter(contest: Contest, ana: User) -> None:
    cast.draft(ana, contest, title="Draft")
    gone, kept = (cast.submitted(ana, contest, title=title) for title in ("Gone", "Kept"))
    with cast.during(contest, "submission"):
        actions.withdraw(by=ana, proposal=gone)
    with cast.during(contest, "judging"):
        assert [entry.proposal for entry in Entry.objects.all()] == [kept]
        actions.freeze(phase=cast.phase(contest, "submission"))
        assert Entry.objects.count() == 1


def test_after_the_freeze_the_judges_text_does_not_change(contest: Contest, ana: User) -> None:
    """In the revision the team writes on; the first round's entry keeps the revision it was judged by."""
    proposal = cast.submitted(ana, contest)
    stays = cast.submitted(ana, contest, title="Stays")
    with cast.during(contest, "judging"):
        first = Entry.objects.get(proposal=proposal)
        before = (first.revision_id, first.revision.answers)
        judging = cast.phase(contest, "judging")
        left = Entry.objects.get(proposal=stays)
        from contests import actions as contests
        from core.database import write

        with write():
            actions.advance(by=contest.created_by, phase=judging, advancing=[first.pk], staying=[left.pk])
            contests.mark_released(by=contest.created_by, phase=judging)
    with cast.during(contest, "revision"):
        version = cast.fresh(proposal).version
        saved = actions.save_draft(by=ana, proposal=proposal, version=version, answers={"who": "New people."})
        actions.submit(by=ana, proposal=saved, accept_rules=True)
        assert not happens(lambda: actions.save_draft(by=ana, proposal=stays, version=1, pitch="Me too."))
        assert not happens(lambda: actions.submit(by=ana, proposal=stays, accept_rules=True))
        first.refresh_from_db()
        assert (first.revision_id, first.revision.answers) == before
    with cast.during(contest, "judging", 2):
        second = Entry.objects.get(phase=cast.phase(contest, "judging", 2))
        assert second.revision.answers["who"] == "<p>New people.</p>"
        assert cast.fresh(first).revision_id == before[0]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round", range(3))
def test_a_submission_is_before_the_close_or_refused(contest: Contest, round: int) -> None:
    """Authors submit again and again while the phase closes: no submission is later than the freeze."""
    people = [cast.person(f"Author {n}") for n in range(6)]
    proposals = [cast.draft(person, contest, title=f"Idea {n}") for n, person in enumerate(people)]
    end = cast.phase(contest, "submission").ends_at
    assert end is not None
    stop, errors, refused = threading.Event(), [], []

    def author(person: User, proposal: Proposal) -> None:
        try:
            while not stop.is_set():
                if not happens(lambda: actions.submit(by=person, proposal=proposal, accept_rules=True)):
                    refused.append(proposal.pk)
                    return
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with clock.simulated(end - SECOND):
        threads = [threading.Thread(target=author, args=pair) for pair in zip(people, proposals, strict=True)]
        for thread in threads:
            thread.start()
        while Revision.objects.count() < 6 + round:
            pass
        with clock.simulated(end):
            cast.settle()
            frozen = dict(Entry.objects.values_list("proposal", "revision"))
            for thread in threads:
                thread.join(30)
            stop.set()
    assert errors == [] and len(refused) == 6
    last = {proposal.pk: cast.fresh(proposal).submitted_revision_id for proposal in proposals}
    assert frozen == {pk: revision for pk, revision in last.items() if revision is not None}
    assert not Revision.objects.filter(at__gte=end).exists()
