"""Phases of a contest never overlap, grace included: the database refuses it, whoever writes."""

from typing import Any

from django.db import migrations

POSTGRESQL = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
ALTER TABLE contests_phase ADD CONSTRAINT phase_no_overlap
    EXCLUDE USING gist (contest_id WITH =, tstzrange(opens_at, ends_at) WITH &&);
"""
# '9999' alone would be taken for a number, and every text is greater than a number.
SQLITE = """
CREATE TRIGGER phase_no_overlap_{verb} BEFORE {verb} ON contests_phase
WHEN EXISTS (
    SELECT 1 FROM contests_phase AS other
    WHERE other.contest_id = NEW.contest_id AND other.id IS NOT NEW.id
      AND other.opens_at < COALESCE(NEW.ends_at, '9999-12-31') AND NEW.opens_at < COALESCE(other.ends_at, '9999-12-31')
)
BEGIN SELECT RAISE(ABORT, 'phase_no_overlap'); END
"""


def forwards(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(POSTGRESQL, params=None)
    else:
        for verb in ("INSERT", "UPDATE"):
            editor.execute(SQLITE.format(verb=verb), params=None)


def backwards(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE contests_phase DROP CONSTRAINT phase_no_overlap", params=None)
    else:
        for verb in ("INSERT", "UPDATE"):
            editor.execute(f"DROP TRIGGER phase_no_overlap_{verb}", params=None)


class Migration(migrations.Migration):
    dependencies = [("contests", "0002_append_only")]

    operations = [migrations.RunPython(forwards, backwards)]
