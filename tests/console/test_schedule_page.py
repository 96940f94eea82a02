"""The schedule: what is wrong stands beside its row, nothing typed is lost, the past is locked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contests import actions
from contests.models import Contest
from core import clock
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return cast.contest(cast.organiser())


@pytest.fixture
def desk(contest: Contest) -> Client:
    client = Client()
    client.force_login(contest.created_by)
    return client


def address(contest: Contest) -> str:
    return reverse("manage_schedule", args=[contest.slug])


def shown(desk: Client, contest: Contest) -> dict[str, Any]:
    """The form as a browser would send it back."""
    context = desk.get(address(contest)).context
    forms = [context["rows"].management_form, context["reason"], *context["rows"].forms]
    data: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value = field.value()
            if value is not None and value is not False:
                data[field.html_name] = value.strftime("%Y-%m-%dT%H:%M") if isinstance(value, datetime) else value
    return data


def test_a_draft_moves_freely(desk: Client) -> None:
    draft = cast.draft_contest(cast.organiser("Dora"), title="Draft")
    client = Client()
    client.force_login(draft.created_by)
    typed = {**shown(client, draft), "phase-0-opens": "2027-02-20T08:00", "phase-4-most": 1, "phase-4-quorum": 25}
    assert client.post(address(draft), typed).status_code == 303
    assert cast.phase(draft, "submission").opens_at == datetime(2027, 2, 20, 7, 0, tzinfo=UTC)
    assert cast.phase(draft, "voting").settings == {"rule": "plurality", "most": 1, "quorum": 25, "tie": "co_winners"}


def test_a_live_contest_needs_a_reason_and_nothing_typed_is_lost(desk: Client, contest: Contest) -> None:
    with clock.simulated(cast.START - timedelta(days=3)):
        typed = {**shown(desk, contest), "phase-0-opens": "2027-03-02T11:30"}
        refused = desk.post(address(contest), typed)
        assert refused.status_code == 422
        assert "Say why the dates move" in refused.content.decode()
        assert 'value="2027-03-02T11:30"' in refused.content.decode()
        assert desk.post(address(contest), {**typed, "reason": "A public holiday"}).status_code == 303
        assert "A public holiday" in desk.get(address(contest)).content.decode()
    assert cast.phase(contest, "submission").opens_at == datetime(2027, 3, 2, 10, 30, tzinfo=UTC)


def test_an_overlap_stands_beside_the_phase_that_opens_too_early(desk: Client, contest: Contest) -> None:
    with clock.simulated(cast.START - timedelta(days=3)):
        typed = {**shown(desk, contest), "phase-2-opens": "2027-04-25T09:00", "reason": "Why not"}
        refused = desk.post(address(contest), typed)
    assert refused.status_code == 422
    rows = refused.context["rows"].forms
    assert [bool(row.non_field_errors()) for row in rows] == [False, False, True, False, False, False, False]
    assert "Revision: This phase opens before" in refused.content.decode()
    assert cast.phase(contest, "revision").opens_at.month == 5


def test_a_missing_hour_stands_beside_its_field(desk: Client, contest: Contest) -> None:
    with clock.simulated(cast.START - timedelta(days=3)):
        refused = desk.post(address(contest), {**shown(desk, contest), "phase-0-closes": "2027-03-28T02:30", "reason": "x"})
    assert refused.context["rows"].forms[0].has_error("closes", "missing")


def test_what_is_past_is_locked(desk: Client, contest: Contest) -> None:
    with cast.during(contest, "judging"):
        page = desk.get(address(contest)).content.decode()
        assert "This phase is over; its dates are locked." in page
        typed = {**shown(desk, contest), "phase-0-closes": "2027-04-01T09:00", "reason": "Too long"}
        assert "What is past cannot be moved" in desk.post(address(contest), typed).content.decode()
        typed = {**shown(desk, contest), "phase-0-remove": "on", "reason": "Away with it"}
        assert "cannot be removed" in desk.post(address(contest), typed).content.decode()


def test_saving_untouched_keeps_instants_to_the_microsecond(desk: Client, contest: Contest) -> None:
    with cast.during(contest, "submission") as at:
        actions.close_now(by=contest.created_by, phase=cast.phase(contest, "submission"), reason="Enough")
    with clock.simulated(at + timedelta(minutes=5, microseconds=7)):
        before = list(contest.phases.values_list("opens_at", "closes_at"))
        assert desk.post(address(contest), {**shown(desk, contest), "reason": "Nothing"}).status_code == 303
        assert list(contest.phases.values_list("opens_at", "closes_at")) == before


def test_the_rule_of_a_vote_is_fixed_once_it_opens(desk: Client, contest: Contest) -> None:
    actions_at = cast.moment(contest, "voting")
    with clock.simulated(actions_at):
        refused = desk.post(address(contest), {**shown(desk, contest), "phase-4-most": 7, "reason": "More is more"})
    assert "Its settings were fixed when it opened" in refused.content.decode()
    assert cast.phase(contest, "voting").settings["most"] == 3


def test_shifting_moves_what_lies_ahead_at_the_same_time_on_the_wall(desk: Client, contest: Contest) -> None:
    shift = reverse("manage_schedule_shift", args=[contest.slug])
    opened = cast.phase(contest, "submission").opens_at
    with cast.during(contest, "submission"):
        assert desk.post(shift, {"days": 7}).status_code == 422  # no reason
        assert desk.post(shift, {"days": 0, "reason": "x"}).status_code == 422
        assert desk.post(shift, {"days": 7, "reason": "A storm"}).status_code == 303
    assert cast.phase(contest, "submission").opens_at == opened
    closes = cast.phase(contest, "submission").closes_at
    assert closes is not None
    assert closes == cast.START + timedelta(days=42 + 7)
    assert contest.schedule_changes.first().reason == "A storm"  # type: ignore[union-attr]


def test_dates_moved_by_somebody_else_meanwhile_are_not_overwritten(desk: Client, contest: Contest) -> None:
    with clock.simulated(cast.START - timedelta(days=3)):
        typed = {**shown(desk, contest), "phase-0-opens": "2027-03-02T11:30", "reason": "Mine"}
        desk.post(reverse("manage_schedule_shift", args=[contest.slug]), {"days": 1, "reason": "Theirs"})
        refused = desk.post(address(contest), typed)
    assert refused.status_code == 422
    assert "Somebody else moved dates" in refused.content.decode()
    assert contest.schedule_changes.count() == 1


def test_a_judging_phase_can_be_removed_from_a_draft_and_another_added() -> None:
    draft = cast.draft_contest(cast.organiser("Dora"), title="Draft")
    client = Client()
    client.force_login(draft.created_by)
    typed = {**shown(client, draft), "phase-3-remove": "on"}
    typed |= {"phase-6-name": "Work", "phase-6-kind": "workspace", "phase-6-opens": "2027-01-05T09:00"}
    typed |= {"phase-6-closes": "2027-01-15T09:00"}
    assert client.post(address(draft), typed).status_code == 303
    names = list(draft.phases.values_list("name", flat=True))
    assert names == ["Work", "Open for proposals", "Semi-final judging", "Revision", "Community vote", "Results"]
