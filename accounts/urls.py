"""Addresses of accounts: pages from the root, and its part of /api/v1/."""

from __future__ import annotations

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from accounts import views
from accounts.api import me

urlpatterns: list[URLPattern] = [
    # These stand before allauth's own and keep its names. Joining is signing in: there is one box.
    path("accounts/signup/", RedirectView.as_view(url="/accounts/login/code/", query_string=True), name="account_signup"),
    path("accounts/login/", views.Password.as_view(), name="account_login"),
    path("accounts/login/code/", views.Continue.as_view(), name="account_request_login_code"),
    path("accounts/login/code/confirm/", views.code, name="account_confirm_login_code"),
    path("me/welcome/", views.welcome, name="welcome"),
    path("me/settings/", views.settings, name="settings"),
    path("me/tokens/", views.tokens, name="tokens"),
    path("me/tokens/<int:pk>/revoke/", views.revoke, name="token_revoke"),
]

api_patterns: list[URLPattern] = [
    path("me/", me.Me.as_view(), name="api_me"),
]
