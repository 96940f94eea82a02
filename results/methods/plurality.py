"""Plurality voting: choose one; who is chosen most wins. Approval with a limit of one."""

from __future__ import annotations

from results.methods.kinds import Method, Need, by_count

METHOD = Method("plurality", Need.TOTALS, by_count)
