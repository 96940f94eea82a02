"""Who does what in a contest, and inviting more."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from console.forms.people import InviteForm
from console.views.frame import managed, onward, page
from contests import actions
from contests.models import Contest
from contests.roles import SENTENCES, Role
from contests.rules import Permission
from core import clock
from core.permissions import require


def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Members by role, open invitations, and the form to invite more."""
    contest = managed(request, slug)
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        require(Permission.INVITE, request.user, contest, at=clock.now())
        if form.is_valid():
            emails, role = form.cleaned_data["emails"], form.cleaned_data["role"]
            for email in emails:
                actions.invite(by=request.user, contest=contest, email=email, role=role)
            said = ngettext("%(n)s invitation is on its way.", "%(n)s invitations are on their way.", len(emails))
            messages.success(request, said % {"n": len(emails)})
            return onward("manage_people", slug=slug)
    context = {"form": form, "roles": _by_role(contest), "invitations": _invitations(contest)}
    return page(request, contest, "people", context, status=422 if form.errors else 200)


PLURALS = {
    Role.ORGANISER: gettext_lazy("Organisers"),
    Role.FACILITATOR: gettext_lazy("Facilitators"),
    Role.JUDGE: gettext_lazy("Judges"),
    Role.ADVISOR: gettext_lazy("Advisors"),
}


def _by_role(contest: Contest) -> list[dict]:
    members = list(contest.memberships.select_related("user").order_by("user__display_name", "pk"))
    return [
        {"plural": PLURALS[role], "sentence": _(sentence), "members": [m for m in members if m.role == role]}
        for role, sentence in SENTENCES.items()
    ]


def _invitations(contest: Contest) -> list[dict]:
    """Those that were not accepted, newest first: an accepted one is a member now."""
    now = clock.now()
    rows = contest.invitations.exclude(answer="accepted").select_related("invited_by").order_by("-created_at")[:200]
    return [
        {"invitation": row, "role": _(row.role), "state": row.answer or ("open" if row.expires_at > now else "expired")}
        for row in rows
    ]


@require_POST
def remove(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End somebody's role."""
    contest = managed(request, slug)
    membership = get_object_or_404(contest.memberships.select_related("contest", "user"), pk=pk)
    try:
        actions.remove_member(by=request.user, membership=membership)
        messages.success(request, _("%(name)s has no longer this role.") % {"name": membership.user})
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return onward("manage_people", slug=slug)


@require_POST
def revoke(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Take an open invitation back."""
    contest = managed(request, slug)
    invitation = get_object_or_404(contest.invitations.select_related("contest"), pk=pk)
    try:
        actions.revoke_invitation(by=request.user, invitation=invitation)
        messages.success(request, _("The invitation is taken back; its link works no more."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return onward("manage_people", slug=slug)
