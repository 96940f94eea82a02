"""What the team looks back at, and the picture."""

from __future__ import annotations

import logging
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from core import clock
from core.html import clean_html
from core.permissions import require
from proposals.models import Proposal, Revision
from proposals.rules import Permission
from proposals.transitions import Status
from proposals.views.writing import own

log = logging.getLogger(__name__)


def texts_of(proposal: Proposal, source: Proposal | Revision) -> list[dict[str, Any]]:
    """The sections that have words, in the contest's order: label and safe HTML."""
    found = [(section, source.answers.get(section.key, "")) for section in proposal.contest.sections.all()]
    return [{"section": section, "html": clean_html(text)} for section, text in found if text]


@never_cache
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The working copy as the public will read it."""
    proposal = own(request, pk)
    require(Permission.VIEW_HISTORY, request.user, proposal, at=clock.now())
    context = {"proposal": proposal, "contest": proposal.contest, "texts": texts_of(proposal, proposal)}
    return render(request, "proposals/preview.html", context)


@never_cache
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """Every kept version, newest first; `?version=3` shows the third."""
    proposal = own(request, pk)
    require(Permission.VIEW_HISTORY, request.user, proposal, at=clock.now())
    revisions = list(proposal.revisions.select_related("by", "rules"))
    wanted = next((r for r in revisions if str(r.number) == request.GET.get("version")), None)
    context = {
        "proposal": proposal,
        "contest": proposal.contest,
        "revisions": revisions,
        "wanted": wanted,
        "texts": texts_of(proposal, wanted) if wanted else [],
    }
    return render(request, "proposals/history.html", context)


def cover(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    """The picture, for whoever may see the proposal."""
    proposal = own(request, pk)
    try:
        if not proposal.cover or not default_storage.exists(proposal.cover):
            raise Http404
        response = FileResponse(default_storage.open(proposal.cover), content_type="image/webp")
    except OSError:  # the bucket is away: the page around the picture goes on without it
        log.exception("the cover of proposal %s cannot be read", pk)
        return HttpResponse(status=503, headers={"Retry-After": "60", "Cache-Control": "no-store"})
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    public = proposal.status == Status.SUBMITTED and proposal.contest.visibility == "public"
    response["Cache-Control"] = "public, max-age=300" if public else "private, no-store"
    return response
