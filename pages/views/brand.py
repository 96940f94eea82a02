"""The site's colours and pictures of itself. The same for everybody, so shared caches may keep them."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from core import branding, social

YEAR = 31_536_000


def kept(request: HttpRequest, response: HttpResponse, version: object) -> HttpResponse:
    """For good at the address that names this version, whoever asks; for strangers' five minutes at any other."""
    named = request.GET.get("v") == str(version)
    response.for_everybody = named  # type: ignore[attr-defined]  # core.middleware then leaves it in shared caches
    response["Cache-Control"] = f"public, max-age={YEAR}, immutable" if named else "public, max-age=300"
    return response


@require_safe
def brand_css(request: HttpRequest) -> HttpResponse:
    """The ramp of the site's hue, over the one in the style sheets."""
    brand = branding.at_least(request.GET.get("v", ""))
    return kept(request, HttpResponse(branding.style_sheet(brand.hue), content_type="text/css"), brand.version)


@require_safe
def brand_logo(request: HttpRequest) -> HttpResponse:
    """The logo, as we wrote it anew."""
    brand = branding.at_least(request.GET.get("v", ""))
    picture = branding.logo_of(brand)
    if not picture:
        raise Http404
    return kept(request, HttpResponse(picture, content_type="image/webp"), brand.version)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """For what asks for /favicon.ico without reading the page."""
    brand = branding.at_least(request.GET.get("v", ""))
    return kept(request, HttpResponse(social.icon_ico(brand.hue), content_type="image/x-icon"), brand.version)


@require_safe
def icon_svg(request: HttpRequest) -> HttpResponse:
    brand = branding.at_least(request.GET.get("v", ""))
    return kept(request, HttpResponse(social.icon_svg(brand.hue), content_type="image/svg+xml"), brand.version)


@require_safe
def icon_png(request: HttpRequest, side: int = 180) -> HttpResponse:
    """For home screens: 180 pixels under Apple's name, 192 and 512 for the manifest."""
    brand = branding.at_least(request.GET.get("v", ""))
    return kept(request, HttpResponse(social.icon_png(brand.hue, side), content_type="image/png"), brand.version)


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    """How the site stands on a home screen."""
    brand = branding.at_least(request.GET.get("v", ""))
    icons = [
        {"src": f"{reverse(f'icon_{side}')}?v={brand.version}", "sizes": f"{side}x{side}", "type": "image/png", "purpose": use}
        for side in (192, 512)
        for use in ("any", "maskable")
    ]
    body = {
        "name": brand.name,
        "short_name": brand.name if len(brand.name) <= 12 else brand.name.split()[0][:12],
        "description": brand.tagline,
        "start_url": "/",
        "display": "minimal-ui",
        "background_color": branding.PAGE,
        "theme_color": brand.colours[600],
        "icons": icons,
    }
    return kept(request, JsonResponse(body, content_type="application/manifest+json"), brand.version)
