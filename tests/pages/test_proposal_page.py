"""A proposal's page: what was submitted, for everybody; what was not, for the team; and nothing that bites."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from contests import actions as contests
from contests.phases import Kind
from core import clock
from proposals import actions as proposals
from proposals.models import Proposal
from tests import cast
from tests.pages.stage import as_, look

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert("x")</script>'


def test_the_id_alone_finds_it_for_good(client: Client) -> None:
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana Author"), contest)
    with cast.during(contest, Kind.SUBMISSION):
        for ref in (f"{proposal.pk}", f"{proposal.pk}-an-older-title", f"{proposal.pk}-"):
            answer = client.get(f"/proposals/{ref}/")
            assert (answer.status_code, answer.headers["Location"]) == (302, proposal.get_absolute_url())
        assert client.get(proposal.get_absolute_url()).status_code == 200
        for ref in ("0", "999999", "9" * 18):
            assert client.get(f"/proposals/{ref}/").status_code == 404


def test_others_read_what_was_submitted_and_the_team_learns_what_was_not() -> None:
    contest = cast.contest(cast.organiser())
    ana, judge = cast.person("Ana Author"), cast.judge(contest)
    proposal = cast.submitted(ana, contest)
    with cast.during(contest, Kind.SUBMISSION):
        proposals.save_draft(
            by=ana, proposal=proposal, version=proposal.version, title="Zanzibar plan", pitch="Zanzibar pitch",
            answers={"summary": "Zanzibar words"},
        )  # fmt: skip
        address = f"{contest.get_absolute_url()}proposals/"
        page = as_().get(f"/proposals/{proposal.pk}/").headers.get("Location") or proposal.get_absolute_url()
        for person in (None, judge, contest.created_by):
            for place in (page, address, "/", "/people/ana-author/", "/search/?q=zanzi", f"{address}?q=zanzi"):
                assert "anzibar" not in look(place, person), f"{place} shows {person} the working copy"
        own = look(page, ana)
    assert "You have changes that are not submitted" in own
    assert f"/proposals/{proposal.pk}/edit/" in own
    assert "Zanzibar words" not in own


def test_a_draft_is_seen_by_its_team_alone() -> None:
    contest = cast.contest(cast.organiser())
    ana = cast.person("Ana Author")
    proposal = cast.draft(ana, contest)
    with cast.during(contest, Kind.SUBMISSION):
        for person in (None, cast.person("Mem Ber"), contest.created_by):
            assert as_(person).get(proposal.get_absolute_url()).status_code == 404
        html = look(proposal.get_absolute_url(), ana)
    assert "This is a draft" in html
    assert "We paint the roofs" in html


def test_titles_and_names_are_text_never_markup() -> None:
    organiser = cast.organiser(f"{HOSTILE} Olga")
    contest = cast.contest(organiser)
    contests.edit_contest(
        by=organiser, contest=contest, title=HOSTILE, question=HOSTILE, organiser_name=HOSTILE, topic=HOSTILE,
        brief=f"<p>Hot. {HOSTILE}</p>", prizes=HOSTILE, eligibility=HOSTILE,
    )  # fmt: skip
    ana = cast.person("Ana Author", affiliation=HOSTILE, bio=HOSTILE)
    type(ana).objects.filter(pk=ana.pk).update(display_name=HOSTILE)
    proposal = cast.submitted(cast.fresh(ana), contest, title=HOSTILE, topic=HOSTILE)
    pages = ("/", "/contests/", f"/contests/?q={HOSTILE}", contest.get_absolute_url(), proposal.get_absolute_url())
    pages += (f"{contest.get_absolute_url()}proposals/", "/people/ana-author/", f"/search/?q={HOSTILE}", "/me/")
    with cast.during(contest, Kind.SUBMISSION):
        for page in pages:
            assert "<script>alert" not in look(page, ana), page
        assert "<script>alert" not in look("/sitemap.xml")


def test_stored_html_is_cleaned_again_when_it_is_shown() -> None:
    """Rows written under older rules, or past the actions, do no harm."""
    contest = cast.contest(cast.organiser())
    ana = cast.person("Ana Author")
    proposal = cast.draft(ana, contest)
    bad = '<p onclick="x()">Fine</p><script>x()</script><img src="https://spy.example/a.png"><a href="javascript:x()">y</a>'
    Proposal.objects.filter(pk=proposal.pk).update(answers={"summary": bad})
    type(contest).objects.filter(pk=contest.pk).update(brief=bad, prizes=bad, eligibility=bad)
    with cast.during(contest, Kind.SUBMISSION):
        for page in (proposal.get_absolute_url(), contest.get_absolute_url()):
            html = look(page, ana)
            assert "Fine" in html
            for trace in ("onclick", "<script>", "spy.example", "javascript:"):
                assert trace not in html


def test_support_and_vote_are_offered_in_their_phases_only() -> None:
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana Author"), contest)
    support, vote = f"/proposals/{proposal.pk}/support/", f"{contest.get_absolute_url()}vote/"
    fan = cast.person("Fay Fan")
    with cast.during(contest, Kind.SUBMISSION):
        html = look(proposal.get_absolute_url(), fan)
        assert support in html
        assert vote not in html
        assert f"/accounts/login/code/?next=%2Fproposals%2F{proposal.pk}" in look(proposal.get_absolute_url())
    cast.judged(contest)
    cast.judged(contest, 2)
    with cast.during(contest, Kind.VOTING):
        html = look(proposal.get_absolute_url(), fan)
        assert support not in html
        assert vote in html


def test_feedback_is_offered_to_the_team_after_the_release_only() -> None:
    contest = cast.contest(cast.organiser())
    ana = cast.person("Ana Author")
    proposal = cast.submitted(ana, contest)
    feedback = f"/proposals/{proposal.pk}/feedback/"
    with cast.during(contest, Kind.JUDGING):
        assert feedback not in look(proposal.get_absolute_url(), ana)
    cast.judged(contest)
    with cast.during(contest, Kind.REVISION):
        assert feedback in look(proposal.get_absolute_url(), ana)
        assert feedback not in look(proposal.get_absolute_url())


def test_dates_stand_in_the_contests_and_the_viewers_zone() -> None:
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Ana Author"), contest)
    dhaka = cast.person("Rahim Reader", time_zone="Asia/Dhaka")
    address = contest.get_absolute_url()
    with clock.simulated(cast.START + timedelta(days=1)):
        for page in ("/", address, f"{address}proposals/", proposal.get_absolute_url()):
            html = look(page, dhaka)
            assert "Mon 12 Apr, 15:00</strong> your time, Dhaka time (UTC+6)" in html, page
            assert "Mon 12 Apr, 11:00 Madrid time (UTC+2)" in html, page
            guest = look(page)
            assert "Mon 12 Apr, 11:00</strong> Madrid time (UTC+2)" in guest, page
            assert 'data-local-time="2027-04-12T09:00:00+00:00"' in guest, page
