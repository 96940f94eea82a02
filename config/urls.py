"""All addresses. Names here are promises: see docs/architecture.md and the public contract."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

urlpatterns: list[URLPattern | URLResolver] = []
