"""The floor's own rules: due work, and what the database itself has to hold up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import connection

from core.facts import known_verbs
from core.invariants import Found, Rule, append_only_tables, by_sql, exceptions, guards, listed

_DUE = "FROM core_due due JOIN core_fact fact ON fact.id = due.fact_id"


def _unfollowed(at: datetime) -> Found:
    """A follower is asked about from the first fact it was ever given: what happened before it was written is not its."""
    pairs = [(verb, name) for verb, names in known_verbs().items() for name in names]
    if not pairs:
        return Found()
    values = ", ".join(f"('{verb}', '{name}')" for verb, name in pairs)
    statement = f"""
        WITH pairs (verb, follower) AS (VALUES {values}),
        begun AS (SELECT fact.verb, due.follower, MIN(fact.id) AS id {_DUE} GROUP BY fact.verb, due.follower)
        SELECT fact.id AS fact, fact.verb, begun.follower
        FROM begun JOIN pairs ON pairs.verb = begun.verb AND pairs.follower = begun.follower
        JOIN core_fact fact ON fact.verb = begun.verb AND fact.id > begun.id
        WHERE NOT EXISTS (SELECT 1 FROM core_due due WHERE due.fact_id = fact.id AND due.follower = begun.follower)
    """  # noqa: S608  names of our own functions
    return exceptions(statement, at)


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def _unguarded(at: datetime) -> Found:
    if connection.vendor == "postgresql":
        parts = ("row", "all")
        here = {row[0] for row in _rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")}
    else:
        parts = ("update", "delete")
        here = {row[0] for row in _rows("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    wanted = [f"{table}_append_{part}" for table in append_only_tables() for part in parts]
    return listed([f"no trigger {name}" for name in wanted if name not in here])


def _unconstrained(at: datetime) -> Found:
    wanted = {(c.name, model._meta.db_table) for model in apps.get_models() for c in model._meta.constraints}
    wanted |= {(name, "") for name in guards()}
    if connection.vendor == "postgresql":
        here = {row[0] for row in _rows("SELECT conname FROM pg_constraint UNION SELECT indexname FROM pg_indexes")}
        missing = [(name, table) for name, table in wanted if name not in here]
    else:
        text = "\n".join(row[0] for row in _rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        missing = [(name, table) for name, table in wanted if name not in text]
    return listed([f"no {name}{f' on {table}' if table else ''}" for name, table in sorted(missing)])


def _behind(at: datetime) -> Found:
    """Sequences that would give a number which is taken: the next insert would fail."""
    statement = (
        "SELECT table_name.relname, column_name.attname, pg_sequence_last_value(sequence.oid) "
        "FROM pg_class sequence JOIN pg_depend depend ON depend.objid = sequence.oid AND depend.deptype IN ('a', 'i') "
        "JOIN pg_class table_name ON table_name.oid = depend.refobjid AND depend.refclassid = 'pg_class'::regclass "
        "JOIN pg_attribute column_name ON column_name.attrelid = table_name.oid AND column_name.attnum = depend.refobjsubid "
        "WHERE sequence.relkind = 'S' AND pg_table_is_visible(table_name.oid)"
    )
    if connection.vendor != "postgresql":
        statement = "SELECT name, 'rowid', seq FROM sqlite_sequence"
    sequences = _rows(statement)
    if not sequences:
        return Found()
    quote = connection.ops.quote_name
    highest = " UNION ALL ".join(f"SELECT '{t}', MAX({quote(c)}) FROM {quote(t)}" for t, c, _ in sequences)  # noqa: S608
    most = dict(_rows(highest))
    wrong = [(table, last or 0, most[table]) for table, _, last in sequences if (most[table] or 0) > (last or 0)]
    return listed([f"{table} gives {last + 1} next, and has {high}" for table, last, high in sorted(wrong)])


RULES = (
    by_sql(
        "due-late",
        "What follows from an act is done within ten minutes",
        f"SELECT due.id, due.follower, fact.verb, fact.at {_DUE} "
        "WHERE due.state IN ('waiting', 'claimed') AND fact.at < %(late)s",
        table="core_due",
    ),
    by_sql(
        "due-parked",
        "No due work was given up",
        f"SELECT due.id, due.follower, due.error {_DUE} WHERE due.state = 'parked'",
        table="core_due",
    ),
    Rule("fact-followed", "Every fact has a due row for each of its followers", _unfollowed, "core_fact"),
    Rule("append-only", "The database refuses to change what only grows", _unguarded),
    Rule("constraints", "The database has every constraint that the models name", _unconstrained),
    by_sql(
        "foreign-keys",
        "No row names one that is not there, and the database watches over it",
        'SELECT rowid AS id, "table" AS child, parent FROM pragma_foreign_key_check',
        postgresql="SELECT oid AS id, conname AS name, conrelid::regclass AS child FROM pg_constraint WHERE NOT convalidated "
        "UNION ALL SELECT oid, tgname, tgrelid::regclass FROM pg_trigger WHERE tgisinternal AND tgenabled = 'D'",
    ),
    Rule("sequences", "The next number of every table is free", _behind),
)
