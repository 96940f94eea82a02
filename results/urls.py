"""Addresses of results: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from results import api, views

urlpatterns: list[URLPattern] = [
    path("contests/<slug:slug>/results/", views.results, name="contest_results"),
]

api_patterns: list[URLPattern] = [
    path("contests/<slug:slug>/results/", api.Results.as_view(), name="api_contest_results"),
    path("contests/<slug:slug>/results/count/", api.Count.as_view(), name="api_contest_results_count"),
    path("contests/<slug:slug>/results/release/", api.Release.as_view(), name="api_contest_results_release"),
]
