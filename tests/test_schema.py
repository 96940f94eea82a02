"""The REST schema says all, and says it without doubt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from drf_spectacular.generators import SchemaGenerator


def test_the_schema_is_valid_and_has_no_warning(tmp_path: Path) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.fixture(scope="module")
def operations() -> set[str]:
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {f"{method.upper()} {path}" for path, item in paths.items() for method in item if method != "parameters"}


PROMISED = """
GET /contests/ | POST /contests/ | GET /contests/{slug}/ | PATCH /contests/{slug}/ | PUT /contests/{slug}/schedule/
POST /contests/{slug}/publish/ | POST /contests/{slug}/memberships/
GET /proposals/ | POST /proposals/ | GET /proposals/{id}/ | PATCH /proposals/{id}/
POST /proposals/{id}/submit/ | POST /proposals/{id}/withdraw/
GET /proposals/{id}/comments/ | POST /proposals/{id}/comments/ | PUT /proposals/{id}/support/ | DELETE /proposals/{id}/support/
POST /contests/{slug}/assignments/ | GET /assignments/ | PUT /assignments/{id}/review/
POST /assignments/{id}/done/ | POST /assignments/{id}/conflict/ | POST /assignments/{id}/decline/
GET /contests/{slug}/shortlist/ | PUT /contests/{slug}/shortlist/ | POST /contests/{slug}/release/
GET /contests/{slug}/ballot/ | PUT /contests/{slug}/ballot/ | DELETE /contests/{slug}/ballot/
GET /contests/{slug}/results/ | GET /me/ | GET /notifications/ | PATCH /notifications/
"""


@pytest.mark.parametrize("promise", [row.strip() for line in PROMISED.split("\n") for row in line.split("|") if row.strip()])
def test_what_the_public_contract_promises_is_there(promise: str, operations: set[str]) -> None:
    method, path = promise.split()
    assert f"{method} /api/v1{path}" in operations


@pytest.mark.django_db
def test_the_api_docs_hold_nothing_that_the_policy_refuses(client: Client) -> None:
    page = client.get("/api/docs/").content.decode()
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page, re.S)
    assert scripts and all("src=" in attributes and not inside.strip() for attributes, inside in scripts)
    assert "<style" not in page and "style=" not in page
    assert "/api/v1/schema/" in client.get("/api/docs/?script=").content.decode()
