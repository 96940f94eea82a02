"""Who hears of what: one row per notice, with the people who get it and nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from community import actions as community
from contests import actions as contests
from core import clock
from core.models import Fact
from judging import actions as judging
from notifications.models import Delivery
from proposals.models import Entry
from results import actions as results
from tests import cast
from voting import actions as voting

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    """A whole contest: two proposals, two judges, a follower, two voters; one proposal wins."""
    olga = cast.organiser()
    contest = cast.contest(olga)
    people = {name: cast.person(name) for name in ("Ana", "Ben", "Jude", "Jill", "Fay", "Vic", "Val", "Nobody")}
    cast.member_of(contest, people["Jude"], "judge")
    cast.member_of(contest, people["Jill"], "judge")
    with clock.simulated(cast.START - timedelta(days=1)):
        community.follow(by=people["Fay"], contest=contest)
    return {"contest": contest, "olga": olga, **people}


def told(notice: str, channel: str = "site") -> list[str]:
    """The first names of everybody who got this notice."""
    rows = Delivery.objects.filter(notice=notice, channel=channel).select_related("recipient").order_by("pk")
    return sorted(str(row.recipient).split()[0] if row.recipient else row.address for row in rows)


def decide_everything(stage, nth: int) -> None:
    """Judge and release the nth round: Ana's proposal goes on, the others stay."""
    contest, jude = stage["contest"], stage["Jude"]
    with cast.during(contest, "judging", nth):
        phase = cast.phase(contest, "judging", nth)
        entries = list(Entry.objects.filter(phase=phase).select_related("proposal"))
        judging.assign(by=stage["olga"], phase=phase, pairs=[(jude.pk, entry.pk) for entry in entries])
        cast.settle()
    with clock.simulated(phase.closes_at + timedelta(hours=1)):
        cast.settle()
        outcome = {e.pk: "advances" if e.proposal.created_by == stage["Ana"] else "stays" for e in entries}
        judging.decide(by=stage["olga"], phase=cast.fresh(phase), decisions=outcome, letters={
            e.pk: "We liked the numbers.\nPlease say who maintains it." for e in entries})  # fmt: skip
        judging.release(by=stage["olga"], phase=cast.fresh(phase))
        cast.settle()


def test_a_whole_contest_tells_exactly_those_concerned(stage):
    contest = stage["contest"]
    ana = cast.submitted(stage["Ana"], contest)
    ben = cast.submitted(stage["Ben"], contest, title="Green tram stops")
    assert told("submitted") == ["Ana", "Ben"]
    assert told("phase_opened") == ["Fay"]  # submission opened: followers

    Delivery.objects.all().delete()
    decide_everything(stage, 1)
    # Judging opened for its judges; the release opened the revision, for those alone who may revise.
    assert told("phase_opened") == ["Ana", "Jill", "Jude"]
    assert told("assigned") == ["Jude"]
    assert told("decided") == ["Ana", "Ben"]
    letter = Delivery.objects.get(notice="decided", recipient=stage["Ana"], channel="mail")
    assert "> We liked the numbers.\n> Please say who maintains it." in letter.text
    assert f"/proposals/{ana.pk}/feedback/" in letter.text
    assert "goes on" in letter.subject and "Green tram" not in letter.text
    assert "not" in Delivery.objects.get(notice="decided", recipient=stage["Ben"], channel="mail").text

    Delivery.objects.all().delete()
    decide_everything(stage, 2)
    assert told("phase_opened") == ["Ana", "Ben", "Fay", "Jill", "Jill", "Jude", "Jude", "Olga"]  # judging, then voting
    assert told("decided") == ["Ana"]
    with cast.during(contest, "voting"):
        vote = cast.phase(contest, "voting")
        entry = Entry.objects.get(phase=vote, proposal=ana)
        ballot = voting.cast(phase=vote, by=stage["Vic"], choices=[entry.pk])
        voting.cast(phase=vote, by=stage["Val"], choices=[entry.pk])
    assert told("voted") == ["Val", "Vic"]
    receipt = Delivery.objects.get(notice="voted", recipient=stage["Vic"], channel="mail")
    assert ballot.receipt in receipt.text
    assert ana.title not in receipt.text + receipt.html

    Delivery.objects.all().delete()
    with cast.during(contest, "results"):
        results.release(by=stage["olga"], contest=cast.fresh(contest))
    assert told("results") == ["Ana", "Ben", "Fay", "Jill", "Jude", "Olga", "Val", "Vic"]
    assert told("results", "mail") == told("results")
    assert "Popular Choice: Cool roofs" in Delivery.objects.filter(notice="results").first().text
    assert "Nobody" not in str([told(name) for name in ("results", "phase_opened", "decided")])
    assert ben.title not in Delivery.objects.filter(notice="results").first().text
    assert len(mail.outbox) == 29 and not Delivery.objects.filter(channel="mail").exclude(state="sent").exists()


