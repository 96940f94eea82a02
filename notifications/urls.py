"""Addresses of notifications: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path

from notifications import api, views

urlpatterns: list[URLPattern] = [
    path("me/notifications/", views.notices, name="notifications"),
    path("me/notifications/read/", views.read_all, name="notifications_read"),
    path("me/notifications/<int:pk>/read/", views.read_one, name="notification_read"),
    path("dev/mail/", views.dev_mail, name="dev_mail"),
    path("dev/mail/<str:name>/<int:number>/", views.dev_mail_one, name="dev_mail_one"),
    path("dev/mail/<str:name>/<int:number>/html/", views.dev_mail_html, name="dev_mail_html"),
]

api_patterns: list[URLPattern] = [
    path("notifications/", api.NoticeList.as_view(), name="api_notifications"),
]
