"""The first words. A visitor writes at once; the draft waits in the session and becomes theirs when they sign in."""

from __future__ import annotations

import json
import secrets
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.signals import user_logged_in
from django.core.exceptions import ValidationError
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from contests.models import Contest
from core import clock
from core.permissions import Kind, Refused, refusal
from proposals import actions
from proposals.forms import ANSWER, ProposalForm
from proposals.rules import Permission

MOST_KEPT = 250_000  # characters of drafts in one session: the room of one whole proposal, not of a denial of service


@never_cache
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """The empty form; a visitor's draft on its way to an owner passes here too."""
    contest = get_object_or_404(Contest.objects.visible_to(request.user), slug=slug)
    claimed = request.session.get("claimed", {}).get(request.GET.get("kept", ""))
    if claimed and request.user.is_authenticated:
        return redirect("proposal_edit", pk=claimed)
    kept = request.session.get("drafts", {}).get(slug)
    why_not = refusal(Permission.BEGIN_PROPOSAL, request.user, contest, at=clock.now())
    if why_not and (why_not.kind is not Kind.NOT_NOW or not (kept or request.method == "POST")):
        raise Refused(why_not)
    form = ProposalForm(request.POST or None, contest=contest, initial=kept or {"once": secrets.token_urlsafe(12)})
    form.fields["title"].widget.attrs["autofocus"] = True
    if why_not:
        return _page(request, form, 409, why_not=why_not)
    if request.method != "POST":
        return _page(request, form, 200)
    if not form.is_valid():
        return _page(request, form, 422)
    return _begin(request, form) if request.user.is_authenticated else _keep(request, form)


def _page(request: HttpRequest, form: ProposalForm, status: int, **more: Any) -> HttpResponse:
    context = {"form": form, "contest": form.contest, **more}
    return render(request, "proposals/new.html", context, status=status)


def _begin(request: HttpRequest, form: ProposalForm) -> HttpResponse:
    data = form.cleaned_data
    answers = {key.removeprefix(ANSWER): text for key, text in data.items() if key.startswith(ANSWER) and text}
    try:
        proposal = actions.start(
            by=request.user,
            contest=form.contest,
            title=data["title"],
            pitch=data["pitch"],
            answers=answers,
            once=data["once"],
        )
    except ValidationError as error:
        form.complain(error)
        return _page(request, form, 422)
    drafts = request.session.get("drafts", {})
    if drafts.pop(form.contest.slug, None):
        request.session["drafts"] = drafts
    messages.success(request, _("Your draft is saved. Only you can see it until you submit it."))
    return redirect("proposal_edit", pk=proposal.pk)


def _keep(request: HttpRequest, form: ProposalForm) -> HttpResponse:
    """Keep a visitor's words in their session and ask who they are."""
    draft = {name: form.cleaned_data[name] for name in form.fields if form.cleaned_data.get(name)}
    draft["once"] = draft.get("once") or secrets.token_urlsafe(12)
    drafts = {**request.session.get("drafts", {}), form.contest.slug: draft}
    if len(json.dumps(drafts)) > MOST_KEPT:
        form.add_error(None, _("This is more text than we can keep before you sign in. Sign in first, or shorten it."))
        return _page(request, form, 422)
    request.session["drafts"] = drafts
    messages.success(request, _("Your draft is kept here. Tell us your e-mail address, and it is yours."))
    back = f"{reverse('proposal_new', args=[form.contest.slug])}?{urlencode({'kept': draft['once']})}"
    return redirect(f"{reverse('account_request_login_code')}?{urlencode({'next': back})}")


@receiver(user_logged_in)
def claim(sender: Any, request: HttpRequest, user: Any, **_more: Any) -> None:
    """Whoever signs in owns what was written in this session. What cannot begin now stays in the session, unlost."""
    session = getattr(request, "session", None)
    for slug, draft in dict(session.get("drafts", {}) if session is not None else {}).items():
        contest = Contest.objects.filter(slug=slug).first()
        if contest is None:
            continue
        texts = {"title": draft["title"], "pitch": draft.get("pitch", "")}
        answers = {key.removeprefix(ANSWER): text for key, text in draft.items() if key.startswith(ANSWER)}
        try:
            proposal = actions.start(by=user, contest=contest, answers=answers, once=draft["once"], **texts)
        except (Refused, ValidationError):
            continue
        session["drafts"] = {other: kept for other, kept in session["drafts"].items() if other != slug}
        session["claimed"] = {**session.get("claimed", {}), draft["once"]: proposal.pk}
