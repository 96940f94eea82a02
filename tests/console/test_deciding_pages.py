"""From the assignments to the released results, as an organiser clicks it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.test import Client
from django.urls import reverse

from contests.phases import Kind
from core import clock
from judging.models import Assignment, Conflict, Decision
from proposals.models import Distinction, Entry
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> SimpleNamespace:
    """A contest in its first judging: two proposals, two judges."""
    organiser = cast.organiser()
    contest = cast.contest(organiser)
    roofs = cast.submitted(cast.person("Ana"), contest, title="Cool roofs")
    trees = cast.submitted(cast.person("Ben"), contest, title="Street trees")
    desk = Client()
    desk.force_login(organiser)
    return SimpleNamespace(
        organiser=organiser,
        contest=contest,
        phase=cast.phase(contest, "judging"),
        desk=desk,
        roofs=cast.entry_of(roofs),
        trees=cast.entry_of(trees),
        jude=cast.judge(contest, "Jude"),
        jo=cast.judge(contest, "Jo"),
    )


def at(stage: SimpleNamespace, page: str, *args: object) -> str:
    return reverse(f"manage_{page}", args=[stage.contest.slug, *args])


def decisions(stage: SimpleNamespace, **more: str) -> dict[str, str]:
    data = {}
    for entry, outcome in ((stage.roofs, "advances"), (stage.trees, "stays")):
        data |= {f"entry-{entry.pk}-outcome": outcome, f"entry-{entry.pk}-was": "pending"}
    return {**data, **more}


def after_the_close(stage: SimpleNamespace) -> object:
    return clock.simulated(stage.phase.closes_at + timedelta(minutes=1))


def test_a_plan_is_shown_before_it_is_applied(stage: SimpleNamespace) -> None:
    numbers = {"reviews_per_entry": 2, "max_per_judge": 5, "phase": stage.phase.pk}
    with cast.during(stage.contest, "judging"):
        plan = stage.desk.post(at(stage, "assignments"), {**numbers, "act": "preview"})
        assert "4 new reviews would be asked for" in plan.content.decode()
        assert not Assignment.objects.exists()
        assert stage.desk.post(at(stage, "assignments"), {**numbers, "act": "apply"}).status_code == 303
        assert Assignment.objects.count() == 4
        page = stage.desk.post(at(stage, "assignments"), {**numbers, "act": "preview"}).content.decode()
        assert "Nothing new to assign" in page
        short = stage.desk.post(at(stage, "assignments"), {**numbers, "reviews_per_entry": 3, "act": "preview"})
        assert "Too few judges" in short.content.decode()
        wrong = stage.desk.post(at(stage, "assignments"), {**numbers, "max_per_judge": 0, "act": "apply"})
        assert wrong.status_code == 422


def test_the_shortlist_is_sorted_filled_in_and_saved(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs, points=2)
    cast.review(stage.jude, stage.trees, points=5)
    with cast.during(stage.contest, "judging"):
        page = stage.desk.get(at(stage, "shortlist")).content.decode()
        assert page.index("Street trees") < page.index("Cool roofs")
        filled = stage.desk.get(f"{at(stage, 'shortlist')}?phase={stage.phase.pk}&top=1")
        assert [row["outcome"].value() for row in filled.context["rows"]] == ["advances", "stays"]
        assert "not saved yet" in filled.content.decode()
        assert not Decision.objects.exists()
        words = {f"entry-{stage.roofs.pk}-letter": "Come back next year."}
        assert stage.desk.post(at(stage, "shortlist"), decisions(stage, **words)).status_code == 303
    assert Decision.objects.get(entry=stage.roofs).letter == "Come back next year."
    assert Decision.objects.get(entry=stage.trees).outcome == "stays"


def test_a_row_nobody_touched_does_not_undo_what_another_organiser_decided(stage: SimpleNamespace) -> None:
    with cast.during(stage.contest, "judging"):
        stage.desk.post(at(stage, "shortlist"), decisions(stage))
        untouched = {f"entry-{entry.pk}-{name}": "pending" for entry in (stage.roofs, stage.trees) for name in ("outcome", "was")}
        stage.desk.post(at(stage, "shortlist"), untouched)
    assert Decision.objects.count() == 2


def test_judges_choice_is_offered_in_the_last_judging_and_needs_a_reason(stage: SimpleNamespace) -> None:
    cast.judged(stage.contest)
    with cast.during(stage.contest, "judging", 2):
        last = cast.phase(stage.contest, "judging", 2)
        finalist = Entry.objects.filter(phase=last).first()
        address = f"{at(stage, 'shortlist')}?phase={last.pk}"
        data = {}
        for entry in Entry.objects.filter(phase=last):
            data |= {f"entry-{entry.pk}-outcome": "advances", f"entry-{entry.pk}-was": "pending"}
        data[f"entry-{finalist.pk}-is_choice"] = "on"  # type: ignore[union-attr]
        refused = stage.desk.post(address, data)
        assert refused.status_code == 422
        assert "Say why" in refused.content.decode()
        data[f"entry-{finalist.pk}-reason"] = "It is ready to start."  # type: ignore[union-attr]
        assert stage.desk.post(address, data).status_code == 303
    assert Decision.objects.get(is_judges_choice=True).reason == "It is ready to start."
    with cast.during(stage.contest, "judging"):
        assert "Why it is Judges" not in stage.desk.get(f"{at(stage, 'shortlist')}?phase={stage.phase.pk}").content.decode()


def test_the_letter_is_shown_as_it_would_be_sent(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs, feedback="Name who paints.")
    with cast.during(stage.contest, "judging"):
        letter = stage.desk.get(f"{at(stage, 'letter', stage.roofs.pk)}?outcome=stays").content.decode()
    assert "Name who paints." in letter
    assert "does not go on" in letter
    assert "Jude" not in letter


def test_an_organiser_in_conflict_sees_neither_row_nor_letter_nor_number(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs, points=2)
    Conflict.objects.create(judge=stage.organiser, proposal=stage.roofs.proposal, at=cast.START)
    with cast.during(stage.contest, "judging"):
        page = stage.desk.get(at(stage, "shortlist")).content.decode()
        assert "Cool roofs" not in page
        assert "1 entry is closed to you" in page
        assert stage.desk.get(at(stage, "letter", stage.roofs.pk)).status_code == 403
        entries = stage.desk.get(f"{at(stage, 'entries')}?phase={stage.phase.pk}").content.decode()
        assert "1 of 1" not in entries


def test_release_waits_for_the_close_and_for_every_decision(stage: SimpleNamespace) -> None:
    address = f"{at(stage, 'release')}?phase={stage.phase.pk}"
    with cast.during(stage.contest, "judging"):
        page = stage.desk.get(address).content.decode()
        assert "Judges are still reading" in page
        assert stage.desk.post(address).status_code == 409
    with after_the_close(stage):  # type: ignore[attr-defined]
        cast.settle()
        assert "2 entries have no decision yet." in stage.desk.get(address).content.decode()
        assert stage.desk.post(address).status_code == 409
        stage.desk.post(at(stage, "shortlist"), decisions(stage))
        page = stage.desk.get(address).content.decode()
        assert "Release decisions" in page
        assert "disabled" not in page.split("What happens then")[1].split("Back to the shortlist")[0]
        assert stage.desk.post(address).status_code == 303
        assert "These decisions are released" in stage.desk.get(at(stage, "shortlist")).content.decode()
        assert stage.desk.post(at(stage, "shortlist"), decisions(stage)).status_code == 409
    assert cast.fresh(stage.roofs).outcome == "advances"


def test_results_are_hidden_until_the_close_then_counted_and_released(stage: SimpleNamespace) -> None:
    cast.judged(stage.contest)
    cast.judged(stage.contest, 2)
    vote = cast.phase(stage.contest, "voting")
    with cast.during(stage.contest, "voting"):
        page = stage.desk.get(at(stage, "results")).content.decode()
        assert "Totals are hidden until voting closes" in page
        assert "Street trees" not in page
        assert stage.desk.post(at(stage, "results_release"), {"phase": vote.pk}).status_code == 409
        assert stage.desk.post(at(stage, "results_count"), {"phase": vote.pk}).status_code == 409
    with cast.during(stage.contest, "results"):
        page = stage.desk.get(at(stage, "results")).content.decode()
        assert "Street trees" in page
        assert "Release results" in page
        assert stage.desk.get(at(stage, "results_release")).status_code == 405
        assert stage.desk.post(at(stage, "results_release"), {"phase": vote.pk}).status_code == 303
        assert "These results are released" in stage.desk.get(at(stage, "results")).content.decode()
        assert stage.desk.post(at(stage, "results_release"), {"phase": vote.pk}).status_code == 409
    assert cast.phase(stage.contest, Kind.VOTING).released_at is not None
    assert not Distinction.objects.filter(kind="popular_choice").exists()  # nobody voted


def test_the_log_tells_what_was_done_and_keeps_drafts_and_votes_out(stage: SimpleNamespace) -> None:
    cast.draft(cast.person("Dora Draft"), stage.contest, title="Secret plan")
    page = stage.desk.get(at(stage, "log")).content.decode()
    assert "Olga Organiser" in page
    assert "published the contest" in page
    assert "submitted a proposal" in page
    assert "Dora Draft" not in page
    assert "Secret plan" not in page


def test_the_log_turns_its_pages(stage: SimpleNamespace) -> None:
    from contests import actions

    for number in range(60):
        actions.edit_contest(by=stage.organiser, contest=stage.contest, topic=f"Topic {number}")
    first = stage.desk.get(at(stage, "log"))
    assert len(first.context["lines"]) == 50
    second = stage.desk.get(at(stage, "log") + first.context["older"])
    seen = {line["fact"].pk for answer in (first, second) for line in answer.context["lines"]}
    assert len(seen) == len(first.context["lines"]) + len(second.context["lines"])
    assert stage.desk.get(f"{at(stage, 'log')}?before=nonsense").status_code == 200


def test_entries_are_searched_and_filtered(stage: SimpleNamespace) -> None:
    def found(query: str) -> list[str]:
        page = stage.desk.get(at(stage, "entries") + query).content.decode()
        return [title for title in ("Cool roofs", "Street trees") if title in page]

    assert found("") == ["Cool roofs", "Street trees"]
    assert found("?q=roof") == ["Cool roofs"]
    assert found("?status=withdrawn") == []
    assert found(f"?phase={stage.phase.pk}&q=tree") == ["Street trees"]
    cast.draft(cast.person("Dora"), stage.contest, title="Cool draft")
    assert "Cool draft" not in stage.desk.get(at(stage, "entries")).content.decode()
