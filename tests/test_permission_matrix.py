"""Every route, method and role: a reviewed table in `permission_matrix.txt` (threats W1, W3, V13).

A route without a row fails, and so does a row whose answer changed. To add a route: run
`RECORD_MATRIX=1 python3 manage.py test tests/test_permission_matrix.py`, then read what was recorded as a reviewer
would: is each answer what the domain's map of roles and rights says?

Statuses: 200 shown, 302/303 done or on to the next page, `in` sent to sign in, 401, 403 not you, 404 you may not know,
405 no such method, 409 not now, 400/422 allowed to try, and the input was incomplete.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests import headers, stage

FILE = Path(__file__).with_name("permission_matrix.txt")
ROLES = ("visitor", "member", "author", "left_team", "judge", "recused", "facilitator", "organiser", "rival", "staff")
# Third parties' routes: allauth tests its own; the admin asks for staff by itself (tests/accounts); schema and docs are public.
FOREIGN = ("account_", "admin:", "schema", "api_docs", "socialaccount_")


def routes() -> list[str]:
    """The names of our own routes. A route without a name cannot have a row, so it fails here."""

    def walk(patterns: Any, prefix: str = "") -> Iterator[str]:
        for pattern in patterns:
            if isinstance(pattern, URLResolver):
                namespace = f"{pattern.namespace}:" if pattern.namespace else ""
                yield from walk(pattern.url_patterns, prefix + namespace)
            elif isinstance(pattern, URLPattern):
                module = pattern.callback.__module__
                if not module.startswith(("allauth", "django.contrib")):
                    yield prefix + (pattern.name or f"UNNAMED {pattern.pattern}")

    return sorted({name for name in walk(get_resolver().url_patterns) if not name.startswith(FOREIGN)})


def rows() -> dict[str, list[str]]:
    """`{"route method phase variant": [answer per role]}`"""
    found: dict[str, list[str]] = {}
    for line in FILE.read_text(encoding="utf-8").splitlines() if FILE.exists() else []:
        if line.strip() and not line.startswith("#"):
            key, _, answers = line.partition("|")
            found[" ".join(key.split())] = answers.split()
    return found


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens in here is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def sign_in(world: stage.World) -> dict[str, Client]:
    """One browser per role."""
    found = {}
    for role in ROLES:
        found[role] = Client(raise_request_exception=False)
        found[role].signed_in = world.people[role] is not None  # type: ignore[attr-defined]
        if world.people[role] is not None:
            found[role].force_login(world.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    return found


def ask(client: Client, method: str, path: str, body: dict[str, Any] | None, extra: dict[str, str]) -> str:
    send = getattr(client, method.lower())
    if method == "GET":
        answer = send(path, headers=extra)
    else:
        kind = {"content_type": "application/json"} if path.startswith("/api/") else {}
        stranger = "sessionid" not in client.cookies
        with undone():
            answer = send(path, data=body or {}, headers=extra, **kind)
        if stranger:
            client.cookies.clear()  # a visitor stays a stranger
    wrong = headers.problems(answer, private=client.signed_in)
    assert not wrong, f"{method} {path} ({answer.status_code}): {wrong}"
    if answer.status_code in (302, 303) and "/accounts/login/" in answer["Location"]:
        return "in"
    return str(answer.status_code)


def answers(row: str, world: stage.World, clients: dict[str, Client]) -> list[str]:
    name, method, _phase, variant = row.split()
    case = stage.CASES.get(f"{name} {method}") or stage.CASES.get(name) or {}
    kwargs, body = stage.arguments(name, variant, world), case.get("body")
    path = reverse(name, kwargs=kwargs) + case.get("query", "")
    found = []
    for role in ROLES:
        data = body(world) if callable(body) else body
        found.append(ask(clients[role], method, path, data, case.get("headers", {})))
        if found[-1] == "405":  # nobody can
            return ["405"] * len(ROLES)
    return found


def wanted_rows() -> list[str]:
    """Every route with GET and with the methods its view takes, in the phases and variants that matter for it."""
    found = []
    for name in routes():
        for method in stage.methods(name):
            for phase in stage.phases(name):
                found += [f"{name} {method} {phase} {variant}" for variant in stage.variants(name, phase)]
    return found


def test_every_route_has_its_rows() -> None:
    if os.environ.get("RECORD_MATRIX"):
        pytest.skip("recording")
    missing = sorted(set(wanted_rows()) - set(rows()))
    assert not missing, "routes without a row in permission_matrix.txt:\n" + "\n".join(missing)
    gone = sorted(set(rows()) - set(wanted_rows()))
    assert not gone, "rows without a route:\n" + "\n".join(gone)


@pytest.mark.django_db
@pytest.mark.parametrize("phase", stage.PHASES)
def test_every_answer_is_the_one_in_the_table(phase: str) -> None:
    table, differences, recorded = rows(), [], {}
    with stage.world(phase) as world:
        clients = sign_in(world)
        for row in wanted_rows():
            if row.split()[2] != phase:
                continue
            recorded[row] = answers(row, world, clients)
            if table.get(row) != recorded[row]:
                pairs = zip(ROLES, table.get(row, ["-"] * len(ROLES)), recorded[row], strict=True)
                differences.append(f"{row}: " + ", ".join(f"{r} {old}->{new}" for r, old, new in pairs if old != new))
    if os.environ.get("RECORD_MATRIX"):
        write({**table, **recorded})
        pytest.skip(f"recorded {len(recorded)} rows")
    assert not differences, "\n".join(differences)


def write(table: dict[str, list[str]]) -> None:
    lines = [
        "# Route, method, phase and variant of the object | what each role gets. Reviewed by hand; see the test beside it.",
        "# " + " " * 58 + "| " + " ".join(f"{role:>11}" for role in ROLES),
    ]
    for key in sorted(set(table) & set(wanted_rows())):
        lines.append(f"{key:60} | " + " ".join(f"{answer:>11}" for answer in table[key]))
    FILE.write_text("\n".join(lines) + "\n", encoding="utf-8")
