"""One whole contest on real input: 80 proposals of Madrid, twelve judges, and the 2,332 ballots of a vote in Poznań.

Everything goes through the actions on the simulated clock; what beat and the worker would do is done by `settle`.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from contests import actions as contests
from contests.models import Contest
from core import clock
from core.html import to_text
from judging import actions as judging
from judging.models import Assignment, EntryScore
from notifications.models import Delivery
from proposals import actions as proposals
from proposals.models import Distinction, Entry, Proposal
from results import actions as results
from results.models import Tally
from tests import cast
from voting import actions as voting
from voting.models import Ballot, BallotEvent

DATA = os.environ.get("GROUNDSWELL_DATA", "")
PUBLISHED = [744, 705, 489, 203, 112, 54, 25]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA, reason="GROUNDSWELL_DATA is not set: no real data to run on"),
]


def poznan() -> tuple[list[str], list[tuple[str, list[str]]]]:
    """Projects in the published order, and the ballots as (voter, choices)."""
    text = Path(DATA, "elections", "poznan_2025_9_stare_miasto_large.pb").read_text(encoding="utf-8")
    blocks = text.split("PROJECTS\n", 1)[1].split("VOTES\n", 1)
    projects = [line.split(";")[0] for line in blocks[0].splitlines()[1:] if line]
    ballots = [line.split(";") for line in blocks[1].splitlines()[1:] if line]
    return projects, [(row[0], row[1].split(",")) for row in ballots]


def workspace(organiser: User) -> Contest:
    with clock.simulated(cast.START - timedelta(days=30)):
        contest = contests.create_from_template(
            by=organiser, title="Decide Madrid", question="What should the city do?", template="idea-workspace",
            time_zone="Europe/Madrid", starts_at=cast.START - timedelta(days=29), organiser_name="Madrid",
        )  # fmt: skip
        contests.edit_contest(by=organiser, contest=contest, brief="Propuestas ciudadanas.", prizes="-", eligibility="-")
        return contests.publish(by=organiser, contest=contest)


def take_stock() -> None:
    """What a database does by itself between days: count its rows, so that it plans for them."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def enter_all(contest: Contest, ideas: list[Proposal]) -> None:
    """Eighty authors bring the imported texts into the contest, and submit them."""
    for number, idea in enumerate(ideas):
        author = cast.person(f"Author {number}")
        proposal = proposals.start(
            by=author, contest=contest, title=idea.title, pitch=idea.pitch or idea.title, answers={"text": idea.answers["text"]}
        )
        proposals.submit(by=author, proposal=proposal, accept_rules=True)
    take_stock()
    cast.settle()


def judge_all(contest: Contest, nth: int, *, judges: list[User], reviews: int, advancing: int, seed: int) -> list[Entry]:
    """Assign, review, decide by mean, release after the close. Answers the entries that go on."""
    phase, chance = cast.phase(contest, "judging", nth), random.Random(seed)
    with cast.during(contest, "judging", nth):
        judging.assign_balanced(
            by=contest.created_by, phase=phase, reviews_per_entry=reviews, max_per_judge=80 * reviews // len(judges) + 1
        )
        for assignment in Assignment.objects.filter(entry__phase=phase).select_related("judge"):
            marks = {criterion.pk: chance.randint(1, 5) for criterion in phase.criteria.all()}
            judging.save_review(
                by=assignment.judge, assignment=assignment, version=0, marks=marks,
                feedback="Clear and modest.", note="", recommendation="unsure",
            )  # fmt: skip
            judging.mark_done(by=assignment.judge, assignment=assignment)
        take_stock()
    with clock.simulated(phase.closes_at + timedelta(minutes=1)):
        cast.settle()
        scores = EntryScore.objects.filter(entry__phase=phase).order_by("-mean", "entry_id")
        ranked = [score.entry for score in scores.select_related("entry")]
        assert {score.count for score in scores} == {reviews}
        decisions = {entry.pk: "advances" if rank < advancing else "stays" for rank, entry in enumerate(ranked)}
        judging.decide(by=contest.created_by, phase=phase, decisions=decisions)
        judging.release(by=contest.created_by, phase=phase)
        cast.settle()
    return ranked[:advancing]


