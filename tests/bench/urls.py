"""The site's addresses and the references of the bench."""

from __future__ import annotations

from django.urls import path

from config.urls import urlpatterns as site
from tests.bench import reference

urlpatterns = [
    path("bench/rows/", reference.rows),
    path("bench/upsert/", reference.upsert),
    *site,
]
