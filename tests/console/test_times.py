"""Local times in the contest's zone: a missing hour is refused, a doubled one is asked about."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from console.forms.times import instant, local, shifted
from contests.models import Contest
from tests import cast

MADRID = "Europe/Madrid"
FORWARD = datetime(2027, 3, 28, 2, 30)  # 02:00 becomes 03:00 that night
BACK = datetime(2027, 10, 31, 2, 30)  # 03:00 becomes 02:00 that night


def test_an_ordinary_time_is_one_instant() -> None:
    assert instant(datetime(2027, 7, 5, 9, 0), MADRID) == datetime(2027, 7, 5, 7, 0, tzinfo=UTC)


def test_a_time_that_the_clocks_jump_over_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        instant(FORWARD, MADRID, which="earlier")
    assert refused.value.code == "missing"


def test_a_time_that_happens_twice_has_to_be_told_apart() -> None:
    with pytest.raises(ValidationError) as asked:
        instant(BACK, MADRID)
    assert asked.value.code == "twice"
    assert instant(BACK, MADRID, which="earlier") == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert instant(BACK, MADRID, which="later") == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


def test_shifting_keeps_the_time_on_the_wall_across_a_change_of_the_clocks() -> None:
    before = datetime(2027, 3, 26, 17, 0, tzinfo=UTC)  # Friday, 18:00 in Madrid
    after = shifted(before, 7, MADRID, after=datetime(2027, 1, 1, tzinfo=UTC))
    assert local(after, MADRID) == datetime(2027, 4, 2, 18, 0)
    assert shifted(before, 7, MADRID, after=before) == before


NEW = {
    "template": "climate-colab",
    "question": "How do we sleep?",
    "title": "Quiet nights",
    "starts": "2027-05-03T09:00",
    "time_zone": MADRID,
    "organiser_name": "City",
}


@pytest.fixture
def client_of_olga(db: None) -> Client:
    client = Client()
    client.force_login(cast.organiser())
    return client


def test_five_fields_and_a_template_make_a_draft(client_of_olga: Client) -> None:
    answer = client_of_olga.post(reverse("manage_new"), NEW)
    assert answer["Location"] == "/manage/quiet-nights/setup/"
    contest = Contest.objects.get()
    assert (contest.status, contest.organiser_name) == ("draft", "City")
    assert contest.phases.first().opens_at == datetime(2027, 5, 3, 7, 0, tzinfo=UTC)  # type: ignore[union-attr]


def test_a_missing_hour_is_refused_beside_the_field_and_nothing_typed_is_lost(client_of_olga: Client) -> None:
    answer = client_of_olga.post(reverse("manage_new"), {**NEW, "starts": "2027-03-28T02:30"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "does not exist in Europe/Madrid" in page
    assert 'value="2027-03-28T02:30"' in page
    assert "Quiet nights" in page
    assert not Contest.objects.exists()


def test_a_doubled_hour_is_asked_about_and_the_answer_counts(client_of_olga: Client) -> None:
    typed = {**NEW, "starts": "2027-10-31T02:30"}
    assert "Which of the two?" not in client_of_olga.get(reverse("manage_new")).content.decode()
    asked = client_of_olga.post(reverse("manage_new"), typed)
    assert asked.status_code == 422
    assert "happens twice" in asked.content.decode()
    assert "Which of the two?" in asked.content.decode()
    client_of_olga.post(reverse("manage_new"), {**typed, "which": "later"})
    opens = Contest.objects.get().phases.first().opens_at  # type: ignore[union-attr]
    assert opens == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.django_db
def test_creating_needs_the_right(client: Client) -> None:
    client.force_login(cast.person("Mia"))
    assert client.get(reverse("manage_new")).status_code == 403
    assert client.post(reverse("manage_new"), NEW).status_code == 403
    assert Client().get(reverse("manage_new")).status_code == 302
    assert User.objects.count() == 1
    assert not Contest.objects.exists()
