"""What authors read after the release."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache

from core import clock
from core.permissions import require
from judging import actions
from judging.rules import Permission, reads_letters
from proposals.models import Proposal


@never_cache
def feedback(request: HttpRequest, pk: int) -> HttpResponse:
    """The letters about a proposal, the newest first. Others than the team read the judges' words only."""
    proposals = Proposal.objects.visible_to(request.user).select_related("contest", "submitted_revision")
    proposal = get_object_or_404(proposals, pk=pk)
    at = clock.now()
    require(Permission.VIEW_FEEDBACK, request.user, proposal, at=at)
    context = {
        "proposal": proposal,
        "title": proposal.as_submitted.title,
        "contest": proposal.contest,
        "letters": actions.letters_of(proposal.pk),
        "whole": reads_letters(request.user, proposal, at=at),
        "now": at,
    }
    return render(request, "judging/feedback.html", context)
