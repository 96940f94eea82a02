"""Two hands on one text: the second is told, and every acknowledged word is still there (P6)."""

from __future__ import annotations

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from contests.models import Contest
from core import clock
from core.database import Stale
from proposals import actions
from proposals.models import Proposal
from tests import cast


@pytest.fixture
def contest(db: None) -> Contest:
    return cast.contest(cast.organiser())


def test_a_stale_save_is_refused_with_what_is_stored(contest: Contest) -> None:
    ana = cast.person("Ana")
    proposal = cast.draft(ana, contest)
    ben = cast.join(proposal, cast.person("Ben"))
    with cast.during(contest, "submission"):
        actions.save_draft(by=ana, proposal=proposal, version=1, pitch="Ana's.")
        with pytest.raises(Stale) as stale:
            actions.save_draft(by=ben, proposal=proposal, version=1, pitch="Ben's.")
        assert stale.value.current.pitch == "Ana's." and stale.value.current.version == 2
        with pytest.raises(Stale):
            actions.submit(by=ben, proposal=proposal, accept_rules=True, version=1)


def test_other_sections_keep_their_text(contest: Contest) -> None:
    ana = cast.person("Ana")
    proposal = cast.draft(ana, contest)
    with cast.during(contest, "submission"):
        saved = actions.save_draft(by=ana, proposal=proposal, version=1, answers={"cost": "Nothing."})
    assert saved.answers == {**proposal.answers, "cost": "<p>Nothing.</p>"}
    with cast.during(contest, "submission"), pytest.raises(ValidationError):
        actions.save_draft(by=ana, proposal=proposal, version=2, answers={"nowhere": "x"})


@pytest.mark.django_db(transaction=True)
def test_twenty_authors_at_once_lose_no_word(contest: Contest) -> None:
    owner = cast.person("Owner")
    proposal = cast.draft(owner, contest)
    team = [cast.join(proposal, cast.person(f"Writer {n}")) for n in range(20)]
    errors: list[Exception] = []
    told: list[int] = []
    gate = threading.Barrier(20)

    def write_one_line(number: int) -> None:
        try:
            known: Proposal = proposal
            gate.wait(30)
            while True:
                text = known.answers["who"] + f"<p>line {number};</p>"
                try:
                    actions.save_draft(by=team[number], proposal=known, version=known.version, answers={"who": text})
                    return
                except Stale as stale:
                    told.append(number)
                    known = stale.current
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    with clock.simulated(cast.moment(contest, "submission")):
        threads = [threading.Thread(target=write_one_line, args=[n]) for n in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
    saved = cast.fresh(proposal)
    assert errors == [] and told
    assert saved.version == 21
    assert all(saved.answers["who"].count(f"line {n};") == 1 for n in range(20))


@pytest.mark.django_db(transaction=True)
def test_one_attempt_begins_one_draft_however_often_it_is_sent_at_once(contest: Contest) -> None:
    ana = cast.person("Ana")
    begun: list[int] = []
    gate = threading.Barrier(8)

    def begin() -> None:
        try:
            gate.wait(30)
            begun.append(actions.start(by=ana, contest=contest, title="Trees", once="k").pk)
        finally:
            connection.close()

    with clock.simulated(cast.moment(contest, "submission")):
        threads = [threading.Thread(target=begin) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    assert len(begun) == 8 and len(set(begun)) == 1
    assert Proposal.objects.count() == 1
