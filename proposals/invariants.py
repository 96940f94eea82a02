"""What must always hold of proposals, their revisions and entries."""

from __future__ import annotations

from core.invariants import append_only, by_sql, files, register, unsettled

append_only("proposals_revision")
files("covers", table="proposals_proposal", column="cover")

register(
    by_sql(
        "proposal-owner",
        "Every proposal has an owner",
        """
        SELECT proposal.id, proposal.contest_id AS contest FROM proposals_proposal proposal
        WHERE NOT EXISTS (
            SELECT 1 FROM proposals_teammember member WHERE member.proposal_id = proposal.id AND member.role = 'owner'
        )
        """,
        table="proposals_proposal",
    ),
    by_sql(
        "proposal-revision",
        "What was submitted has a submitted revision, its own",
        """
        SELECT proposal.id, proposal.status, proposal.submitted_revision_id AS revision
        FROM proposals_proposal proposal
        LEFT JOIN proposals_revision revision
            ON revision.id = proposal.submitted_revision_id AND revision.proposal_id = proposal.id
            AND revision.reason = 'submitted'
        WHERE revision.id IS NULL AND (proposal.status <> 'draft' OR proposal.submitted_revision_id IS NOT NULL)
        """,
        table="proposals_proposal",
    ),
    by_sql(
        "entry-of-contest",
        "An entry is in a phase of its own contest, with a revision of its own proposal",
        """
        SELECT entry.id, entry.proposal_id AS proposal, entry.phase_id AS phase, entry.revision_id AS revision
        FROM proposals_entry entry
        JOIN proposals_proposal proposal ON proposal.id = entry.proposal_id
        JOIN contests_phase phase ON phase.id = entry.phase_id
        JOIN proposals_revision revision ON revision.id = entry.revision_id
        WHERE phase.contest_id <> proposal.contest_id OR revision.proposal_id <> proposal.id
        """,
        table="proposals_entry",
    ),
    by_sql(
        "award-before-release",
        "No distinction shows before its phase is released",
        """
        SELECT award.id, award.kind, award.proposal_id AS proposal FROM proposals_distinction award
        JOIN contests_phase phase ON phase.id = award.phase_id
        WHERE award.released_at IS NOT NULL AND phase.released_at IS NULL
        """,
        table="proposals_distinction",
    ),
    by_sql(
        "proposal-count",
        "The number of proposals on a contest is the number of submitted ones",
        f"""
        SELECT contest.id, contest.proposal_count AS says, COUNT(proposal.id) AS has
        FROM contests_contest contest
        LEFT JOIN proposals_proposal proposal ON proposal.contest_id = contest.id AND proposal.status = 'submitted'
        WHERE contest.id NOT IN ({unsettled("proposals.count_proposals")})
        GROUP BY contest.id, contest.proposal_count HAVING contest.proposal_count <> COUNT(proposal.id)
        """,  # noqa: S608
        table="contests_contest",
    ),
)
