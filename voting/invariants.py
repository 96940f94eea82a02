"""What must always hold of ballots and their ledger."""

from __future__ import annotations

from core.invariants import append_only, by_sql, register

append_only("voting_ballotevent", per="phase_id")

# The choices of a ballot, and of an event, as one text each: the entries in the order of their slots.
_CHOICES = """
    SELECT ballot.id, ballot.phase_id AS phase, ballot.state, event.kind, event.choices AS event_says, made.choices AS ballot_says
    FROM voting_ballot ballot
    JOIN (SELECT receipt, MAX(id) AS id FROM voting_ballotevent GROUP BY receipt) last ON last.receipt = ballot.receipt
    JOIN voting_ballotevent event ON event.id = last.id
    LEFT JOIN ({made}) made ON made.ballot_id = ballot.id
    WHERE {event} <> '[' || COALESCE(made.choices, '') || ']'
    OR (event.kind = 'withdrawn') <> (ballot.state = 'withdrawn')
"""
_MADE_SQLITE = """
    SELECT ballot_id, group_concat(entry_id, ',') AS choices
    FROM (SELECT ballot_id, entry_id FROM voting_choice ORDER BY ballot_id, slot) GROUP BY ballot_id
"""
_MADE_POSTGRESQL = """
    SELECT ballot_id, string_agg(entry_id::text, ',' ORDER BY slot) AS choices FROM voting_choice GROUP BY ballot_id
"""

register(
    by_sql(
        "ballot-in-time",
        "No ballot was cast, changed or withdrawn before its phase opened or after it closed",
        """
        SELECT event.id, event.phase_id AS phase, event.kind, event.at FROM voting_ballotevent event
        JOIN contests_phase phase ON phase.id = event.phase_id
        WHERE event.at < phase.opens_at OR event.at >= phase.ends_at
        """,
        table="voting_ballotevent",
    ),
    by_sql(
        "ballot-once",
        "A voter has one ballot in a phase",
        """
        SELECT MIN(id) AS id, phase_id AS phase, voter_id AS voter, COUNT(*) AS ballots
        FROM voting_ballot GROUP BY phase_id, voter_id HAVING COUNT(*) > 1
        """,
        table="voting_ballot",
    ),
    by_sql(
        "ballot-budget",
        "A ballot has as many choices as it says, and no more than it may",
        """
        SELECT ballot.id, ballot.phase_id AS phase, ballot.used, ballot.most, COALESCE(made.number, 0) AS has
        FROM voting_ballot ballot
        LEFT JOIN (SELECT ballot_id, COUNT(*) AS number FROM voting_choice GROUP BY ballot_id) made
            ON made.ballot_id = ballot.id
        WHERE ballot.used > ballot.most OR ballot.used <> COALESCE(made.number, 0)
        """,
        table="voting_ballot",
    ),
    by_sql(
        "choice-on-ballot",
        "A ballot names entries of its own phase",
        """
        SELECT choice.id, choice.ballot_id AS ballot, choice.entry_id AS entry FROM voting_choice choice
        JOIN voting_ballot ballot ON ballot.id = choice.ballot_id
        JOIN proposals_entry entry ON entry.id = choice.entry_id
        WHERE entry.phase_id <> ballot.phase_id
        """,
        table="voting_choice",
    ),
    by_sql(
        "ballot-in-ledger",
        "Every ballot is in the ledger",
        """
        SELECT ballot.id, ballot.phase_id AS phase, ballot.receipt FROM voting_ballot ballot
        WHERE NOT EXISTS (
            SELECT 1 FROM voting_ballotevent event
            WHERE event.receipt = ballot.receipt AND event.phase_id = ballot.phase_id
        )
        """,
        table="voting_ballot",
    ),
    by_sql(
        "ledger-of-ballot",
        "Everything in the ledger is about a ballot that is there",
        """
        SELECT event.id, event.phase_id AS phase, event.receipt FROM voting_ballotevent event
        WHERE NOT EXISTS (
            SELECT 1 FROM voting_ballot ballot
            WHERE ballot.receipt = event.receipt AND ballot.phase_id = event.phase_id
        )
        """,
        table="voting_ballotevent",
    ),
    by_sql(
        "ballot-as-last-said",
        "A ballot says what the ledger's last event about it says",
        _CHOICES.format(made=_MADE_SQLITE, event="replace(event.choices, ' ', '')"),
        postgresql=_CHOICES.format(made=_MADE_POSTGRESQL, event="replace(event.choices::text, ' ', '')"),
        table="voting_ballot",
    ),
)
