"""How many requests a program may send, and that a cache that is away turns nobody away (threats W22, V7)."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from redis.exceptions import RedisError
from rest_framework.views import APIView

from core import rest
from core.rest import MembersPace, StrangersPace
from tests import cast

pytestmark = pytest.mark.django_db
NOWHERE = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}}


@pytest.fixture(autouse=True)
def counting(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: tests count no requests otherwise."""
    monkeypatch.setattr(APIView, "throttle_classes", [StrangersPace, MembersPace])
    cache.clear()


def test_w22_who_asks_too_often_is_told_when_to_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StrangersPace, "rate", "3/min", raising=False)
    client = Client()
    found = [client.get("/api/v1/contests/") for _ in range(4)]
    assert [answer.status_code for answer in found] == [200, 200, 200, 429]
    assert 0 < int(found[-1]["Retry-After"]) <= 60
    monkeypatch.setattr(MembersPace, "rate", "1/min", raising=False)
    member = Client()
    member.force_login(cast.person("Mia Member"))
    assert [member.get("/api/v1/contests/").status_code for _ in range(2)] == [200, 429]


def test_v7_without_the_cache_nobody_is_turned_away(settings: Any) -> None:
    settings.CACHES = NOWHERE
    member = Client()
    member.force_login(cast.person("Mia Member"))
    for client in (Client(), member):
        assert client.get("/api/v1/contests/").status_code == 200


def test_v7_a_cache_that_keeps_one_request_waiting_is_not_asked_for_the_next(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def slow(self: Any, key: str, default: Any = None) -> Any:
        asked.append(key)
        raise RedisError("no answer")

    monkeypatch.setattr(rest._Lenient, "resting", 0.0)
    monkeypatch.setattr(rest, "PATIENCE", -1.0)
    monkeypatch.setattr(type(StrangersPace.cache), "get", slow, raising=False)
    for _ in range(3):
        assert Client().get("/api/v1/contests/").status_code == 200
    assert len(asked) == 1


def test_the_site_counts_both_strangers_and_members() -> None:
    """What tests switch off stands in the settings of every other process."""
    code = "from django.conf import settings; print(*settings.REST_FRAMEWORK['DEFAULT_THROTTLE_CLASSES'])"
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", "GROUNDSWELL_VAR": settings.VAR}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["core.rest.StrangersPace", "core.rest.MembersPace"]


@pytest.mark.parametrize("address", ["/accounts/login/code/", "/accounts/login/"])
def test_w10_without_the_cache_nobody_guesses_at_the_sign_in(settings: Any, address: str) -> None:
    """Tries cannot be counted, so none is taken: a sentence with a time, not a crash and not an open door."""
    cast.person("Mia Member")
    settings.CACHES, settings.ACCOUNT_RATE_LIMITS = NOWHERE, {"login": "30/m/ip", "request_login_code": "20/m/ip"}
    sent = {"email": "mia-member@people.example", "login": "mia-member@people.example", "password": "correct horse"}
    answer = Client(raise_request_exception=False).post(address, sent)
    assert answer.status_code == 503
    assert int(answer["Retry-After"]) > 0
    assert "_auth_user_id" not in answer.client.session


def test_w10_pictures_and_numbers_kept_beside_them_do_not_push_out_the_count_of_tries() -> None:
    """Django's file cache throws a third of everything away, at random, as soon as it holds 300 things."""
    for number in range(30):
        cache.set(f"tries:{number}", 5, 300)
    for number in range(400):
        cache.set(f"card:{number}", b"png", 300)
    assert all(cache.get(f"tries:{number}") == 5 for number in range(30))
    cache.clear()
