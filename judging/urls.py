"""Addresses of judging: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from judging import api, views

urlpatterns: list[URLPattern] = [
    path("judge/", views.queue, name="judge_queue"),
    path("judge/<int:pk>/", views.workspace, name="judge_assignment"),
    path("judge/<int:pk>/done/", views.done, name="judge_done"),
    path("judge/<int:pk>/conflict/", views.conflict, name="judge_conflict"),
    path("judge/<int:pk>/decline/", views.decline, name="judge_decline"),
    path("proposals/<int:pk>/feedback/", views.feedback, name="proposal_feedback"),
]

api_patterns: list[URLPattern] = [
    path("contests/<slug:slug>/assignments/", api.Assign.as_view(), name="api_contest_assignments"),
    path("contests/<slug:slug>/shortlist/", api.Shortlist.as_view(), name="api_shortlist"),
    path("contests/<slug:slug>/release/", api.Release.as_view(), name="api_release"),
    path("proposals/<int:pk>/conflict/", api.ProposalConflict.as_view(), name="api_proposal_conflict"),
    path("proposals/<int:pk>/feedback/", api.Feedback.as_view(), name="api_proposal_feedback"),
    path("assignments/", api.AssignmentList.as_view(), name="api_assignments"),
    path("assignments/<int:pk>/review/", api.ReviewDetail.as_view(), name="api_review"),
    path("assignments/<int:pk>/done/", api.Done.as_view(), name="api_assignment_done"),
    path("assignments/<int:pk>/conflict/", api.DeclareConflict.as_view(), name="api_assignment_conflict"),
    path("assignments/<int:pk>/decline/", api.Decline.as_view(), name="api_assignment_decline"),
]
