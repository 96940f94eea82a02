"""The site's colours and pictures of itself. The same for everybody, so shared caches may keep them."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core import branding

YEAR = 31_536_000


def kept(request: HttpRequest, response: HttpResponse, version: object) -> HttpResponse:
    """For good at the address that names this version; for five minutes at any other."""
    named = request.GET.get("v") == str(version)
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if named else "public, max-age=300"
    return response


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The ramp of the site's hue, over the one in the style sheets."""
    brand = branding.current()
    return kept(request, HttpResponse(branding.style_sheet(brand.hue), content_type="text/css"), brand.version)


@require_safe
def brand_logo(request: HttpRequest) -> HttpResponse:
    """The logo, as we wrote it anew."""
    row = branding.stored()
    if not row.logo or not default_storage.exists(row.logo):
        raise Http404
    with default_storage.open(row.logo) as file:
        response = HttpResponse(file.read(), content_type="image/webp")
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return kept(request, response, row.version)
