"""Profiles, and what waits for you."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from community import actions as community
from contests.phases import Kind
from proposals.models import Proposal
from tests import cast
from tests.pages.stage import look, proposals_in

pytestmark = pytest.mark.django_db


def test_your_page_asks_who_you_are(client: Client) -> None:
    answer = client.get("/me/")
    assert answer.status_code == 302
    assert "next=%2Fme%2F" in answer.headers["Location"]


def test_a_newcomer_is_offered_three_starts() -> None:
    html = look("/me/", cast.person("New Comer"))
    assert [word in html for word in ("Answer a question", "Make an idea better", "Choose a winner")] == [True] * 3


def test_an_author_sees_what_waits_and_in_which_state_each_proposal_is() -> None:
    contest = cast.contest(cast.organiser())
    ana = cast.person("Ana Author")
    cast.draft(ana, contest, title="Half an idea")
    cast.submitted(ana, contest, title="A whole idea")
    with cast.during(contest, Kind.SUBMISSION):
        html = look("/me/", ana)
    assert "Continue your draft" in html
    chips = re.findall(r'<span class="chip chip--\w+">.*?</svg>([\w ]+)</span>', html)
    assert {"Draft", "Submitted"} <= set(chips)
    assert html.count("button--primary") == 1


def test_an_organiser_and_a_judge_find_their_contests() -> None:
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    judge = cast.judge(contest)
    with cast.during(contest, Kind.SUBMISSION):
        assert f"/manage/{contest.slug}/setup/" in look("/me/", organiser)
        html = look("/me/", judge)
    assert "I judge" in html
    assert f"/manage/{contest.slug}/" not in html


def test_a_profile_shows_what_is_public_and_no_address(client: Client) -> None:
    contest = cast.contest(cast.organiser())
    ana = cast.person("Ana Author", bio="I paint roofs.", affiliation="Roof Co-op", country="Bangladesh")
    own = cast.submitted(ana, contest)
    with cast.during(contest, Kind.SUBMISSION):
        html = look("/people/ana-author/")
        assert [word in html for word in ("I paint roofs.", "Roof Co-op", "Bangladesh")] == [True] * 3
        assert proposals_in(html) == [own.pk]
        assert ana.email not in html
        assert 'content="noindex"' in html


def test_who_is_gone_or_has_no_handle_has_no_profile(client: Client) -> None:
    cast.person("Gone Person", is_active=False)
    assert client.get("/people/gone-person/").status_code == 404
    assert client.get("/people/nobody/").status_code == 404


def test_an_imported_proposal_belongs_to_whom_it_is_credited() -> None:
    contest = cast.contest(cast.organiser())
    importer = cast.person("Ivo Importer")
    proposal = cast.submitted(importer, contest)
    Proposal.objects.filter(pk=proposal.pk).update(credited_to="Grace From The Archive")
    with cast.during(contest, Kind.SUBMISSION):
        assert proposals_in(look("/people/ivo-importer/")) == []
        html = look(proposal.get_absolute_url())
    assert "Grace From The Archive" in html
    assert "Ivo Importer" not in html


def test_whoever_runs_a_contest_is_not_asked_to_answer_it() -> None:
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    follower = cast.person("Fay Follower")
    with cast.during(contest, Kind.SUBMISSION):
        community.follow(by=follower, contest=contest)
        assert "Start a proposal" not in look("/me/", organiser)
        assert "Start a proposal" in look("/me/", follower)
        assert "Your next step" in look("/", follower)
