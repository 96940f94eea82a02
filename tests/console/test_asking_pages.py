"""The proposal form and the rubrics, edited without script."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from contests import actions
from contests.models import Contest, Section
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def contest() -> Contest:
    return cast.draft_contest(cast.organiser())


@pytest.fixture
def desk(contest: Contest) -> Client:
    client = Client()
    client.force_login(contest.created_by)
    return client


def shown(desk: Client, address: str) -> dict[str, Any]:
    rows = desk.get(address).context["rows"]
    data: dict[str, Any] = {}
    for form in [rows.management_form, *rows.forms]:
        data |= {field.html_name: field.value() for field in form if field.value() is not None and field.value() is not False}
    return data


def keys(contest: Contest) -> list[str]:
    return list(contest.sections.filter(retired_at=None).values_list("key", flat=True))


def test_a_section_is_changed_added_moved_and_removed(desk: Client, contest: Contest) -> None:
    address = reverse("manage_form", args=[contest.slug])
    assert keys(contest) == ["summary", "who", "impact", "cost", "timeline"]
    typed = {**shown(desk, address), "section-5-label": "Who?", "section-0-label": "What?"}
    assert desk.post(address, typed).status_code == 303
    assert keys(contest)[-1] == "who-2"  # its own key, although another section is called who
    assert Section.objects.get(contest=contest, key="summary").label == "What?"
    desk.post(address, {**shown(desk, address), "move": "5:up"})
    assert keys(contest)[-2:] == ["who-2", "timeline"]
    desk.post(address, {**shown(desk, address), "move": "0:up"})
    desk.post(address, {**shown(desk, address), "section-4-remove": "on"})
    assert keys(contest) == ["summary", "who", "impact", "cost", "timeline"]


def test_wrong_limits_stand_beside_their_field_and_nothing_is_saved(desk: Client, contest: Contest) -> None:
    address = reverse("manage_form", args=[contest.slug])
    typed = {**shown(desk, address), "section-0-min_words": 500, "section-0-label": "Changed"}
    refused = desk.post(address, typed)
    assert refused.status_code == 422
    assert refused.context["rows"].forms[0].has_error("max_words")
    assert 'value="Changed"' in refused.content.decode()
    assert Section.objects.get(contest=contest, key="summary").label != "Changed"


def test_a_section_that_proposals_answer_is_retired(desk: Client, contest: Contest) -> None:
    actions.mark_sections_used(contest=contest, keys=["cost"])
    address = reverse("manage_form", args=[contest.slug])
    assert "Removing it retires it" in desk.get(address).content.decode()
    desk.post(address, {**shown(desk, address), "section-3-remove": "on"})
    assert Section.objects.get(contest=contest, key="cost").retired_at is not None
    desk.post(address, {**shown(desk, address), "section-4-label": "Cost", "section-4-max_words": 100})
    assert keys(contest)[-1] == "cost-2"


def test_a_rubric_is_changed_per_phase(desk: Client, contest: Contest) -> None:
    first, second = cast.phase(contest, "judging"), cast.phase(contest, "judging", 2)
    address = f"{reverse('manage_rubric', args=[contest.slug])}?phase={second.pk}"
    typed = {**shown(desk, address), "criterion-0-weight": "3.5", "criterion-1-remove": "on", "move": "0:down"}
    assert desk.post(address, typed)["Location"] == address
    assert [(c.name, str(c.weight)) for c in second.criteria.all()][:2] == [("Impact", "2.00"), ("Feasibility", "3.50")]
    assert second.criteria.count() == 3
    assert first.criteria.count() == 4


def test_a_sentence_for_every_point_is_needed(desk: Client, contest: Contest) -> None:
    phase = cast.phase(contest, "judging")
    address = f"{reverse('manage_rubric', args=[contest.slug])}?phase={phase.pk}"
    refused = desk.post(address, {**shown(desk, address), "criterion-0-anchor_3": ""})
    assert refused.status_code == 422
    assert refused.context["rows"].forms[0].has_error("anchor_3")
    twice = desk.post(address, {**shown(desk, address), "criterion-0-name": "Impact"})
    assert twice.status_code == 422
    assert "same name" in twice.content.decode()


def test_a_fixed_rubric_is_explained_and_cannot_be_posted(desk: Client, contest: Contest) -> None:
    phase = cast.phase(contest, "judging")
    address = f"{reverse('manage_rubric', args=[contest.slug])}?phase={phase.pk}"
    typed = shown(desk, address)
    actions.freeze_rubric(phase=phase)
    assert "The rubric is fixed" in desk.get(address).content.decode()
    assert desk.post(address, typed).status_code == 409


def test_a_phase_of_another_contest_is_unknown(desk: Client, contest: Contest) -> None:
    other = cast.draft_contest(cast.organiser("Other"), title="Other")
    for page in ("rubric", "shortlist", "release"):
        foreign = cast.phase(other, "judging").pk
        assert desk.get(f"{reverse(f'manage_{page}', args=[contest.slug])}?phase={foreign}").status_code == 404


def test_the_last_section_of_a_published_contest_stays(desk: Client, contest: Contest) -> None:
    actions.publish(by=contest.created_by, contest=contest)
    address = reverse("manage_form", args=[contest.slug])
    refused = desk.post(address, {**shown(desk, address), **{f"section-{n}-remove": "on" for n in range(5)}})
    assert refused.status_code == 422
    assert "Give the form a section." in refused.content.decode()
    assert len(keys(contest)) == 5
