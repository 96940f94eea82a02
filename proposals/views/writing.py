"""The working copy: one form, one version, and nobody's words overwritten in silence."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from contests.phases import Capability
from core import clock
from core.database import Stale
from core.permissions import Kind, Refused, require
from proposals import actions
from proposals.forms import ANSWER, EditForm, initial_of
from proposals.models import Proposal
from proposals.rules import Permission


def own(request: HttpRequest, pk: int) -> Proposal:
    """The proposal, if this user may know of it; else 404."""
    proposals = Proposal.objects.visible_to(request.user).select_related("contest", "submitted_revision")
    return get_object_or_404(proposals, pk=pk)


@never_cache
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write on. A save that comes too late, or on top of somebody else's, gives the words back."""
    proposal = own(request, pk)
    if request.method != "POST":
        require(Permission.EDIT_PROPOSAL, request.user, proposal, at=clock.now())
        return _page(request, proposal, EditForm(contest=proposal.contest, initial=initial_of(proposal)))
    form = EditForm(request.POST, request.FILES, contest=proposal.contest, initial=initial_of(proposal))
    try:
        require(Permission.EDIT_PROPOSAL, request.user, proposal, at=clock.now())
        if not form.is_valid():
            return _page(request, proposal, form, 422)
        proposal = _save(request, proposal, form)
    except Refused as refused:
        if refused.refusal.kind is not Kind.NOT_NOW:
            raise
        return _page(request, proposal, form, 409, why_not=refused.refusal)
    except Stale as stale:
        return _conflict(request, stale.current, form)
    except ValidationError as error:
        form.complain(error)
        return _page(request, proposal, form, 422)
    return _picture(request, proposal, form)


def _save(request: HttpRequest, proposal: Proposal, form: EditForm) -> Proposal:
    texts = form.texts()
    if not texts:
        return proposal
    return actions.save_draft(by=request.user, proposal=proposal, version=form.cleaned_data["version"], **texts)


def _picture(request: HttpRequest, proposal: Proposal, form: EditForm) -> HttpResponse:
    """The texts are saved; now the picture, which may fail by itself."""
    if form.picture_changed:
        picture, alt = form.cleaned_data.get("cover") or None, form.cleaned_data["cover_alt"]
        try:
            proposal = actions.set_cover(by=request.user, proposal=proposal, picture=picture, alt=alt)
        except ValidationError as error:
            form.complain(error)
            form.rebase(proposal.version)
            return _page(request, proposal, form, 422)
    if "review" in request.POST:
        return redirect("proposal_submit", pk=proposal.pk)
    messages.success(request, _("Your draft is saved."))
    return redirect("proposal_edit", pk=proposal.pk)


def closing_of(proposal: Proposal) -> datetime | None:
    """Until when this can be submitted: the close of the running phase, or in its grace the end of that."""
    at, timeline = clock.now(), proposal.contest.timeline
    span = timeline.granting(Capability.SUBMIT, at) or timeline.granting(Capability.REVISE, at)
    if span is None or span.closes_at is None:
        return None
    return span.closes_at if at < span.closes_at else span.ends_at


def gaps_of(proposal: Proposal) -> list[tuple[str, str]]:
    """What is missing, by the name of its field in the form."""
    sections = {section.key for section in proposal.contest.sections.all()}
    return [(ANSWER + name if name in sections else name, text) for name, text in actions.gaps(proposal)]


def _page(request: HttpRequest, proposal: Proposal, form: EditForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "form": form,
        "proposal": proposal,
        "contest": proposal.contest,
        "gaps": gaps_of(proposal),
        "closes_at": closing_of(proposal),
        "now": clock.now(),
        **more,
    }
    return render(request, "proposals/edit.html", context, status=status)


def _conflict(request: HttpRequest, stored: Proposal, form: EditForm) -> HttpResponse:
    """Both texts side by side for each part that differs; a picture chosen meanwhile has to be chosen again."""
    theirs = initial_of(stored)
    pairs = [
        {"field": form[name], "mine": form.cleaned_data[name], "theirs": theirs.get(name, "")}
        for name in form.fields
        if (name in ("title", "pitch") or name.startswith(ANSWER))
        and name in form.data
        and form.cleaned_data[name].strip() != theirs.get(name, "").strip()
    ]
    form.rebase(stored.version)
    context = {"form": form, "proposal": stored, "contest": stored.contest, "pairs": pairs}
    return render(request, "proposals/conflict.html", context, status=409)
