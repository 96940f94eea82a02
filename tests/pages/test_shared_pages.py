"""One drawing for all strangers: fast, never private, never older than the last change (threats W21, V7, P3)."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.signals import template_rendered
from django.test.utils import CaptureQueriesContext

from accounts import actions as accounts
from community import actions as community
from contests import actions as contests
from contests.models import Contest
from core import clock, due, pagecache
from proposals import actions as proposals
from proposals.models import Proposal
from tests import cast
from tests.pages.stage import as_, sharing_pages
from tests.voting.stage import set_up
from voting import actions as voting

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sharing(settings: Any) -> Iterator[None]:
    yield from sharing_pages(settings)


@pytest.fixture
def commit(django_capture_on_commit_callbacks: Any) -> Any:
    """What follows a commit follows here, too, though the test's own transaction is never committed."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def author() -> Any:
    return cast.person("Ana Author")


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def proposal(contest: Contest, author: Any) -> Proposal:
    return cast.submitted(author, contest, title="Cool roofs for all")


def addresses(contest: Contest, proposal: Proposal) -> list[str]:
    page = contest.get_absolute_url()
    return ["/", "/contests/", "/contests/?phase=submission", page, f"{page}proposals/?seed=3", proposal.get_absolute_url()]


def get(address: str, **headers: Any) -> Any:
    return Client().get(address, **headers)


def test_the_second_stranger_gets_the_first_ones_page_without_a_query(contest: Contest, proposal: Proposal) -> None:
    with cast.during(contest, "submission"):
        for address in addresses(contest, proposal):
            first = get(address)
            with CaptureQueriesContext(connection) as asked:
                second = get(address)
            assert len(asked) == 0, address
            assert second.content == first.content
            assert second["Content-Type"] == first["Content-Type"]


def test_a_kept_page_has_every_header_of_a_drawn_one(contest: Contest) -> None:
    drawn, kept = get(contest.get_absolute_url()), get(contest.get_absolute_url())
    own = {"X-Request-ID"}
    assert {k: v for k, v in kept.items() if k not in own} == {k: v for k, v in drawn.items() if k not in own}
    assert kept["X-Request-ID"] != drawn["X-Request-ID"]
    assert "Content-Security-Policy" in kept
    assert kept["Cache-Control"] == "no-cache"
    assert "Cookie" in kept["Vary"]


