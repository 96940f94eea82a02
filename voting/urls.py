"""Addresses of voting: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from voting import api, views

urlpatterns: list[URLPattern] = [
    path("contests/<slug:slug>/vote/", views.ballot, name="contest_vote"),
    path("contests/<slug:slug>/vote/withdraw/", views.withdraw, name="contest_vote_withdraw"),
]

api_patterns: list[URLPattern] = [
    path("contests/<slug:slug>/ballot/", api.BallotDetail.as_view(), name="api_contest_ballot"),
]
