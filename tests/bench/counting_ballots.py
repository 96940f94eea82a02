"""Row 8, in a process of its own: our tally beside the raw GROUP BY and write, on ballots made in bulk."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

ENTRIES = 2_000


def prepare(ballots: int) -> Any:
    """A vote that is over, with so many ballots of one to three choices of 2,000 entries. Foreign keys are not asked."""
    from django.db import connection

    from contests.models import Phase
    from core import clock

    now = clock.now()
    phase = Phase.objects.filter(kind="voting", closes_at__lt=now).order_by("pk").first()
    assert phase is not None
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0; SET session_replication_role = replica")
        for table in ("results_standing", "results_tally", "voting_choice", "voting_ballot"):
            cursor.execute(f"DELETE FROM {table}")  # our own names
        cursor.execute("DELETE FROM proposals_entry WHERE phase_id = %s", [phase.pk])
        cursor.execute(
            "INSERT INTO proposals_entry (proposal_id, phase_id, revision_id, outcome, at) SELECT id, %s, submitted_revision_id,"
            " 'pending', now() FROM proposals_proposal WHERE status = 'submitted' ORDER BY id LIMIT %s", [phase.pk, ENTRIES]
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO voting_ballot (phase_id, voter_id, state, receipt, used, most, changed_at)"
            " SELECT %s, n, 'counted', 'B' || n, 1 + n %% 3, 3, now() FROM generate_series(1, %s) n", [phase.pk, ballots]
        )  # fmt: skip
        cursor.execute(
            "WITH entries AS (SELECT array_agg(id ORDER BY id) AS ids, count(*) AS number"
            " FROM proposals_entry WHERE phase_id = %s)"
            " INSERT INTO voting_choice (ballot_id, entry_id, slot)"
            " SELECT ballot.id, ids[1 + (ballot.voter_id * 7 + slot * 13) %% number], slot"
            " FROM entries, voting_ballot ballot CROSS JOIN generate_series(1, 3) slot WHERE slot <= ballot.used", [phase.pk]
        )  # fmt: skip
        cursor.execute("SET session_replication_role = origin")
        cursor.execute("VACUUM ANALYZE")
    return phase


RAW = (
    "CREATE TEMPORARY TABLE raw_totals ON COMMIT DROP AS SELECT choice.entry_id, count(*) AS number FROM voting_choice choice"
    " JOIN voting_ballot ballot ON ballot.id = choice.ballot_id WHERE ballot.phase_id = %s AND ballot.state = 'counted'"
    " GROUP BY choice.entry_id"
)


def timed(phase: Any, *, raw: bool) -> float:
    """Seconds of one count that is rolled back."""
    from django.db import connection, transaction

    from results import actions

    started = time.perf_counter()
    with transaction.atomic():
        if raw:
            with connection.cursor() as cursor:
                cursor.execute(RAW, [phase.pk])
        else:
            actions.tally(phase=phase)
        transaction.set_rollback(True)
    return time.perf_counter() - started


def main(ballots: int, rounds: int) -> dict[str, list[float]]:
    phase = prepare(ballots)
    for raw in (False, True):
        timed(phase, raw=raw)
    ours, raw_sql = [], []
    for _ in range(rounds):
        ours.append(timed(phase, raw=False))
        raw_sql.append(timed(phase, raw=True))
    return {"ours": ours, "raw": raw_sql}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(main(int(sys.argv[1]), int(sys.argv[2]))))