def test_what_did_not_change_is_not_sent_again(contest: Contest) -> None:
    get(contest.get_absolute_url())
    tag = get(contest.get_absolute_url())["ETag"]
    again = get(contest.get_absolute_url(), headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_w21_no_private_byte_is_ever_shared(contest: Contest, proposal: Proposal, author: Any) -> None:
    """Whoever comes first: strangers get exactly what a stranger gets on an empty cache, members their own page."""
    organiser = cast.person("Otto Canary", is_staff=True)
    judge = cast.judge(contest)
    cast.draft(author, contest, title="Draft canary, for the team alone")
    people = [author, judge, organiser, contest.memberships.get(role="organiser").user]
    with cast.during(contest, "submission"):
        for address in addresses(contest, proposal):
            pagecache.forget()
            for_strangers = get(address).content
            for person in people:
                for order in ("member first", "stranger first"):
                    if order == "member first":
                        pagecache.forget()
                    own = as_(person).get(address)
                    assert "no-store" in own["Cache-Control"]
                    assert b"Sign out" in own.content
                    assert get(address).content == for_strangers, (address, person, order)
        assert b"canary" not in for_strangers.lower()


def test_w21_a_page_that_holds_a_token_is_kept_for_nobody(contest: Contest) -> None:
    with cast.during(contest, "submission"):
        assert b"csrfmiddlewaretoken" in get("/accounts/login/").content
        for answer in (get("/accounts/login/"), get("/accounts/login/")):
            assert "csrftoken" in answer.cookies
        for address in ("/", "/contests/", contest.get_absolute_url()):
            answer = get(address)
            assert b"csrfmiddlewaretoken" not in answer.content
            assert not answer.cookies


def test_w21_nobody_who_carries_a_session_a_token_or_a_message_gets_a_kept_page(contest: Contest) -> None:
    page = contest.get_absolute_url()
    get(page)
    for cookie in ("sessionid", "messages"):
        client = Client()
        client.cookies[cookie] = "x" * 32
        with CaptureQueriesContext(connection) as asked:
            client.get(page)
        assert len(asked) > 0, cookie
    for header in ({"Authorization": "Bearer nothing"}, {"HX-Request": "true"}):
        with CaptureQueriesContext(connection) as asked:
            get(page, headers=header)
        assert len(asked) > 0, header


def test_a_page_nobody_may_see_is_not_kept_for_those_who_may() -> None:
    draft = cast.draft_contest(cast.organiser())
    assert get(draft.get_absolute_url()).status_code == 404
    contests.publish(by=draft.memberships.get().user, contest=draft)
    assert get(draft.get_absolute_url()).status_code == 200


def test_a_change_is_seen_at_once_on_every_page_that_shows_it(
    contest: Contest, proposal: Proposal, author: Any, commit: Any
) -> None:
    with cast.during(contest, "submission"):
        for address in addresses(contest, proposal):
            assert b"Even cooler roofs" not in get(address).content
        with commit():
            changed = proposals.save_draft(
                by=author, proposal=proposal, version=proposal.version, title="Even cooler roofs"
            )
        assert b"Even cooler roofs" not in get(proposal.get_absolute_url()).content, "not submitted yet"
        with commit():
            proposals.submit(by=author, proposal=changed, accept_rules=True)
        assert b"Even cooler roofs" in get(cast.fresh(proposal).get_absolute_url()).content
        assert b"Even cooler roofs" in get(f"{contest.get_absolute_url()}proposals/?seed=3").content


def test_a_change_in_one_contest_leaves_the_pages_of_the_others(commit: Any, author: Any) -> None:
    organiser = cast.organiser()
    one, other = cast.contest(organiser, title="One"), cast.contest(organiser, title="Other")
    for page in (one, other):
        get(page.get_absolute_url())
    with commit():
        contests.edit_contest(by=organiser, contest=one, brief="Changed words")
    assert b"Changed words" in get(one.get_absolute_url()).content
    with CaptureQueriesContext(connection) as asked:
        get(other.get_absolute_url())
    assert len(asked) == 0


def test_somebodys_new_name_is_seen_on_every_page(
    contest: Contest, proposal: Proposal, author: Any, commit: Any
) -> None:
    get(proposal.get_absolute_url())
    with commit():
        accounts.introduce(by=author, display_name="Ana Renamed")
    assert b"Ana Renamed" in get(proposal.get_absolute_url()).content


def test_what_was_committed_while_a_page_was_drawn_is_not_lost(contest: Contest) -> None:
    """The drawing read the old rows; kept under the new number it would be wrong for a minute."""

    def meanwhile(**_: Any) -> None:
        template_rendered.disconnect(meanwhile)
        Contest.objects.filter(pk=contest.pk).update(brief="Words that came meanwhile")
        pagecache.changed(contest.pk)

    template_rendered.connect(meanwhile)
    assert b"meanwhile" not in get(contest.get_absolute_url()).content
    assert b"meanwhile" in get(contest.get_absolute_url()).content


def test_p3_a_page_is_not_kept_over_a_phase_boundary(contest: Contest) -> None:
    phase = cast.phase(contest, "submission")
    with clock.simulated(phase.ends_at - timedelta(milliseconds=300)):
        get(contest.get_absolute_url())
        with CaptureQueriesContext(connection) as asked:
            get(contest.get_absolute_url())
        assert len(asked) == 0
        time.sleep(0.35)
        with CaptureQueriesContext(connection) as asked:
            get(contest.get_absolute_url())
        assert len(asked) > 0, "the boundary has passed, and the page with it"


def test_v7_a_vote_asks_nothing_of_the_cache_and_leaves_the_pages(commit: Any) -> None:
    stage, voter = set_up(), cast.person("Vera Voter")
    with stage.voting():
        get(stage.contest.get_absolute_url())
        before = pagecache.numbers(pagecache.EVERYTHING, *pagecache.keys_of(stage.contest.pk))
        with commit():
            voting.cast(phase=stage.phase, by=voter, choices=stage.ids[:1])
        assert pagecache.numbers(pagecache.EVERYTHING, *pagecache.keys_of(stage.contest.pk)) == before


@pytest.mark.once
def test_with_the_cache_down_pages_are_drawn_and_acts_are_accepted(
    settings: Any, contest: Contest, proposal: Proposal, commit: Any
) -> None:
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    }
    fan = cast.person("Fay Fan")
    with cast.during(contest, "submission"):
        for _ in range(2):
            for address in addresses(contest, proposal):
                assert get(address).status_code == 200
        with commit():
            community.support(by=fan, proposal=proposal)
    assert proposal.supports.filter(user=fan).exists()


def test_what_another_process_commits_is_seen_a_moment_later(contest: Contest) -> None:
    """It moves the number in the shared cache; this process believes what it heard for a quarter of a second."""
    get(contest.get_absolute_url())
    Contest.objects.filter(pk=contest.pk).update(brief="Words of another process")
    cache.incr(pagecache.keys_of(contest.pk)[1])
    time.sleep(pagecache.HEARD)
    assert b"Words of another process" in get(contest.get_absolute_url()).content


