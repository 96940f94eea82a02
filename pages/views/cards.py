"""The pictures of shared links, for whoever may see the page they speak of. They show what that page shows to strangers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from contests.models import Contest
from contests.transitions import Status as ContestStatus
from core import branding, clock, social
from pages.querysets import proposal_page
from pages.templatetags.cards import card_of
from pages.views.brand import kept
from proposals.models import Proposal
from proposals.transitions import Status


@require_safe
def site_card(request: HttpRequest) -> HttpResponse:
    return _answer(request, None, public=True)


@require_safe
def contest_card(request: HttpRequest, slug: str) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.visible_to(request.user).with_phases(), slug=slug)
    return _answer(request, contest, public=contest.visibility == "public" and contest.status != ContestStatus.DRAFT)


@require_safe
def proposal_card(request: HttpRequest, pk: int) -> HttpResponse:
    at = clock.now()
    proposal = get_object_or_404(proposal_page(Proposal.objects.visible_to(request.user), request.user, at=at), pk=pk)
    public = proposal.status == Status.SUBMITTED and proposal.contest.visibility == "public"
    return _answer(request, proposal, public=public)


def _answer(request: HttpRequest, thing: Any, *, public: bool) -> HttpResponse:
    brand = branding.current()
    card, _path = card_of(thing, clock.now())
    version = card.digest(brand)
    response: HttpResponse = HttpResponseNotModified()
    if request.headers.get("If-None-Match") != f'"{version}"':
        try:
            picture = social.picture(card, brand, branding.logo_of(brand))
        except social.Busy:
            return HttpResponse(status=503, headers={"Retry-After": "5", "Cache-Control": "no-store"})
        response = HttpResponse(picture, content_type="image/png")
        response["Cross-Origin-Resource-Policy"] = "cross-origin"  # made to be shown by others
    response["ETag"] = f'"{version}"'
    if public:
        return kept(request, response, version)
    response["Cache-Control"] = "private, no-store"
    return response
