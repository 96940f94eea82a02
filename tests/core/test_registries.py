"""The doors upward: what every app has to bring to them."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model

from core import registries
from core.facts import follower, known_verbs
from core.permissions import granted
from tests import cast

HOUSES = {"accounts", "contests", "proposals", "community", "judging", "voting", "results", "notifications", "core"}
# Facts hold ids only and have no key; the user row itself is emptied, not registered.
FREE = {"accounts.User"}


def models_with_a_person() -> list[str]:
    found = []
    for model in apps.get_models():
        if model._meta.app_label not in HOUSES or model._meta.label in FREE:
            continue
        if any(f.is_relation and f.concrete and f.related_model is get_user_model() for f in model._meta.get_fields()):
            found.append(model._meta.label)
    return found


def test_g3_every_model_with_a_key_to_a_person_says_what_is_exported_and_what_erasing_does() -> None:
    registered = {model._meta.label for model in registries.personal_data()}
    assert set(models_with_a_person()) <= registered


def test_erasing_is_one_of_three_things() -> None:
    assert {entry.on_erase for entry in registries.personal_data().values()} <= {"delete", "keep", "log"}


@pytest.mark.django_db
def test_an_export_holds_own_rows_and_nobody_elses() -> None:
    organiser, ana, ben = cast.organiser(), cast.person("Ana"), cast.person("Ben")
    contest = cast.contest(organiser)
    cast.submitted(ana, contest, title="Ana's roofs")
    cast.submitted(ben, contest, title="Ben's walls")
    words = str([row for entry in registries.personal_data().values() for row in entry.export(ana)])
    assert "Ana's roofs" in words
    assert "Ben's walls" not in words


def test_every_app_asks_the_one_permission_engine() -> None:
    houses = {permission.split(":")[0] for permission in granted()}
    assert {"contests", "proposals", "judging", "voting", "results", "community"} <= houses


def test_every_follower_of_a_verb_can_be_found_by_its_name() -> None:
    assert known_verbs()
    for verb, names in known_verbs().items():
        assert all(follower(verb, name) for name in names)


def test_all_of_our_apps_are_installed() -> None:
    assert HOUSES | {"pages", "console"} <= set(settings.INSTALLED_APPS)
