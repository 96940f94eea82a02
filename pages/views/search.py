"""Search over what the houses offer."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.registries import search_sources
from pages.forms import SearchForm


def search(request: HttpRequest) -> HttpResponse:
    """Contests, proposals and people with these words; each source answers only what this person may see."""
    form = SearchForm(request.GET)
    words = form.asked.get("q", "")
    groups = {}
    if len(words) > 1:
        groups = {name: list(source(words, request.user)) for name, source in search_sources().items()}
    context = {"form": form, "words": words, "groups": groups, "found": sum(map(len, groups.values()))}
    return render(request, "pages/search.html", context)
