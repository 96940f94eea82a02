"""Pages of a list as real links that keep the filters, and the order in which a visitor is shown them."""

from __future__ import annotations

import secrets
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse

from pages.querysets import SEEDS
from pages.querysets.reading import PER_PAGE

SEED_COOKIE = "shuffle"


def draw_seed(request: HttpRequest) -> int:
    """Which of the 16 orders: the address's, so that a link shows the same; else this visitor's own for a day.

    Somebody new draws one, and it stays the same for the rest of this request.
    """
    drawn = getattr(request, "drawn_seed", "")
    for asked in (request.GET.get("seed", ""), request.COOKIES.get(SEED_COOKIE, ""), drawn):
        if asked.isascii() and asked.isdigit() and int(asked[:6]) < SEEDS:
            return int(asked[:6])
    request.drawn_seed = str(secrets.randbelow(SEEDS))  # type: ignore[attr-defined]
    return int(request.drawn_seed)  # type: ignore[attr-defined]


def remember_seed(request: HttpRequest, response: HttpResponse, seed: int) -> None:
    response.set_cookie(
        SEED_COOKIE, str(seed), max_age=86_400, httponly=True, samesite="Lax", secure=request.is_secure()
    )


class Counted(Page):
    """A page of so many things, known before any is read; whoever reads them from `start` on sets `object_list`."""

    @property
    def start(self) -> int:
        return (self.number - 1) * PER_PAGE


class _Pages(Paginator):
    def _get_page(self, *given: Any, **more: Any) -> Counted:
        return Counted(*given, **more)


def page_of(request: HttpRequest, number: int) -> Counted:
    """The page that the address asks for, of a list with this number of things; the nearest one there is."""
    page: Counted = _Pages(range(number), PER_PAGE).get_page(request.GET.get("page"))
    return page


def page_links(request: HttpRequest, page: Page, **keep: Any) -> dict[str, str]:
    """`previous` and `next` as query strings, empty where there is no page; `keep` is put into both."""

    def link(number: int) -> str:
        query = request.GET.copy()
        for name, value in {**keep, "page": number}.items():
            query[name] = str(value)
        return f"?{query.urlencode()}"

    return {
        "previous": link(page.previous_page_number()) if page.has_previous() else "",
        "next": link(page.next_page_number()) if page.has_next() else "",
    }
