"""My contests, a new one, its texts and settings, and publishing it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from console.forms.setup import ContestForm, NewContestForm
from console.querysets import overseen_by
from console.views.frame import managed, onward, page, state_of, stations
from contests import actions
from contests.actions.setup import gaps
from contests.models import Contest
from contests.rules import SIGN_IN, Permission
from core import clock
from core.database import Stale
from core.permissions import Refused, allowed, require
from core.registries import steps

CHORE = 70  # what organisers and judges have to do; what anybody may do is not listed here


def index(request: HttpRequest) -> HttpResponse:
    """My contests, with what needs attention first."""
    if not request.user.is_authenticated:
        raise Refused(SIGN_IN)
    now = clock.now()
    contests = list(overseen_by(request.user))
    waiting = steps(request.user, contests, at=now)
    rows = [
        {
            "contest": contest,
            "state": state_of(contest, now),
            "stations": stations(contest, now),
            "steps": [step for step in waiting if step.contest_id == contest.pk and step.urgency >= CHORE],
        }
        for contest in contests
    ]
    rows.sort(key=lambda row: not row["steps"])
    may_create = allowed(Permission.CREATE_CONTEST, request.user, None, at=now)
    return render(request, "console/index.html", {"rows": rows, "may_create": may_create, "now": now})


def new(request: HttpRequest) -> HttpResponse:
    """Template and five fields; the rest is in place and can be changed."""
    require(Permission.CREATE_CONTEST, request.user, None, at=clock.now())
    initial = {"template": "climate-colab", "time_zone": request.user.time_zone or "UTC"}
    form = NewContestForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        contest = actions.create_from_template(by=request.user, **form.to_action())
        messages.success(request, _("Your contest is set up as a draft. Only you and those you invite see it."))
        return onward("manage_setup", slug=contest.slug)
    return render(request, "console/new.html", {"form": form}, status=422 if form.errors else 200)


def setup(request: HttpRequest, slug: str) -> HttpResponse:
    """The checklist, and the texts and settings."""
    contest = managed(request, slug)
    may_edit = allowed(Permission.EDIT_CONTEST, request.user, contest, at=clock.now())
    form = ContestForm(request.POST or None, instance=contest, may_edit=may_edit)
    if request.method == "POST":
        require(Permission.EDIT_CONTEST, request.user, contest, at=clock.now())
        if form.is_valid() and _saved(request, contest, form):
            return onward("manage_setup", slug=slug)
    return _setup_page(request, contest, form, status=422 if form.errors else 200)


def _saved(request: HttpRequest, contest: Contest, form: ContestForm) -> bool:
    version = form.cleaned_data["version"]
    try:
        actions.edit_contest(by=request.user, contest=contest, version=version, **form.changes())
    except Stale as stale:
        form.add_error(None, _("Somebody else saved this page meanwhile. Yours is below; save again to put it in place."))
        form.data = form.data.copy()
        form.data["version"] = stale.current.version
        return False
    except ValidationError as error:
        form.add_error(None, error)
        return False
    messages.success(request, _("Saved."))
    return True


@require_POST
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the contest to everybody, or say what is still open."""
    contest = managed(request, slug)
    try:
        actions.publish(by=request.user, contest=contest)
    except ValidationError as error:
        form = ContestForm(instance=contest)
        return _setup_page(request, contest, form, refused=error.messages, status=409)
    messages.success(request, _("Your contest is published."))
    return onward("manage_setup", slug=slug)


def _setup_page(
    request: HttpRequest, contest: Contest, form: ContestForm, *, refused: list[str] | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "gaps": [{"text": text, "url": reverse(f"manage_{where}", args=[contest.slug])} for _code, text, where in gaps(contest)],
        "rules": contest.rules_versions.first(),
        "refused": refused or [],
    }
    return page(request, contest, "setup", context, status=status)
