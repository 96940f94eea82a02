"""What must always hold of counts: anybody who counts the ledger again gets the same."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime

from django.db import connection

from core.invariants import Found, Rule, by_sql, listed, register
from results.methods import digest, method
from results.models import Tally

# Of each ballot the last event up to the position of the count; by SQL that shares nothing with what counted first.
_LAST = """
    SELECT tally.id AS tally_id, MAX(event.id) AS event_id
    FROM results_tally tally
    JOIN voting_ballotevent event ON event.phase_id = tally.phase_id AND event.id <= tally.position
    GROUP BY tally.id, event.receipt
"""
_COUNTED = f"""
    FROM ({_LAST}) last
    JOIN voting_ballotevent event ON event.id = last.event_id AND event.kind <> 'withdrawn'
    JOIN voting_ballot ballot ON ballot.receipt = event.receipt AND ballot.state NOT IN ('held', 'void')
"""
_BALLOTS = f"SELECT last.tally_id, COUNT(*) {_COUNTED} GROUP BY last.tally_id"
_NAMED = """
    SELECT named.tally_id, entry.proposal_id, COUNT(*)
    FROM (SELECT last.tally_id, {line} AS entry_id %s {each}) named JOIN proposals_entry entry ON entry.id = named.entry_id
    GROUP BY named.tally_id, entry.proposal_id
""" % _COUNTED  # noqa: S608, UP031
_EACH = {"sqlite": ", json_each(event.choices) line", "postgresql": ", jsonb_array_elements_text(event.choices) line"}
_LINE = {"sqlite": "line.value", "postgresql": "line.value::bigint"}


def _recounted() -> tuple[dict[int, int], dict[int, dict[int, int]]]:
    """{count: ballots} and {count: {proposal: ballots that name it}}, from the ledger. Two statements."""
    each, line = _EACH[connection.vendor], _LINE[connection.vendor]
    votes: dict[int, dict[int, int]] = defaultdict(dict)
    with connection.cursor() as cursor:
        cursor.execute(_BALLOTS)
        ballots = dict(cursor.fetchall())
        cursor.execute(_NAMED.format(line=line, each=each))
        for tally, proposal, number in cursor.fetchall():
            votes[tally][proposal] = number
    return ballots, votes


def _differs(at: datetime) -> Found:
    ballots, votes = _recounted()
    wrong: list[str] = []
    for tally in Tally.objects.prefetch_related("standings__entry").order_by("pk"):
        says = {s.entry.proposal_id: (s.count, s.rank, s.tied) for s in tally.standings.all()}
        # What was taken off the ballot since the count keeps its place in it; nothing new comes in.
        places = method(tally.rule).rank({proposal: votes[tally.pk].get(proposal, 0) for proposal in says})
        number = ballots.get(tally.pk, 0)
        wrong += [
            f"tally {tally.pk}: proposal {place.candidate} has {place.count}, place {place.rank}; it says "
            f"{says[place.candidate][0]}, place {says[place.candidate][1]}"
            for place in places
            if says[place.candidate] != (place.count, place.rank, place.tied)
        ]
        if number != tally.ballots:
            wrong.append(f"tally {tally.pk}: {number} ballots count; it says {tally.ballots}")
        elif digest(tally.rule, number, places) != tally.digest:
            wrong.append(f"tally {tally.pk}: its digest is of another result")
    return listed(wrong)


register(
    Rule("tally-recount", "A count is what anybody gets who counts the ledger again", _differs, "results_tally"),
    by_sql(
        "released-count",
        "The count that was released reaches to the end of its ledger",
        """
        SELECT tally.id, tally.phase_id AS phase, tally.position AS counted_to, COALESCE(ledger.position, 0) AS ends_at
        FROM results_tally tally
        JOIN contests_phase phase ON phase.id = tally.phase_id
        LEFT JOIN (SELECT phase_id, MAX(id) AS position FROM voting_ballotevent GROUP BY phase_id) ledger
            ON ledger.phase_id = tally.phase_id
        WHERE tally.released_at IS NOT NULL
        AND (tally.position <> COALESCE(ledger.position, 0) OR phase.released_at IS NULL)
        """,
        table="results_tally",
    ),
)
