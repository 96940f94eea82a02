"""What members say of themselves, their keys, and who may give rights."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import actions
from accounts.models import ApiToken, User
from core.models import Fact
from core.permissions import Refused
from tests import cast

pytestmark = pytest.mark.django_db
SIGNED_IN = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def ana(client):
    ana = cast.person("Ana")
    client.force_login(ana, backend=SIGNED_IN)
    return ana


@pytest.mark.parametrize("name", ["welcome", "settings", "tokens"])
def test_own_pages_are_for_members(client, name):
    assert client.get(reverse(name))["Location"].startswith("/accounts/login/code/")


def test_settings_are_kept(ana, client):
    fields = {"display_name": "Ana Díaz", "bio": "Roofs.", "affiliation": "Ward 3", "country": "ES", "time_zone": "Asia/Dhaka"}
    assert client.post(reverse("settings"), fields).status_code == 303
    kept = cast.fresh(ana)
    assert {name: getattr(kept, name) for name in fields} == fields
    assert kept.handle == "ana"  # the address of the public page stays


@pytest.mark.parametrize("wrong", [{"time_zone": "Moon/Base"}, {"bio": "x" * 2001}, {"display_name": ""}])
def test_wrong_settings_are_said_beside_the_field_and_nothing_is_lost(ana, client, wrong):
    answer = client.post(reverse("settings"), {"display_name": "Ana", "affiliation": "Ward 3", **wrong})
    assert answer.status_code == 422
    assert "field--wrong" in answer.content.decode() and "Ward 3" in answer.content.decode()
    assert cast.fresh(ana).affiliation == ""


def test_a_token_is_shown_once_works_and_ends_when_revoked(ana, client):
    page = client.post(reverse("tokens"), {"name": "my script"}).content.decode()
    secret = page.split("gsw_", 1)[1].split("<", 1)[0]
    headers = {"Authorization": f"Bearer gsw_{secret}"}
    assert secret not in client.get(reverse("tokens")).content.decode()
    token = ApiToken.objects.get()
    assert secret not in token.digest
    client.logout()
    assert client.get("/api/v1/me/", headers=headers).json()["display_name"] == "Ana"
    client.force_login(cast.person("Mia"), backend=SIGNED_IN)
    assert client.post(reverse("token_revoke", args=[token.pk])).status_code == 404
    client.force_login(ana, backend=SIGNED_IN)
    client.post(reverse("token_revoke", args=[token.pk]))
    client.logout()
    assert client.get("/api/v1/me/", headers=headers).status_code == 401


def test_a_barred_member_is_out_at_once_by_every_door(ana, client):
    secret = actions.issue_token(by=ana, name="script")
    User.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get("/api/v1/me/").status_code == 401
    assert client.get("/api/v1/me/", headers={"Authorization": f"Bearer {secret}"}).status_code == 401


def test_me_over_rest_takes_only_what_is_a_members_to_change(ana, client):
    client.logout()
    headers = {"Authorization": f"Bearer {actions.issue_token(by=ana, name='test')}"}

    def patch(data):
        return client.patch("/api/v1/me/", json.dumps(data), "application/json", headers=headers)

    assert patch({"bio": "Roofs.", "display_name": "Ana D"}).json()["bio"] == "Roofs."
    for column in ("is_staff", "is_superuser", "email", "can_create_contests", "handle", "is_active", "password", "id"):
        assert patch({column: True}).status_code == 400
    assert patch({"time_zone": "Moon/Base"}).status_code == 400
    assert not cast.fresh(ana).is_staff


def test_rights_are_given_by_staff_and_written_down():
    boss = cast.person("Boss", is_staff=True)
    root = cast.person("Root", is_staff=True, is_superuser=True)
    mia = cast.person("Mia")
    actions.set_rights(by=boss, user=mia, can_create_contests=True)
    assert cast.fresh(mia).can_create_contests
    assert Fact.objects.get(verb="account.rights_set").data == {"can_create_contests": True}
    for by, user, rights in [
        (mia, boss, {"is_staff": False}),
        (boss, mia, {"is_staff": True}),
        (boss, boss, {"can_moderate": True}),
        (boss, root, {"is_active": False}),
    ]:
        with pytest.raises(Refused):
            actions.set_rights(by=by, user=user, **rights)
    actions.set_rights(by=root, user=mia, is_staff=True)
    assert cast.fresh(mia).is_staff


def test_the_admin_is_entered_through_the_sites_own_sign_in(client):
    answer = client.get("/admin/login/?next=/admin/")
    assert answer.status_code == 302 and answer["Location"].startswith("/accounts/login/")


def test_the_admin_gives_rights_through_the_same_action(client):
    root = cast.person("Root", is_staff=True, is_superuser=True)
    mia = cast.person("Mia")
    client.force_login(root, backend=SIGNED_IN)
    assert client.get("/admin/accounts/user/?q=mia").status_code == 200
    assert client.get("/admin/notifications/delivery/").status_code == 200
    client.post(f"/admin/accounts/user/{mia.pk}/change/", {"is_active": "on", "can_create_contests": "on", "email": "x@y.z"})
    fresh = cast.fresh(mia)
    assert fresh.can_create_contests and fresh.email == mia.email
    assert Fact.objects.filter(verb="account.rights_set", actor_id=root.pk).exists()
    client.post(f"/admin/accounts/user/{root.pk}/change/", {"is_active": "on"})
    assert cast.fresh(root).is_staff  # nobody changes their own


@pytest.mark.parametrize("name", ["", " ", "\u200e\u202e"])
def test_a_name_has_letters(name):
    with pytest.raises(ValidationError):
        actions.introduce(by=cast.person("Ana"), display_name=name)
