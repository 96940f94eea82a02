"""What must always hold of reviews and decisions."""

from __future__ import annotations

from core.invariants import by_sql, register, unsettled

register(
    by_sql(
        "review-in-conflict",
        "Nobody reviews what they are in conflict with",
        """
        SELECT asked.id, asked.judge_id AS judge, asked.entry_id AS entry
        FROM judging_assignment asked
        JOIN proposals_entry entry ON entry.id = asked.entry_id
        JOIN contests_phase phase ON phase.id = entry.phase_id
        WHERE asked.state IN ('open', 'done') AND (
            EXISTS (
                SELECT 1 FROM judging_conflict conflict
                WHERE conflict.judge_id = asked.judge_id AND conflict.proposal_id = entry.proposal_id
                AND (phase.released_at IS NULL OR conflict.at <= phase.released_at)
            ) OR EXISTS (
                SELECT 1 FROM proposals_teammember member
                JOIN judging_review review ON review.assignment_id = asked.id
                WHERE member.user_id = asked.judge_id AND member.proposal_id = entry.proposal_id
                AND (member.since < review.updated_at OR member.since < phase.released_at)
            )
        )
        """,
        table="judging_assignment",
    ),
    by_sql(
        "decision-before-release",
        "No decision shows before its phase is released",
        """
        SELECT entry.id, entry.outcome, decision.released_at AS decision_released
        FROM proposals_entry entry
        JOIN contests_phase phase ON phase.id = entry.phase_id
        LEFT JOIN judging_decision decision ON decision.entry_id = entry.id
        WHERE phase.released_at IS NULL AND (entry.outcome <> 'pending' OR decision.released_at IS NOT NULL)
        """,
        table="proposals_entry",
    ),
    by_sql(
        "release-without-decision",
        "When a judging is released, every entry that counts has its decision",
        """
        SELECT entry.id, entry.phase_id AS phase, entry.outcome
        FROM proposals_entry entry
        JOIN contests_phase phase ON phase.id = entry.phase_id
        JOIN proposals_proposal proposal ON proposal.id = entry.proposal_id
        LEFT JOIN judging_decision decision ON decision.entry_id = entry.id
        WHERE phase.kind = 'judging' AND phase.released_at IS NOT NULL AND proposal.status = 'submitted'
        AND (decision.released_at IS NULL OR decision.outcome <> entry.outcome)
        """,
        table="proposals_entry",
    ),
    # While a judging is open, a judge who joins the team stays in the numbers until something is counted again.
    by_sql(
        "entry-score",
        "The numbers of an entry are those of its done reviews",
        f"""
        WITH marked AS (
            SELECT asked.entry_id, review.id,
                CAST(SUM(criterion.weight * mark.points) AS double precision) / SUM(criterion.weight) AS mean
            FROM judging_review review
            JOIN judging_assignment asked ON asked.id = review.assignment_id
            JOIN judging_mark mark ON mark.review_id = review.id
            JOIN contests_criterion criterion ON criterion.id = mark.criterion_id
            WHERE review.done_at IS NOT NULL AND asked.state = 'done'
            GROUP BY asked.entry_id, review.id
        ), counted AS (SELECT entry_id, COUNT(*) AS number, AVG(mean) AS mean FROM marked GROUP BY entry_id)
        SELECT entry.id, score.count AS says, counted.number AS has, score.mean AS says_mean, counted.mean AS has_mean
        FROM proposals_entry entry
        JOIN proposals_proposal proposal ON proposal.id = entry.proposal_id
        LEFT JOIN judging_entryscore score ON score.entry_id = entry.id
        LEFT JOIN counted ON counted.entry_id = entry.id
        WHERE (
            COALESCE(score.count, 0) <> COALESCE(counted.number, 0)
            OR ABS(COALESCE(score.mean, 0) - COALESCE(counted.mean, 0)) > 0.000001
        ) AND proposal.contest_id NOT IN ({unsettled("judging.score_entries")})
        AND NOT EXISTS (
            SELECT 1 FROM judging_assignment asked JOIN proposals_teammember member ON member.user_id = asked.judge_id
            WHERE asked.entry_id = entry.id AND member.proposal_id = entry.proposal_id
        )
        """,  # noqa: S608
        table="proposals_entry",
    ),
)
