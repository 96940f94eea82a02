"""What has run out is removed, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from accounts import actions
from core import clock
from tests import cast

pytestmark = pytest.mark.django_db


def test_sign_ins_that_have_run_out_are_forgotten_and_others_stay() -> None:
    staying, gone = Client(), Client()
    for client, name in ((staying, "Stay"), (gone, "Gone")):
        client.force_login(cast.person(name))
    Session.objects.filter(pk=gone.session.session_key).update(expire_date=clock.now() - timedelta(minutes=1))
    assert actions.forget_sessions() == 1
    assert staying.get("/me/").status_code == 200
    assert gone.get("/me/").status_code == 302