def test_an_invitation_goes_to_an_address_without_an_account(stage):
    with clock.simulated(cast.START):
        contests.invite(by=stage["olga"], contest=stage["contest"], email="New.Judge@people.example", role="judge")
        cast.settle()
    sent = Delivery.objects.get(notice="invitation")
    assert (sent.recipient, sent.address, sent.channel) == (None, "new.judge@people.example", "mail")
    assert "/invitations/" in sent.text and ["new.judge@people.example"] in [sent.to for sent in mail.outbox]
    assert "/invitations/" not in str(list(Fact.objects.values_list("data", flat=True)))


def test_a_member_is_invited_on_the_site_too_and_the_inviter_hears_the_answer(stage):
    with clock.simulated(cast.START):
        fay = stage["Fay"]
        invitation = contests.invite(by=stage["olga"], contest=stage["contest"], email=fay.email, role="advisor")
        cast.settle()
        assert told("invitation") == told("invitation", "mail") == ["Fay"]
        contests.accept_invitation(by=fay, invitation=invitation)
        cast.settle()
    assert told("accepted") == ["Olga"]


def test_moved_dates_reach_followers_writers_and_roles_with_the_reason(stage):
    contest = stage["contest"]
    cast.submitted(stage["Ana"], contest)
    cast.draft(stage["Ben"], contest)
    with cast.during(contest, "submission") as at:
        rows = [
            {"id": p.pk, "kind": p.kind, "name": p.name, "opens_at": p.opens_at, "closes_at": p.closes_at, "grace": p.grace}
            for p in contest.phases.all()
        ]
        rows[-1]["opens_at"] += timedelta(days=2)
        rows[-2]["closes_at"] += timedelta(days=2)
        assert at
        contests.set_schedule(by=stage["olga"], contest=contest, phases=rows, reason="A holiday fell into the vote.")
    assert told("schedule") == ["Ana", "Ben", "Fay", "Jill", "Jude", "Olga"]
    assert "A holiday fell into the vote." in Delivery.objects.filter(notice="schedule").first().text


def test_a_comment_reaches_the_team_and_who_was_answered_never_its_writer(stage):
    contest = stage["contest"]
    proposal = cast.submitted(stage["Ana"], contest)
    cast.join(proposal, stage["Ben"])
    with cast.during(contest, "submission"):
        first = community.comment(by=stage["Vic"], proposal=proposal, text="How <b>much</b> paint?")
        cast.settle()
        assert told("comment") == ["Ana", "Ben"]
        Delivery.objects.all().delete()
        community.comment(by=stage["Ana"], proposal=proposal, text="200 litres.", parent=first)
        cast.settle()
        assert told("comment") == ["Ben", "Vic"]
        assert "replied to you" in Delivery.objects.get(recipient=stage["Vic"], channel="mail").subject
        community.import_comments(
            by=stage["olga"], proposal=proposal, comments=[community.Imported(text="Old", at=cast.START)]
        )
        cast.settle()
    assert told("comment") == ["Ben", "Vic"]  # nobody hears of words that are years old


def test_dates_are_said_in_the_readers_zone_and_the_contests(stage):
    ana = stage["Ana"]
    ana.time_zone = "Asia/Dhaka"
    ana.save()
    cast.submitted(ana, stage["contest"])
    text = Delivery.objects.get(notice="submitted", recipient=ana, channel="mail").text
    assert "your time" in text and "Madrid time" in text


def test_closed_accounts_hear_nothing(stage):
    stage["Fay"].is_active = False
    stage["Fay"].save()
    with cast.during(stage["contest"], "submission"):
        pass
    assert told("phase_opened") == []
