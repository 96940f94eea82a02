"""What must always hold of comments and supports."""

from __future__ import annotations

from core.invariants import by_sql, register, unsettled

register(
    by_sql(
        "talk-counts",
        "The numbers of comments and supports on a proposal are those of its rows",
        f"""
        SELECT proposal.id, proposal.comment_count AS says_comments, COALESCE(talk.number, 0) AS has_comments,
            proposal.support_count AS says_supports, COALESCE(backing.number, 0) AS has_supports
        FROM proposals_proposal proposal
        LEFT JOIN (
            SELECT proposal_id, COUNT(*) AS number FROM community_comment WHERE NOT is_tombstone GROUP BY proposal_id
        ) talk ON talk.proposal_id = proposal.id
        LEFT JOIN (
            SELECT proposal_id, COUNT(*) AS number FROM community_support GROUP BY proposal_id
        ) backing ON backing.proposal_id = proposal.id
        WHERE (proposal.comment_count <> COALESCE(talk.number, 0) OR proposal.support_count <> COALESCE(backing.number, 0))
        AND proposal.contest_id NOT IN ({unsettled("community.count_talk")})
        """,  # noqa: S608
        table="proposals_proposal",
    ),
    by_sql(
        "reply-in-place",
        "A reply stands in the discussion of its parent",
        """
        SELECT reply.id, reply.proposal_id AS proposal, parent.proposal_id AS parents_proposal
        FROM community_comment reply JOIN community_comment parent ON parent.id = reply.parent_id
        WHERE reply.proposal_id <> parent.proposal_id
        """,
        table="community_comment",
    ),
)
