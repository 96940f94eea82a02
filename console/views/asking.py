"""What is asked of authors and of judges: the proposal form and the rubrics."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from console.forms.rows import CriterionFormSet, SectionFormSet, Summary, moved
from console.views.frame import chosen_phase, managed, onward, page
from contests import actions
from contests.models import Contest, Phase
from contests.phases import Kind
from contests.rules import Permission
from core import clock
from core.permissions import refusal, require

_SECTION = ("key", "label", "kind", "help", "example", "required", "min_words", "max_words")


def form(request: HttpRequest, slug: str) -> HttpResponse:
    """The sections of the proposal form; the buttons for moving save as well."""
    contest = managed(request, slug)
    sections = list(contest.sections.all())
    active = [section for section in sections if section.retired_at is None]
    initial = [{name: getattr(section, name) for name in _SECTION} for section in active]
    retired = {section.key for section in sections if section.retired_at is not None}
    rows = SectionFormSet(request.POST or None, initial=initial, prefix="section", form_kwargs={"retired": retired})
    if request.method == "POST":
        require(Permission.EDIT_CONTEST, request.user, contest, at=clock.now())
        if rows.is_valid() and _form_saved(request, contest, rows):
            return onward("manage_form", slug=slug)
    context = {
        "rows": rows,
        "summary": Summary(rows),
        "retired": [section for section in sections if section.retired_at is not None],
        "used": {section.key for section in active if section.used},
    }
    return page(request, contest, "form", context, status=422 if context["summary"].errors else 200)


def _form_saved(request: HttpRequest, contest: Contest, rows: Any) -> bool:
    stated = moved(rows.to_action(), request.POST.get("move", ""))
    try:
        actions.set_sections(by=request.user, contest=contest, sections=stated)
    except ValidationError as error:
        rows.non_form_errors().extend(error.messages)
        return False
    messages.success(request, _("The form is saved."))
    return True


def rubric(request: HttpRequest, slug: str) -> HttpResponse:
    """The criteria of one judging phase."""
    contest = managed(request, slug)
    phase = chosen_phase(request, contest)
    if phase is None:
        return page(request, contest, "rubric", {"phase": None, "phases": []})
    rows = CriterionFormSet(request.POST or None, initial=_criteria(phase), prefix="criterion")
    if request.method == "POST":
        require(Permission.EDIT_RUBRIC, request.user, phase, at=clock.now())
        if rows.is_valid() and _saved(request, phase, rows):
            return onward(f"{reverse('manage_rubric', args=[slug])}?phase={phase.pk}")
    return _rubric_page(request, contest, phase, rows)


def _saved(request: HttpRequest, phase: Phase, rows: Any) -> bool:
    stated = moved([row.to_action() for row in rows.staying()], request.POST.get("move", ""))
    try:
        actions.set_rubric(by=request.user, phase=phase, criteria=stated)
    except ValidationError as error:
        rows.non_form_errors().extend(error.messages)
        return False
    messages.success(request, _("The rubric is saved."))
    return True


def _criteria(phase: Phase) -> list[dict[str, Any]]:
    return [
        {
            **{name: getattr(criterion, name) for name in ("id", "name", "question", "weight")},
            **{f"anchor_{point}": sentence for point, sentence in criterion.points},
        }
        for criterion in phase.criteria.all()
    ]


def _rubric_page(request: HttpRequest, contest: Contest, phase: Phase, rows: Any) -> HttpResponse:
    why_not = refusal(Permission.EDIT_RUBRIC, request.user, phase, at=clock.now())
    context = {
        "phase": phase,
        "phases": [one for one in contest.phases.all() if one.kind == Kind.JUDGING],
        "rows": rows,
        "summary": Summary(rows),
        "criteria": list(phase.criteria.all()),
        "why_not": why_not,
    }
    return page(request, contest, "rubric", context, status=422 if context["summary"].errors else 200)
