"""Addresses of contests: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from contests import views

urlpatterns: list[URLPattern] = [
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]

api_patterns: list[URLPattern] = []
