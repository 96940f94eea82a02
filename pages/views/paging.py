"""Pages of a list as real links that keep the filters."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest

PER_PAGE = 24


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
