"""Append-only tables: the database itself refuses UPDATE and DELETE (and TRUNCATE on PostgreSQL).

A migration protects a table with `operations=[protect("app_table")]`. Foreign keys into and out of such a
table must not cascade.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import migrations

_FUNCTION = """
CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append-only table %: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def _create(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [
            _FUNCTION,
            f'CREATE TRIGGER {table}_append_row BEFORE UPDATE OR DELETE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION append_only()",
            f'CREATE TRIGGER {table}_append_all BEFORE TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION append_only()",
        ]
    return [
        f'CREATE TRIGGER {table}_append_{verb.lower()} BEFORE {verb} ON "{table}" '
        f"BEGIN SELECT RAISE(ABORT, 'append-only table {table}: {verb} refused'); END"
        for verb in ("UPDATE", "DELETE")
    ]


def _drop(table: str, vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [f'DROP TRIGGER IF EXISTS {table}_append_{part} ON "{table}"' for part in ("row", "all")]
    return [f"DROP TRIGGER IF EXISTS {table}_append_{part}" for part in ("update", "delete")]


def protect(table: str) -> migrations.RunPython:
    """A migration operation that makes `table` append-only."""

    def run(statements: Any) -> Any:
        def step(apps: Any, editor: Any) -> None:
            for statement in statements(table, editor.connection.vendor):
                # Without params=None psycopg reads the % of the function as a placeholder.
                editor.execute(statement, params=None)

        return step

    return migrations.RunPython(run(_create), run(_drop))


@contextmanager
def unlocked(connection: Any) -> Iterator[None]:
    """Lift the refusal for `flush`. Needs the tables' owner, which the production role is not."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT DISTINCT tgrelid::regclass::text FROM pg_trigger "
                "WHERE tgname LIKE '%\\_append\\_%' AND NOT tgisinternal"
            )
            tables = [row[0] for row in cursor.fetchall()]
            lift = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in tables]
            restore = [f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in tables]
        else:
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%\\_append\\_%' ESCAPE '\\'"
            )
            rows = cursor.fetchall()
            lift, restore = [f"DROP TRIGGER {name}" for name, _ in rows], [sql for _, sql in rows]
        for statement in lift:
            cursor.execute(statement)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for statement in restore:
                cursor.execute(statement)
