"""Addresses of proposals: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from proposals import api, views

urlpatterns: list[URLPattern] = [
    path("contests/<slug:slug>/proposals/new/", views.new, name="proposal_new"),
    path("proposals/<int:pk>/edit/", views.edit, name="proposal_edit"),
    path("proposals/<int:pk>/preview/", views.preview, name="proposal_preview"),
    path("proposals/<int:pk>/submit/", views.submit, name="proposal_submit"),
    path("proposals/<int:pk>/receipt/", views.receipt, name="proposal_receipt"),
    path("proposals/<int:pk>/withdraw/", views.withdraw, name="proposal_withdraw"),
    path("proposals/<int:pk>/history/", views.history, name="proposal_history"),
    path("proposals/<int:pk>/cover/", views.cover, name="proposal_cover"),
]

api_patterns: list[URLPattern] = [
    path("proposals/", api.ProposalList.as_view(), name="api_proposals"),
    path("proposals/<int:pk>/", api.ProposalDetail.as_view(), name="api_proposal"),
    path("proposals/<int:pk>/submit/", api.Submit.as_view(), name="api_proposal_submit"),
    path("proposals/<int:pk>/withdraw/", api.Withdraw.as_view(), name="api_proposal_withdraw"),
    path("proposals/<int:pk>/revisions/", api.Revisions.as_view(), name="api_proposal_revisions"),
    path("proposals/<int:pk>/cover/", api.Cover.as_view(), name="api_proposal_cover"),
]
