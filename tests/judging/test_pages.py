"""A judge's pages, without script."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core import clock
from judging.models import Assignment, Review
from tests import cast


def as_(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def filled(stage: SimpleNamespace, points: int = 4, **more: Any) -> dict[str, Any]:
    marks = {f"criterion_{criterion.pk}": points for criterion in stage.phase.criteria.all()}
    return {"version": 0, "feedback": "Name who paints.", **marks, **more}


def during(stage: SimpleNamespace) -> Any:
    return clock.simulated(stage.phase.opens_at + timedelta(days=3))


def test_the_queue_says_done_left_and_minutes_and_leads_to_the_next_one(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs_entry)
    waiting = cast.assigned(stage.jude, stage.trees_entry)
    with during(stage):
        page = as_(stage.jude).get(reverse("judge_queue")).content.decode()
    assert "<strong>1</strong> done" in page and "<strong>1</strong> left" in page and "about 6 minutes" in page
    assert f'href="/judge/{waiting.pk}/"' in page and "Open the next one" in page
    assert page.count("<h1") == 1


def test_the_fewest_reviewed_come_first(stage: SimpleNamespace) -> None:
    cast.review(stage.jo, stage.roofs_entry)
    cast.assigned(stage.jude, stage.roofs_entry)
    cast.assigned(stage.jude, stage.trees_entry)
    with during(stage):
        page = as_(stage.jude).get(reverse("judge_queue")).content.decode()
    assert page.index("Street trees") < page.index("Cool roofs")


def test_a_guest_is_asked_to_sign_in_and_comes_back_to_the_same_proposal(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    answer = Client().get(assignment.get_absolute_url())
    assert answer.status_code == 302 and f"next=%2Fjudge%2F{assignment.pk}%2F" in answer["Location"]
    assert Client().get(reverse("judge_queue")).status_code == 302


def test_the_workspace_shows_the_frozen_revision_beside_the_rubric_with_nothing_preselected(
    stage: SimpleNamespace,
) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    with during(stage):
        page = as_(stage.jude).get(assignment.get_absolute_url()).content.decode()
    assert "We paint the roofs of 200 homes white" in page
    for criterion in stage.phase.criteria.all():
        assert page.count(f'name="criterion_{criterion.pk}"') == len(criterion.anchors)
        assert criterion.anchors[2] in page
    assert " checked" not in page
    for name in ("Save and next", "Mark as done", "Declare a conflict"):
        assert f"<span>{name}</span>" in page
    assert page.count("<h1") == 1


def test_save_and_next_keeps_the_review_and_opens_the_next(stage: SimpleNamespace) -> None:
    first, second = (cast.assigned(stage.jude, entry) for entry in (stage.roofs_entry, stage.trees_entry))
    with during(stage):
        answer = as_(stage.jude).post(first.get_absolute_url(), {"version": 0, "feedback": "Half a thought"})
    assert (answer.status_code, answer["Location"]) == (303, second.get_absolute_url())
    review = Review.objects.get(assignment=first)
    assert (review.feedback, review.done_at) == ("Half a thought", None)


def test_mark_as_done_saves_counts_and_goes_on(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    with during(stage):
        answer = as_(stage.jude).post(reverse("judge_done", args=[assignment.pk]), filled(stage))
        page = as_(stage.jude).get(reverse("judge_queue")).content.decode()
    assert (answer.status_code, answer["Location"]) == (303, "/judge/")
    assert cast.fresh(assignment).state == "done"
    assert "All of yours are done" in page


def test_an_incomplete_review_is_kept_and_says_what_is_missing(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    client = as_(stage.jude)
    with during(stage):
        answer = client.post(reverse("judge_done", args=[assignment.pk]), {"version": 0, "feedback": "Good words"})
        page = answer.content.decode()
        again = client.post(reverse("judge_done", args=[assignment.pk]), filled(stage, version=1))
    assert answer.status_code == 422
    assert "Choose points for “Impact”." in page and "Good words" in page and 'name="version" value="1"' in page
    assert again.status_code == 303
    assert cast.fresh(assignment).state == "done"


def test_a_late_save_shows_both_texts_and_overwrites_nothing(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    client = as_(stage.jude)
    with during(stage):
        client.post(assignment.get_absolute_url(), {"version": 0, "feedback": "From the laptop"})
        answer = client.post(assignment.get_absolute_url(), {"version": 0, "feedback": "From the tablet"})
        page = answer.content.decode()
        assert answer.status_code == 409 and "From the laptop" in page and "From the tablet" in page
        assert Review.objects.get().feedback == "From the laptop"
        client.post(assignment.get_absolute_url(), {"version": 1, "feedback": "From the tablet"})
    assert Review.objects.get().feedback == "From the tablet"


def test_after_the_close_the_words_come_back_unsaved(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    with clock.simulated(stage.phase.closes_at):
        read = as_(stage.jude).get(assignment.get_absolute_url())
        late = as_(stage.jude).post(assignment.get_absolute_url(), filled(stage, feedback="Two seconds late"))
    assert read.status_code == 200 and "Mark as done" not in read.content.decode()
    assert late.status_code == 409 and "Two seconds late" in late.content.decode()
    assert not Review.objects.exists()


def test_one_click_declares_a_conflict_and_the_proposal_is_gone_for_good(stage: SimpleNamespace) -> None:
    review = cast.review(stage.jude, stage.roofs_entry)
    address = review.assignment.get_absolute_url()
    client = as_(stage.jude)
    with during(stage):
        assert client.post(reverse("judge_conflict", args=[review.assignment_id])).status_code == 303
        assert client.get(address).status_code == 404
        assert "Cool roofs" not in client.get(reverse("judge_queue")).content.decode()


def test_giving_back_is_no_conflict(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    with during(stage):
        as_(stage.jude).post(reverse("judge_decline", args=[assignment.pk]))
        assert as_(stage.jude).get(assignment.get_absolute_url()).status_code == 404
    assert cast.fresh(assignment).state == "declined"
    assert not stage.jude.conflicts.exists()


def test_a_page_that_saves_by_itself_gets_the_new_version_and_the_letter(stage: SimpleNamespace) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    with during(stage):
        client = as_(stage.jude)
        answer = client.post(assignment.get_absolute_url(), filled(stage), headers={"HX-Request": "true"})
        stale = client.post(
            assignment.get_absolute_url(), {"version": 0, "feedback": "Other"}, headers={"HX-Request": "true"}
        )
    page = answer.content.decode()
    assert answer["HX-Trigger"] == "groundswell:saved"
    assert 'value="1" id="id_version"' in page and "Name who paints." in page and "<h1" not in page
    assert "saved in another window" in stale.content.decode()


@pytest.mark.parametrize("path", ["", "done/", "conflict/", "decline/"])
def test_nobody_else_reaches_an_assignment(stage: SimpleNamespace, path: str) -> None:
    assignment = cast.assigned(stage.jude, stage.roofs_entry)
    with during(stage):
        for user in (stage.jo, stage.ana, stage.organiser, cast.person("Mia Member")):
            address = f"/judge/{assignment.pk}/{path}"
            assert as_(user).post(address, filled(stage)).status_code == 404, user
    assert (cast.fresh(assignment).state, Review.objects.count()) == ("open", 0)


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_the_queue_asks_as_often_for_twelve_as_for_one(stage: SimpleNamespace) -> None:
    cast.assigned(stage.jude, stage.roofs_entry)
    client = as_(stage.jude)
    with during(stage):
        one = queries(client, reverse("judge_queue"))
    for number in range(12):
        proposal = cast.submitted(cast.person(f"Author {number}"), stage.contest, title=f"Idea {number}")
        entry = stage.roofs_entry.__class__.objects.create(
            proposal=proposal, phase=stage.phase, revision=proposal.submitted_revision, at=stage.phase.opens_at
        )
        Assignment.objects.create(judge=stage.jude, entry=entry, by=stage.organiser, at=stage.phase.opens_at)
    with during(stage):
        assert queries(client, reverse("judge_queue")) == one


def test_the_team_reads_its_letter_after_the_release(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs_entry, feedback="Name who paints.")
    cast.judged(stage.contest, advancing=[stage.roofs])
    with cast.during(stage.contest, "revision"):
        page = as_(stage.ana).get(reverse("proposal_feedback", args=[stage.roofs.pk])).content.decode()
        other = as_(stage.ben).get(reverse("proposal_feedback", args=[stage.roofs.pk]))
        guest = Client().get(reverse("proposal_feedback", args=[stage.roofs.pk]))
    assert "Dear Ana Author," in page and "Judge 1" in page and "Name who paints." in page and "4.00" in page
    assert "Jude" not in page and page.count("<h1") == 1
    assert other.status_code == 403 and guest.status_code == 302


def test_where_feedback_is_public_others_read_the_judges_words_but_not_the_letter(stage: SimpleNamespace) -> None:
    cast.review(stage.jude, stage.roofs_entry, feedback="Name who paints.")
    type(stage.contest).objects.update(feedback_is_public=True)
    with cast.during(stage.contest, "judging"):
        assert Client().get(reverse("proposal_feedback", args=[stage.roofs.pk])).status_code == 409
    cast.judged(stage.contest)
    with cast.during(stage.contest, "revision"):
        page = Client().get(reverse("proposal_feedback", args=[stage.roofs.pk])).content.decode()
    assert "Name who paints." in page and "Dear Ana" not in page and "4.00" not in page