def test_a_flushed_cache_brings_no_old_page_back(contest: Contest) -> None:
    get(contest.get_absolute_url())
    Contest.objects.filter(pk=contest.pk).update(brief="Words after the flush")
    cache.clear()
    time.sleep(pagecache.HEARD)
    assert b"Words after the flush" in get(contest.get_absolute_url()).content


@pytest.mark.parametrize("query", ["?utm_source=x", "?q=roofs", "?page=1&x=1", "?page=" + "1" * 200])
def test_what_is_not_on_the_list_of_questions_is_drawn_each_time(contest: Contest, query: str) -> None:
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            get(f"/contests/{query}")
        assert len(asked) > 0


def test_a_forged_host_never_reaches_the_page_of_another(contest: Contest, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    page = contest.get_absolute_url()
    get(page, headers={"Host": "evil.example"})
    assert b"evil.example" not in get(page, headers={"Host": "contests.example.org"}).content


def test_strangers_keep_their_order_for_the_day_and_share_the_drawing_of_it(
    contest: Contest, proposal: Proposal
) -> None:
    page = f"{contest.get_absolute_url()}proposals/"
    visitor = Client()
    seed = visitor.get(page).cookies["shuffle"].value
    again = visitor.get(page)
    other = Client()
    other.cookies["shuffle"] = seed
    with CaptureQueriesContext(connection) as asked:
        assert other.get(page).content == again.content
    assert len(asked) == 0
    fresh = Client().get(page)
    assert fresh.cookies["shuffle"].value.isdigit(), "also a kept page gives a newcomer an order"


def test_only_so_many_pages_are_kept(contest: Contest) -> None:
    kept = pagecache.Kept(b"x", (), '"x"', (), [], 0.0)
    for number in range(pagecache.MOST_PAGES + 50):
        pagecache.keep(("page", number), kept)
    assert len(pagecache._pages) == pagecache.MOST_PAGES


def test_numbers_that_a_follower_counts_are_seen_when_they_are_counted(
    contest: Contest, proposal: Proposal, commit: Any
) -> None:
    """The act is public and draws the page anew, still with the old number; the worker counts a moment later."""
    fan = cast.person("Fay Fan")
    with cast.during(contest, "submission"):
        with commit():
            community.support(by=fan, proposal=proposal)
        assert b"<strong>0</strong> supports" in get(proposal.get_absolute_url()).content
        with commit():
            due.run_pending()
        assert b"<strong>1</strong> support" in get(proposal.get_absolute_url()).content
        page = contest.get_absolute_url()
        before = get(page).content
        with commit():
            cast.submitted(fan, contest, title="Warm floors")
        get(page)
        with commit():
            due.run_pending()
        assert get(page).content != before


def test_w21_a_page_under_a_prefix_is_not_the_page_of_the_address_it_spells(contest: Contest) -> None:
    """A server that believes SCRIPT_NAME shows the front door at /contests/; that must not become the list."""
    under = Client().get("/", SCRIPT_NAME="/contests")
    assert get("/contests/").content != under.content


def test_an_order_stays_a_visitors_own_whatever_the_query_spells(contest: Contest) -> None:
    for query in ("?status=seed=1", "?seed=none"):
        pagecache.forget()
        for seed in ("3", "7"):
            client = Client()
            client.cookies["shuffle"] = seed
            assert client.get(f"{contest.get_absolute_url()}proposals/{query}").cookies["shuffle"].value == seed
        assert len(pagecache._pages) == 2, query


def test_p3_drawing_takes_time_and_the_boundary_does_not_wait(contest: Contest) -> None:
    """What is left until the boundary counts from the moment the page asked what time it is."""

    def slowly(**_: Any) -> None:
        time.sleep(0.15)

    phase = cast.phase(contest, "submission")
    template_rendered.connect(slowly)
    try:
        with clock.simulated(phase.ends_at - timedelta(seconds=5)):
            begun = time.monotonic()
            get(contest.get_absolute_url())
    finally:
        template_rendered.disconnect(slowly)
    (kept,) = pagecache._pages.values()
    assert kept.ends <= begun + 5.1


def test_p3_the_front_door_opens_with_a_contest_that_was_only_announced() -> None:
    """A contest that nobody can enter yet is on the list; the moment it opens ends the drawing."""
    contest = cast.contest(cast.organiser())
    opens = cast.phase(contest, "submission").opens_at
    with clock.simulated(opens - timedelta(seconds=10)):
        begun = time.monotonic()
        for address in ("/", "/contests/?phase=submission", "/contests/?page=1"):
            get(address)
    assert all(kept.ends <= begun + 10.5 for kept in pagecache._pages.values())
