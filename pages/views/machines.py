"""What programs read: robots, the site map."""

from __future__ import annotations

from email.utils import parseaddr

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from contests.models import Contest
from core import branding, clock
from pages.querysets import listed_proposals

MOST_ADDRESSES = 20_000  # of each kind; a site map may hold 50,000
PRIVATE = ("/me/", "/manage/", "/judge/", "/admin/", "/accounts/", "/api/", "/search/", "/dev/")


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


def security_txt(request: HttpRequest) -> HttpResponse:
    """Whom to tell about a weakness (RFC 9116). Good for a year from the first of this month, so that it stays cacheable."""
    month = clock.shown().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    contact = settings.SECURITY_CONTACT or branding.current().contact or settings.DEFAULT_FROM_EMAIL
    address = contact if "://" in contact else f"mailto:{parseaddr(contact)[1]}"
    lines = [
        f"Contact: {address}",
        f"Expires: {month.replace(year=month.year + 1):%Y-%m-%dT%H:%M:%SZ}",
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt",
        "Preferred-Languages: en",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def change_password(request: HttpRequest) -> HttpResponse:
    """Where password managers lead people to (W3C well-known address)."""
    return redirect("account_change_password")
