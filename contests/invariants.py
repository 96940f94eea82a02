"""What must always hold of contests and their phases."""

from __future__ import annotations

from core.invariants import append_only, by_sql, guard, register

append_only("contests_rulesversion")
append_only("contests_schedulechange")
guard("phase_no_overlap")

register(
    by_sql(
        "phase-order",
        "Phases of a contest follow each other, grace included, in the order of their positions",
        """
        SELECT later.id, later.contest_id AS contest, earlier.id AS collides_with
        FROM contests_phase later
        JOIN contests_phase earlier ON earlier.contest_id = later.contest_id AND earlier.position < later.position
        WHERE earlier.ends_at IS NULL OR earlier.ends_at > later.opens_at OR earlier.opens_at > later.opens_at
        UNION ALL
        SELECT id, contest_id, id FROM contests_phase
        WHERE closes_at <= opens_at OR ends_at < closes_at OR (closes_at IS NULL) <> (ends_at IS NULL)
        """,
        table="contests_phase",
    )
)