def electorate(ballots: list[tuple[str, list[str]]]) -> dict[str, User]:
    voters = User.objects.bulk_create(
        User(email=f"{voter}@poznan.example", address_key=f"{voter}@poznan.example", handle=f"p{voter}", password="!")
        for voter, _ in ballots
    )
    EmailAddress.objects.bulk_create(EmailAddress(user=v, email=v.email, primary=True, verified=True) for v in voters)
    take_stock()
    return {voter: user for (voter, _), user in zip(ballots, voters, strict=True)}


def test_a_whole_contest_over_madrids_proposals_counts_poznans_ballots_as_published() -> None:
    organiser = cast.organiser()
    source = workspace(organiser)
    with clock.simulated(cast.START - timedelta(days=20)):
        madrid = Path(DATA, "madrid")
        call_command(
            "import_proposals", source.slug, str(madrid / "proposals.csv"),
            comments=str(madrid / "comments.csv"), by=organiser.email, verbosity=0,
        )  # fmt: skip
        cast.settle()
    ideas = list(Proposal.objects.filter(contest=source).order_by("pk"))
    assert len(ideas) == 80
    assert sum(idea.comment_count for idea in ideas) >= 5_633
    assert any("ñ" in to_text(idea.answers["text"]) for idea in ideas)

    contest = cast.draft_contest(organiser, title="Madrid decides")
    with clock.simulated(cast.START - timedelta(days=6)):
        text = {"key": "text", "label": "Your idea", "required": True, "max_words": 20_000}
        contests.set_sections(by=organiser, contest=contest, sections=[text])
        contests.publish(by=organiser, contest=contest)
    judges = [cast.member_of(contest, cast.person(f"Judge {n}"), "judge") for n in range(12)]
    contest = cast.fresh(contest)

    with cast.during(contest, "submission"):
        enter_all(contest, ideas)
    assert cast.fresh(contest).proposal_count == 80

    semi = judge_all(contest, 1, judges=judges, reviews=3, advancing=20, seed=1)
    assert len(semi) == 20
    assert Distinction.objects.filter(kind="semi_finalist", proposal__contest=contest).count() == 20

    with cast.during(contest, "revision"):
        first = semi[0].proposal
        author = first.team.get().user
        saved = proposals.save_draft(
            by=author, proposal=first, version=cast.fresh(first).version, pitch="Revised after the judges' letters."
        )
        proposals.submit(by=author, proposal=saved, accept_rules=True)

    finalists = judge_all(contest, 2, judges=judges, reviews=3, advancing=7, seed=2)
    vote = cast.phase(contest, "voting")
    entries = list(Entry.objects.filter(phase=vote).order_by("pk"))
    assert {entry.proposal_id for entry in entries} == {entry.proposal_id for entry in finalists}
    assert Distinction.objects.filter(kind="finalist", proposal__contest=contest).count() == 7

    projects, ballots = poznan()
    ballot_entry = dict(zip(projects, entries, strict=True))
    voters = electorate(ballots)
    with cast.during(contest, "voting"):
        for voter, choices in ballots:
            voting.cast(phase=vote, by=voters[voter], choices=[ballot_entry[project].pk for project in choices])
    assert Ballot.objects.filter(phase=vote, state="counted").count() == 2_332
    assert BallotEvent.objects.filter(phase=vote, kind="cast").count() == 2_332

    with clock.simulated(vote.closes_at + timedelta(minutes=1)):
        cast.settle()
        tally = Tally.objects.get(phase=vote)
        counts = dict(tally.standings.values_list("entry_id", "count"))
        assert [counts[ballot_entry[project].pk] for project in projects] == PUBLISHED
        assert counts == Counter(ballot_entry[p].pk for _, chosen in ballots for p in chosen)
        results.release(by=organiser, contest=cast.fresh(contest))
        cast.settle()
        popular = Distinction.objects.get(kind="popular_choice", proposal__contest=contest)
        assert popular.proposal_id == ballot_entry[projects[0]].proposal_id
        assert popular.released_at is not None

    receipts = Delivery.objects.filter(notice="voted", channel="mail").values("recipient").distinct()
    assert receipts.count() == 2_332
    letters = Delivery.objects.filter(notice="decided", channel="mail")
    assert letters.count() == 80 + 20
