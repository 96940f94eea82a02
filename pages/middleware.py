"""Public pages for strangers, from core.pagecache: answered before a session, a language file or the database is asked."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from urllib.parse import parse_qsl

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from core import branding, pagecache
from core.pagecache import Kept
from pages.views.paging import SEED_COOKIE, draw_seed, remember_seed

# What a list may be asked for. Anything else is drawn: words of a search never repeat, and links keep what they get.
ALLOWED = frozenset({"page", "status", "order", "seed", "phase", "topic"})
LONGEST_QUERY = 120
REVALIDATE = "no-cache"  # may be kept by a browser or a proxy, which ask with the ETag before they show it
Key = tuple[str, ...]


class SharedPages:
    """A stranger's GET of a page whose view called `pagecache.share` is drawn once; everybody else's request passes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self._everything = 0  # the number of everything for which the site's name and colours were read

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.PAGE_CACHE or not is_strangers(request):
            return self.get_response(request)
        key, seed = key_of(request)
        kept = pagecache.find(key)
        if kept is None:
            return self._draw(request, key)
        response = answer(request, kept)
        if seed and SEED_COOKIE not in request.COOKIES:
            remember_seed(request, response, int(seed))
        return response

    def _draw(self, request: HttpRequest, key: Key) -> HttpResponse:
        """Draw it, and keep it when nothing public was committed meanwhile: what was read is then what is true."""
        begun = time.monotonic()
        before = pagecache.numbers(pagecache.EVERYTHING, pagecache.ANY_CONTEST)
        if before is not None and before[0] != self._everything:
            branding.remember(None)  # this process may remember an older brand than the change that another one made
            self._everything = before[0]
        response = self.get_response(request)
        sharing = getattr(request, "sharing", None)
        if before is None or sharing is None or not is_for_everybody(request, response):
            return response
        keys = pagecache.keys_of(sharing.contest)
        now = pagecache.numbers(pagecache.EVERYTHING, pagecache.ANY_CONTEST, *keys)
        if now is None or now[:2] != before:
            return response
        patch_vary_headers(response, ["Cookie", "Accept-Language"])
        response["Cache-Control"] = REVALIDATE
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        kept = Kept(response.content, tuple(response.items()), response["ETag"], keys, now[2:], begun + sharing.seconds)
        pagecache.keep(key, kept)
        return response


def is_strangers(request: HttpRequest) -> bool:
    """Whether nothing in the request tells who asks: no session, no token, no message waiting, no fragment wanted."""
    meta = request.META
    if request.method not in ("GET", "HEAD") or "HTTP_AUTHORIZATION" in meta or "HTTP_HX_REQUEST" in meta:
        return False
    if "HTTP_COOKIE" in meta and not request.COOKIES.keys().isdisjoint((settings.SESSION_COOKIE_NAME, "messages")):
        return False
    query = meta.get("QUERY_STRING", "")
    return not query or (len(query) <= LONGEST_QUERY and ALLOWED.issuperset(name for name, _ in parse_qsl(query, True)))


def key_of(request: HttpRequest) -> tuple[Key, str]:
    """What makes two strangers' answers differ: host, address, query, language; in a shuffled list the order, too.

    The address in its two parts: a server that believes a SCRIPT_NAME shows the front door at the address of a list.
    The host is checked here (SuspiciousOperation for a hostile one), so that no page is kept under a forged name.
    """
    meta, path = request.META, request.path_info
    seed = str(draw_seed(request)) if path.endswith("/proposals/") else ""
    address = (request.scheme or "", request.get_host(), meta.get("SCRIPT_NAME", ""), path, meta.get("QUERY_STRING", ""))
    return (*address, get_language_from_request(request), seed), seed


def is_for_everybody(request: HttpRequest, response: HttpResponse) -> bool:
    """Whether the answer holds nothing of the one who asked: no session, no cookie but the order, no token, no nonce."""
    return (
        response.status_code == 200
        and not response.streaming
        and not request.user.is_authenticated
        and not request.session.modified
        and not set(response.cookies) - {SEED_COOKIE}
        and not request.META.get("CSRF_COOKIE_NEEDS_UPDATE")
        and getattr(request, "_csp_nonce", None) is None
    )


def answer(request: HttpRequest, kept: Kept) -> HttpResponse:
    if request.META.get("HTTP_IF_NONE_MATCH") == kept.etag:
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(kept.content)
    for name, value in kept.headers:
        if response.content or not name.startswith("Content-"):
            response.headers[name] = value
    return response
