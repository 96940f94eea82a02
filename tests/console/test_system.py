"""The staff's system page and its REST twin: what doctor says, what waits, what failed, and the button to try again."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from core import clock, due, facts
from core.database import write
from core.models import Due, Fact
from notifications.models import Delivery
from tests import cast

pytestmark = pytest.mark.django_db
PAGE, API = "/platform/system/", "/api/v1/platform/system/"


@pytest.fixture
def staff(client: Client) -> User:
    person = cast.person("Sam Staff")
    User.objects.filter(pk=person.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=person.pk))
    return person


def parked(error: str = "LookupError: nobody") -> Due:
    """A piece of due work that failed too often."""
    with write():
        fact = facts.record("somebody.did", data={})
    return Due.objects.create(
        fact=fact, follower="nobody.does", state="parked", attempts=8, next_at=clock.now(), error=error
    )


def given_up() -> Delivery:
    return Delivery.objects.create(
        fact=Fact.objects.order_by("pk").first() or parked().fact, channel="mail", address="ana@people.example",
        key=f"k{Delivery.objects.count()}", notice="submitted", subject="s", text="t", state="dead", attempts=3,
        next_at=clock.now(), created_at=clock.now(), error="SMTPRecipientsRefused: ana@people.example: no such user",
    )  # fmt: skip


def test_it_says_what_is_wrong_first_and_how_to_mend_it(client: Client, staff: User) -> None:
    page = client.get(PAGE).content.decode()
    assert page.count("<h1") == 1
    assert "Nobody has ever worked on the queue celery" in page
    assert page.index("Start worker and beat") < page.index("Time zones")
    assert "SQLite" in page or "PostgreSQL" in page


def test_parked_work_is_tried_again_by_a_button(client: Client, staff: User) -> None:
    row = parked()
    assert "Try again" in client.get(PAGE).content.decode()
    answer = client.post(reverse("platform_retry", args=[row.pk]), follow=True)
    assert "It will be tried again" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("waiting", 0)
    assert row.pk in due.ripe(at=clock.now())
    told = Fact.objects.get(verb="work.retried")
    assert (told.actor_id, told.data) == (staff.pk, {"due": row.pk})
    assert client.post(reverse("platform_retry", args=[row.pk])).status_code == 409  # it is not parked any more


def test_the_twin_says_and_does_the_same(client: Client, staff: User) -> None:
    row = parked()
    given_up()
    said: dict[str, Any] = client.get(API).json()
    assert {"name", "state", "says", "mend"} == set(said["findings"][0])
    assert [(work["id"], work["state"], work["attempts"]) for work in said["work"]] == [(row.pk, "parked", 8)]
    assert said["mail_given_up"][0]["notice"] == "submitted"
    retry = reverse("api_platform_work_retry", args=[row.pk])
    assert client.post(retry).status_code == 204
    assert client.post(retry).json()["code"] == "not_parked"


@pytest.mark.parametrize("address", [PAGE, API])
def test_w23_nobody_elses_address_nor_what_a_failing_follower_said_of_it_is_shown(
    client: Client, staff: User, address: str
) -> None:
    parked("IntegrityError: duplicate key\nDETAIL:  Key (email)=(bob@people.example) already exists. token=canary77")
    given_up()
    shown = client.get(address).content.decode()
    assert "IntegrityError" in shown
    assert "no such user" in shown
    for secret in ("bob@people.example", "ana@people.example", "canary77"):
        assert secret not in shown


def test_only_staff_may_look_or_act(client: Client) -> None:
    row = parked()
    retry = reverse("platform_retry", args=[row.pk])
    assert client.get(PAGE).status_code == 302
    assert client.get(API).status_code == 401
    client.force_login(cast.organiser())
    assert [client.get(PAGE).status_code, client.get(API).status_code, client.post(retry).status_code] == [403, 403, 403]
    row.refresh_from_db()
    assert row.state == "parked"


def test_a_longer_list_costs_no_more_statements(client: Client, staff: User) -> None:
    def cost() -> int:
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    parked()
    given_up()
    one = cost()
    for _ in range(11):
        parked()
        given_up()
    assert cost() == one


def test_looking_writes_nothing(client: Client, staff: User) -> None:
    client.get(PAGE)
    with CaptureQueriesContext(connection) as asked:
        client.get(PAGE)
    wrote = [q["sql"] for q in asked if q["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")]
    assert [sql for sql in wrote if "django_session" not in sql] == []
    assert json.dumps(wrote).count("core_") == 0
