"""Addresses of voting: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []

api_patterns: list[URLPattern] = []
