"""Roles in a team. Pure."""

from __future__ import annotations

import enum


class TeamRole(enum.StrEnum):
    OWNER = "owner"
    EDITOR = "editor"
    COMMENTER = "commenter"


WRITERS = frozenset({TeamRole.OWNER, TeamRole.EDITOR})
