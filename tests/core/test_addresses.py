"""One account per address, however it is spelt."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from accounts import actions
from accounts.models import User
from core.addresses import in_link, normalise
from tests import cast


@pytest.mark.parametrize(
    ("spelt", "key"),
    [
        ("Ana@Example.org", "ana@example.org"),
        ("  ana@example.org ", "ana@example.org"),
        ("Ana.Diaz+vote@GMail.com", "anadiaz@gmail.com"),
        ("a.n.a.d.i.a.z@googlemail.com", "anadiaz@gmail.com"),
        ("ana.diaz+vote@outlook.com", "ana.diaz@outlook.com"),
        ("ana.diaz+vote@example.org", "ana.diaz+vote@example.org"),
        ('"a@b"@example.org', '"a@b"@example.org'),
    ],
)
def test_normalise(spelt: str, key: str) -> None:
    assert normalise(spelt) == key


@given(st.emails())
def test_normalising_again_changes_nothing_and_case_never_counts(address: str) -> None:
    assert normalise(normalise(address)) == normalise(address)
    assert normalise(address.upper()) == normalise(address.upper().lower())


@pytest.mark.django_db
def test_a_second_spelling_is_the_same_account() -> None:
    first = actions.register(email="ana.diaz@gmail.com")
    assert actions.register(email="AnaDiaz+vote@googlemail.com") == first
    assert User.objects.with_address("an.adiaz@gmail.com").get() == first


@pytest.mark.django_db
def test_the_database_refuses_a_second_account_for_an_address() -> None:
    cast.person("Ana")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("ANA@people.example")


@pytest.mark.parametrize(
    ("words", "link"),
    [
        ("Łódź by tram", "lodz-by-tram"),
        ("Køkken på Åen", "kokken-pa-aen"),
        ("Straße & Œuvre", "strasse-oeuvre"),
        ("জল", ""),
        ("<script>", "script"),
    ],
)
def test_words_of_many_languages_stand_in_a_link(words: str, link: str) -> None:
    assert in_link(words) == link
