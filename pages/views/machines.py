"""What programs read: health, robots, the site map."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from contests.models import Contest
from core.models import Due
from pages.querysets import listed_proposals

MOST_ADDRESSES = 20_000  # of each kind; a site map may hold 50,000
PRIVATE = ("/me/", "/manage/", "/judge/", "/admin/", "/accounts/", "/api/", "/search/", "/dev/")


def live(request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing else, so that a slow database does not get a good process killed."""
    return HttpResponse("ok", content_type="text/plain")


def ready(request: HttpRequest) -> HttpResponse:
    """Whether this process can serve people: the database answers and the table of due work can be read."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        Due.objects.filter(state=Due.State.WAITING).exists()
    except DatabaseError:
        return HttpResponse("database: no answer", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")


def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE), f"Sitemap: {settings.SITE_URL}/sitemap.xml"]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain")


def sitemap(request: HttpRequest) -> HttpResponse:
    """Public contests and their submitted proposals: what a stranger finds in the lists."""
    stranger = AnonymousUser()
    contests = Contest.objects.listed_for(stranger).only("slug", "published_at").order_by("-pk")[:MOST_ADDRESSES]
    proposals = listed_proposals(stranger).only("slug", "submitted_at").order_by("-pk")[:MOST_ADDRESSES]
    pages = [(contest.get_absolute_url(), contest.published_at) for contest in contests]
    pages += [(proposal.get_absolute_url(), proposal.submitted_at) for proposal in proposals]
    context = {"pages": pages, "site_url": settings.SITE_URL}
    return render(request, "pages/sitemap.xml", context, content_type="application/xml")
