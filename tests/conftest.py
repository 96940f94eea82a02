"""Fixtures every test may use. What must be set before Django loads stands in tests/environment.py."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache

import config.celery  # noqa: F401  what a test commits rings the bell into this process's own queue folder
from core import branding


@pytest.fixture(autouse=True)
def empty_cache() -> Iterator[None]:
    """Rate limits, cached answers and the remembered brand never reach from one test into the next."""
    cache.clear()
    branding.remember(branding.default(), seconds=3600)  # so that no test pays its query, or counts it
    yield


@pytest.fixture(scope="session")
def chromium() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if not path:
        pytest.skip("no Chromium on this machine")
    return path


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any], chromium: str) -> dict[str, Any]:
    """Debian's Chromium instead of Playwright's download; it looks for nothing outside this machine."""
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"]
    flags += ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {**browser_type_launch_args, "executable_path": chromium, "args": flags}
