"""One proposal beside one rubric."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from core import clock
from core.database import Stale
from core.html import clean_html
from core.permissions import Kind, Refused, refusal
from judging import actions
from judging.forms import ReviewForm, initial_of
from judging.methods.queue import minutes
from judging.models import Assignment, Review
from judging.rules import Permission
from judging.views.queue import following, own, see_other, words_of


def _form(request: HttpRequest, assignment: Assignment) -> ReviewForm:
    review = getattr(assignment, "review", None)
    criteria = list(assignment.entry.phase.criteria.all())
    return ReviewForm(request.POST or None, criteria=criteria, initial=initial_of(review))


@never_cache
def workspace(request: HttpRequest, pk: int) -> HttpResponse:
    """Read and score. Saving goes on to the next one; the page also saves by itself where scripts run."""
    assignment = own(request, pk)
    form = _form(request, assignment)
    if request.method != "POST":
        why_not = refusal(Permission.REVIEW, request.user, assignment, at=clock.now())
        if why_not and why_not.kind is not Kind.NOT_NOW:
            raise Refused(why_not)
        return _page(request, assignment, form, why_not=why_not)
    answer = _save(request, assignment, form)
    if isinstance(answer, HttpResponse):
        return answer
    if request.headers.get("HX-Request"):
        return _saved_by_itself(request, answer)
    messages.success(request, _("Saved. It counts once you mark it as done."))
    return _onward(request, assignment)


@require_POST
@never_cache
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what the form holds and say that it counts; a review that is not complete stays saved."""
    assignment = own(request, pk)
    form = _form(request, assignment)
    answer = _save(request, assignment, form)
    if isinstance(answer, HttpResponse):
        return answer
    try:
        actions.mark_done(by=request.user, assignment=assignment)
    except ValidationError as error:
        form.complain(error)
        form.rebase(answer.version)
        return _page(request, assignment, form, 422)
    messages.success(request, _("Done. You can still change it until the judging closes."))
    return _onward(request, assignment)


def _save(request: HttpRequest, assignment: Assignment, form: ReviewForm) -> Review | HttpResponse:
    """The saved review, or the page that says why not, with every word still in it."""
    if not form.is_valid():
        return _page(request, assignment, form, 422)
    try:
        version = form.cleaned_data["version"]
        return actions.save_review(by=request.user, assignment=assignment, version=version, **form.said())
    except Stale as stale:
        form.rebase(stale.current.version)
        return _page(request, assignment, form, 409, stored=stale.current)
    except ValidationError as error:
        form.complain(error)
        return _page(request, assignment, form, 422)
    except Refused as refused:
        if refused.refusal.kind is not Kind.NOT_NOW:
            raise
        return _page(request, assignment, form, 409, why_not=refused.refusal)


def _onward(request: HttpRequest, assignment: Assignment) -> HttpResponse:
    waiting = following(request, assignment)
    return see_other(waiting.get_absolute_url() if waiting else reverse("judge_queue"))


def _saved_by_itself(request: HttpRequest, review: Review) -> HttpResponse:
    response = render(request, "judging/_saved.html", {"review": review, "letter": _preview(review)})
    response["HX-Trigger"] = "groundswell:saved"
    return response


def _preview(review: Review | None) -> Any:
    return actions.preview_of(review.assignment.entry, review.feedback) if review else None


def _page(
    request: HttpRequest, assignment: Assignment, form: ReviewForm, status: int = 200, **more: Any
) -> HttpResponse:
    if request.headers.get("HX-Request"):
        return render(request, "judging/_saved.html", {"failed": True, **more})  # the words stay where they are typed
    proposal, revision = assignment.entry.proposal, assignment.entry.revision
    review = Review.objects.filter(assignment=assignment).select_related("assignment__entry__proposal").first()
    found = [(section, revision.answers.get(section.key, "")) for section in proposal.contest.sections.all()]
    context = {
        "assignment": assignment,
        "proposal": proposal,
        "contest": proposal.contest,
        "phase": assignment.entry.phase,
        "revision": revision,
        "texts": [{"section": section, "html": clean_html(text)} for section, text in found if text],
        "minutes": minutes(words_of(assignment)),
        "review": review,
        "letter": _preview(review),
        "form": form,
        "now": clock.now(),
        **more,
    }
    return render(request, "judging/workspace.html", context, status=status)
