"""All addresses: each app's pages from the root, each app's part of the API. The wiring, no rules."""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

import accounts.urls
import community.urls
import config.celery  # noqa: F401  every process that serves pages can ring the bell
import console.urls
import contests.urls
import core.observing
import judging.urls
import notifications.urls
import pages.urls
import proposals.urls
import results.urls
import voting.urls

# The admin has no sign-in of its own: allauth's counts the tries (threat W10).
admin.site.login = secure_admin_login(admin.site.login)

_houses = [accounts, contests, proposals, community, voting, judging, results, notifications, console, pages]

api: list[URLPattern | URLResolver] = [pattern for house in _houses for pattern in house.urls.api_patterns]

handler400 = "core.errors.not_understood"
handler403 = "core.errors.not_allowed"
handler404 = "pages.views.lost.not_found"
handler429 = "core.errors.too_many"  # allauth's
handler500 = "core.errors.broken"

urlpatterns: list[URLPattern | URLResolver] = [
    *[pattern for house in _houses for pattern in house.urls.urlpatterns],
    *core.observing.urlpatterns,
    path("accounts/", include("allauth.urls")),
    path("api/v1/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="api_docs"),
    path("api/v1/", include(api)),
    path(f"{settings.ADMIN_PATH}/", admin.site.urls),
]
