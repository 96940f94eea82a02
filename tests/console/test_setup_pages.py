"""Set-up, publishing and people, as an organiser does them."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from console.forms.people import InviteForm
from console.forms.setup import source_of
from contests import actions
from contests.models import Contest, Invitation, Membership
from core.html import clean_html
from core.models import Fact
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


def at(page: str, contest: Contest, *args: object) -> str:
    return reverse(f"manage_{page}", args=[contest.slug, *args])


def shown(client: Client, contest: Contest) -> dict[str, object]:
    """What the set-up form holds, as a browser would send it back."""
    form = client.get(at("setup", contest)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value is not None and value is not False}


def test_a_text_is_changed_and_a_version_of_the_rules_is_added(desk: Client, contest: Contest) -> None:
    typed = {**shown(desk, contest), "topic": "Heat", "rules_text": "Be kind."}
    assert desk.post(at("setup", contest), typed).status_code == 303
    assert cast.fresh(contest).topic == "Heat"
    assert contest.rules_versions.first().number == 2  # type: ignore[union-attr]
    assert "This is version 2 of the rules." in desk.get(at("setup", contest)).content.decode()


def test_line_ends_of_a_browser_are_no_change(desk: Client, contest: Contest) -> None:
    actions.edit_contest(by=contest.created_by, contest=contest, rules_text="One.\n\nTwo.", brief="Hot.\n\nDry.")
    form = {name: str(value).replace("\n", "\r\n") for name, value in shown(desk, contest).items()}
    desk.post(at("setup", contest), form)
    edited = Fact.objects.filter(verb="contest.edited").latest("pk")
    assert edited.data == {"fields": []}
    assert contest.rules_versions.first().number == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "One line.",
        "Two\n\nparagraphs with 1 < 2 & more",
        "See https://example.org/a?b=c",
        "a\nb",
        "Two things:\n\n- one\n- two",
        "<b> is bold",
    ],
)
def test_plain_texts_come_back_as_they_were_typed(typed: str) -> None:
    stored = clean_html(typed)
    assert clean_html(source_of(stored)) == stored
    if "<b>" not in typed:
        assert source_of(stored) == typed


def test_rich_texts_are_shown_as_html_and_survive() -> None:
    stored = clean_html("<h2>Why</h2><p>Because of <strong>heat</strong>.</p><ul><li>one</li></ul>")
    assert source_of(stored) == stored


def test_two_organisers_do_not_overwrite_each_other(desk: Client, contest: Contest) -> None:
    mine = {**shown(desk, contest), "topic": "Mine"}
    actions.edit_contest(by=contest.created_by, contest=cast.fresh(contest), topic="Theirs")
    refused = desk.post(at("setup", contest), mine)
    assert refused.status_code == 422
    assert "Somebody else saved" in refused.content.decode()
    assert 'value="Mine"' in refused.content.decode()
    assert cast.fresh(contest).topic == "Theirs"
    again = {**mine, "version": refused.context["form"]["version"].value()}
    assert desk.post(at("setup", contest), again).status_code == 303
    assert cast.fresh(contest).topic == "Mine"


def test_publishing_names_what_is_missing_and_then_does_it(desk: Client, contest: Contest) -> None:
    actions.edit_contest(by=contest.created_by, contest=contest, brief="")
    refused = desk.post(at("publish", contest))
    assert refused.status_code == 409
    assert "Write the brief" in refused.content.decode()
    assert cast.fresh(contest).status == "draft"
    actions.edit_contest(by=contest.created_by, contest=contest, brief="Why now.")
    page = desk.get(at("setup", contest)).content.decode()
    assert "Everything that people need is there." in page
    assert desk.post(at("publish", contest)).status_code == 303
    assert cast.fresh(contest).status == "published"
    assert desk.post(at("publish", contest)).status_code == 409
    assert "Publish contest" not in desk.get(at("setup", contest)).content.decode()


def test_only_organisers_change_anything(contest: Contest) -> None:
    actions.publish(by=contest.created_by, contest=contest)
    for role in ("facilitator", "advisor"):
        client = Client()
        client.force_login(cast.member_of(contest, cast.person(f"A {role}"), role))
        assert b"Only the organisers can change it" in client.get(at("setup", contest)).content
        for page in ("setup", "schedule", "schedule_shift", "form", "people", "publish"):
            assert client.post(at(page, contest), {"version": 1}).status_code == 403, page
        assert client.post(f"{at('rubric', contest)}", {}).status_code == 403


def test_several_people_are_invited_at_once(desk: Client, contest: Contest) -> None:
    pasted = "Jo <jo@people.example>; ana@people.example\r\nJO@people.example"
    desk.post(at("people", contest), {"role": "judge", "emails": pasted})
    assert sorted(Invitation.objects.values_list("email", flat=True)) == ["ana@people.example", "jo@people.example"]
    page = desk.get(at("people", contest)).content.decode()
    assert "ana@people.example" in page
    assert Invitation.objects.first().nonce not in page  # type: ignore[union-attr]


def test_a_wrong_address_invites_nobody_and_is_named() -> None:
    form = InviteForm({"role": "judge", "emails": "jo@people.example, not-an-address"})
    assert not form.is_valid()
    assert "not-an-address" in str(form.errors)


def test_a_role_ends_and_an_invitation_is_taken_back(desk: Client, contest: Contest) -> None:
    judge = cast.member_of(contest, cast.person("Jo"), "judge")
    desk.post(at("people_remove", contest, Membership.objects.get(user=judge).pk))
    assert not Membership.objects.filter(user=judge).exists()
    last = Membership.objects.get()
    page = desk.post(at("people_remove", contest, last.pk), follow=True).content.decode()
    assert "A contest needs an organiser" in page
    invitation = actions.invite(by=contest.created_by, contest=contest, email="a@people.example", role="judge")
    assert desk.get(at("invitation_revoke", contest, invitation.pk)).status_code == 405
    desk.post(at("invitation_revoke", contest, invitation.pk))
    assert "Expired" in desk.get(at("people", contest)).content.decode()


def test_people_of_another_contest_are_out_of_reach(desk: Client, contest: Contest) -> None:
    other = cast.contest(cast.organiser("Other"), title="Other")
    foreign = Membership.objects.get(contest=other)
    assert desk.post(at("people_remove", contest, foreign.pk)).status_code == 404
    assert desk.post(at("people_remove", other, foreign.pk)).status_code == 403
