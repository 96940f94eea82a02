"""Review, submit, receipt; and taking it back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts import actions as accounts
from core import clock
from core.database import Stale
from core.permissions import require
from proposals import actions
from proposals.forms import SubmitForm
from proposals.models import Proposal
from proposals.rules import Permission
from proposals.transitions import Status
from proposals.views.reading import texts_of
from proposals.views.writing import closing_of, gaps_of, own


@never_cache
def submit(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything as the public will read it, the rules, one tick, one button."""
    proposal = own(request, pk)
    require(Permission.SUBMIT_PROPOSAL, request.user, proposal, at=clock.now())
    rules = proposal.contest.rules_versions.first()
    initial = {"version": proposal.version, "rules": rules.number if rules else None}
    needs_name = not request.user.display_name
    form = SubmitForm(request.POST or None, rules=rules, needs_name=needs_name, initial=initial)
    if request.method != "POST":
        return _page(request, proposal, form, rules)
    if not form.is_valid():
        return _page(request, proposal, form, rules, 422)
    try:
        if needs_name:
            accounts.introduce(by=request.user, display_name=form.cleaned_data["display_name"])
        actions.submit(by=request.user, proposal=proposal, accept_rules=True, version=form.cleaned_data["version"])
    except ValidationError as error:
        form.complain(error)
        return _page(request, proposal, form, rules, 422)
    except Stale as stale:
        messages.warning(request, _("The text has changed since you looked. Read it again, then submit it."))
        fresh = SubmitForm(rules=rules, needs_name=False, initial={**initial, "version": stale.current.version})
        return _page(request, stale.current, fresh, rules, 409)
    return redirect("proposal_receipt", pk=proposal.pk)


def _page(request: HttpRequest, proposal: Proposal, form: SubmitForm, rules: Any, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "proposal": proposal,
        "contest": proposal.contest,
        "rules": rules,
        "gaps": gaps_of(proposal),
        "texts": texts_of(proposal, proposal),
        "closes_at": closing_of(proposal),
        "now": clock.now(),
    }
    return render(request, "proposals/submit.html", context, status=status)


@never_cache
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """What counts now, since when to the second, and what happens next."""
    proposal = own(request, pk)
    require(Permission.VIEW_HISTORY, request.user, proposal, at=clock.now())
    if proposal.submitted_revision is None or proposal.status != Status.SUBMITTED:
        raise Http404
    at = clock.now()
    timeline = proposal.contest.timeline
    stations = [
        {"name": s.name, "kind": s.kind, "state": timeline.state(s, at), "opens_at": s.opens_at, "closes_at": s.closes_at}
        for s in timeline.spans
    ]
    coming = [span for span in timeline.spans if span.opens_at > at]
    context = {
        "proposal": proposal,
        "contest": proposal.contest,
        "revision": proposal.submitted_revision,
        "stations": stations,
        "coming": coming,
        "running": timeline.running(at),
        "now": at,
    }
    return render(request, "proposals/receipt.html", context)


@never_cache
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask once, then take it back."""
    proposal = own(request, pk)
    require(Permission.WITHDRAW_PROPOSAL, request.user, proposal, at=clock.now())
    if request.method != "POST":
        return render(request, "proposals/withdraw.html", {"proposal": proposal, "contest": proposal.contest})
    actions.withdraw(by=request.user, proposal=proposal)
    messages.success(request, _("Your proposal is withdrawn. Its texts stay with your team."))
    return redirect("proposal_edit", pk=proposal.pk)
