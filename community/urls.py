"""Addresses of community: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from community import api, views

urlpatterns: list[URLPattern] = [
    path("proposals/<int:pk>/comments/", views.comment, name="proposal_comment"),
    path("proposals/<int:pk>/support/", views.support, name="proposal_support"),
    path("comments/<int:pk>/", views.permalink, name="comment"),
    path("comments/<int:pk>/edit/", views.edit, name="comment_edit"),
    path("comments/<int:pk>/delete/", views.delete, name="comment_delete"),
    path("contests/<slug:slug>/follow/", views.follow, name="contest_follow"),
]

api_patterns: list[URLPattern] = [
    path("proposals/<int:pk>/comments/", api.CommentList.as_view(), name="api_comments"),
    path("proposals/<int:pk>/support/", api.SupportState.as_view(), name="api_support"),
    path("comments/<int:pk>/", api.CommentDetail.as_view(), name="api_comment"),
    path("contests/<slug:slug>/follow/", api.FollowState.as_view(), name="api_follow"),
]
