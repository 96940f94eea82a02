"""Approval voting: name as many as you like, up to the limit; who is named on most ballots wins.

S. J. Brams, P. C. Fishburn, "Approval Voting", American Political Science Review 72 (1978).
"""

from __future__ import annotations

from results.methods.kinds import Method, Need, by_count

METHOD = Method("approval", Need.TOTALS, by_count)
