"""Addresses of contests: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path
from rest_framework.views import APIView

from contests import api, views


def _of_contest(address: str, view: type[APIView], name: str) -> URLPattern:
    return path(f"contests/<slug:slug>/{address}", view.as_view(), name=f"api_{name}")


urlpatterns: list[URLPattern] = [
    path("invitations/<str:token>/", views.invitation, name="invitation"),
]

api_patterns: list[URLPattern] = [
    path("contests/", api.ContestList.as_view(), name="api_contests"),
    path("contest-templates/", api.TemplateList.as_view(), name="api_contest_templates"),
    _of_contest("", api.ContestDetail, "contest"),
    _of_contest("schedule/", api.Schedule, "contest_schedule"),
    _of_contest("schedule/changes/", api.ScheduleChanges, "contest_schedule_changes"),
    _of_contest("checklist/", api.Checklist, "contest_checklist"),
    _of_contest("publish/", api.Publish, "contest_publish"),
    _of_contest("memberships/", api.Memberships, "contest_memberships"),
    _of_contest("memberships/<int:pk>/", api.MembershipDetail, "contest_membership"),
    _of_contest("invitations/", api.Invitations, "contest_invitations"),
    _of_contest("invitations/<int:pk>/", api.InvitationDetail, "contest_invitation"),
    _of_contest("sections/", api.Sections, "contest_sections"),
    _of_contest("rubric/", api.Rubric, "contest_rubric"),
    path("invitations/<str:token>/accept/", api.Accept.as_view(), name="api_invitation_accept"),
    path("invitations/<str:token>/decline/", api.Decline.as_view(), name="api_invitation_decline"),
]
