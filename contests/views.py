"""Answering an invitation. Everything else about contests is shown by pages and console."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests import actions
from contests.actions.people import invitation_by
from contests.forms import AnswerForm
from contests.models import Invitation
from contests.roles import SENTENCES, Role
from core import clock

_WORDS = {
    "unknown": (
        gettext_lazy("We do not know this invitation"),
        gettext_lazy("Perhaps the address was cut in the mail. Copy the whole line, or ask who invited you for a new one."),
    ),
    "mine": (
        gettext_lazy("You have accepted this invitation"),
        gettext_lazy("Nothing else is needed from you here."),
    ),
    "used": (
        gettext_lazy("This invitation has been accepted"),
        gettext_lazy("Each link works once. Were you the one? Then sign in with the account you took that day."),
    ),
    "declined": (
        gettext_lazy("This invitation was declined"),
        gettext_lazy("Thank you for the answer. Should you change your mind, ask who invited you for a new one."),
    ),
    "expired": (
        gettext_lazy("This invitation is no longer open"),
        gettext_lazy("It ran out, or was taken back. Ask who invited you for a new one."),
    ),
}


def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Who invites you to what; accept and decline. Looking changes nothing: mail programs look too (threat V15)."""
    found = invitation_by(token)
    if request.method == "POST" and found is not None:
        return _answer(request, found)
    over = found is not None and _state(request, found) in ("used", "declined", "expired")
    return _page(request, found, status=410 if over else 200)


def _answer(request: HttpRequest, found: Invitation) -> HttpResponse:
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422)
    accepts = form.cleaned_data["answer"] == "accept"
    if accepts and not request.user.is_authenticated:
        sign_in = resolve_url("account_request_login_code")
        return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': request.path})}", status=303)
    try:
        if accepts:
            actions.accept_invitation(by=request.user, invitation=found)
        else:
            actions.decline_invitation(by=request.user, invitation=found)
    except ValidationError:
        found.refresh_from_db()
        return _page(request, found, status=409)
    if not accepts:
        found.refresh_from_db()
        return _page(request, found)
    messages.success(request, _("Thank you! You have a role in this contest now."))
    return HttpResponseRedirect(_way_on(found), status=303)


def _way_on(found: Invitation) -> str:
    """Where somebody with this role begins."""
    if found.role == Role.JUDGE:
        return "/judge/"
    return f"/manage/{found.contest.slug}/people/"


def _page(request: HttpRequest, found: Invitation | None, *, status: int = 200) -> HttpResponse:
    state = _state(request, found)
    title, why = _WORDS.get(state, ("", ""))
    context: dict[str, object] = {"invitation": found, "state": state, "title": title, "why": why}
    if found is not None:
        role = Role(found.role)
        context |= {"sentence": _(SENTENCES[role]), "role_word": _(role), "way_on": _way_on(found), "now": clock.now()}
    return render(request, "contests/invitation.html", context, status=404 if found is None else status)


def _state(request: HttpRequest, found: Invitation | None) -> str:
    if found is None:
        return "unknown"
    if found.answer == "accepted":
        return "mine" if request.user.is_authenticated and found.accepted_by_id == request.user.pk else "used"
    if found.answer == "declined":
        return "declined"
    return "expired" if found.expires_at <= clock.now() else "open"
