"""Roles in a contest. They describe themselves. Pure."""

from __future__ import annotations

import enum


class Role(enum.StrEnum):
    ORGANISER = "organiser"
    FACILITATOR = "facilitator"
    JUDGE = "judge"
    ADVISOR = "advisor"


SENTENCES: dict[Role, str] = {
    Role.ORGANISER: "Sets the contest up, invites people, releases decisions and results.",
    Role.FACILITATOR: "Screens proposals, assigns judges and helps authors.",
    Role.JUDGE: "Reads the proposals assigned to them, scores the criteria and writes feedback.",
    Role.ADVISOR: "Reads what an organiser reads and comments, but decides nothing.",
}
