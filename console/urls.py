"""Addresses of the console. Its acts are those of the houses below, so it adds only the platform to the API."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpResponse
from django.urls import URLPattern, path

from console import api
from console.views import announcing, asking, deciding, entries, people, platform, schedule, setup, system


def _of_contest(address: str, view: Callable[..., HttpResponse], name: str) -> URLPattern:
    return path(f"manage/<slug:slug>/{address}/", view, name=f"manage_{name}")


urlpatterns: list[URLPattern] = [
    path("platform/", platform.platform, name="platform"),
    path("platform/default/", platform.platform_default, name="platform_default"),
    path("platform/sample/", platform.platform_sample, name="platform_sample"),
    path("platform/system/", system.system, name="platform_system"),
    path("platform/system/<int:pk>/retry/", system.retry, name="platform_retry"),
    path("manage/", setup.index, name="manage"),
    path("manage/new/", setup.new, name="manage_new"),
    _of_contest("setup", setup.setup, "setup"),
    _of_contest("publish", setup.publish, "publish"),
    _of_contest("schedule", schedule.schedule, "schedule"),
    _of_contest("schedule/shift", schedule.shift, "schedule_shift"),
    _of_contest("form", asking.form, "form"),
    _of_contest("rubric", asking.rubric, "rubric"),
    _of_contest("people", people.people, "people"),
    _of_contest("people/<int:pk>/remove", people.remove, "people_remove"),
    _of_contest("invitations/<int:pk>/revoke", people.revoke, "invitation_revoke"),
    _of_contest("entries", entries.entries, "entries"),
    _of_contest("assignments", entries.assignments, "assignments"),
    _of_contest("shortlist", deciding.shortlist, "shortlist"),
    _of_contest("shortlist/<int:pk>/letter", deciding.letter, "letter"),
    _of_contest("release", deciding.release, "release"),
    _of_contest("results", announcing.results, "results"),
    _of_contest("results/count", announcing.count, "results_count"),
    _of_contest("results/release", announcing.release, "results_release"),
    _of_contest("log", announcing.log, "log"),
]

api_patterns: list[URLPattern] = [
    path("platform/", api.Platform.as_view(), name="api_platform"),
    path("platform/logo/", api.PlatformLogo.as_view(), name="api_platform_logo"),
    path("platform/system/", api.System.as_view(), name="api_platform_system"),
    path("platform/work/<int:pk>/retry/", api.WorkRetry.as_view(), name="api_platform_work_retry"),
]
