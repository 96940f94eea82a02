"""Who may give site rights."""

from __future__ import annotations

import enum
from typing import Any

from django.utils.translation import gettext_lazy as _
from rules import predicate

from core.permissions import Clause, Kind, Refusal, Situation, grant


class Permission(enum.StrEnum):
    SET_RIGHTS = "accounts:rights:set"
    MAKE_STAFF = "accounts:staff:make"


@predicate
def is_staff(user: Any, situation: Situation) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_staff)


@predicate
def is_superuser(user: Any, situation: Situation) -> bool:
    return bool(user.is_authenticated and user.is_active and user.is_superuser)


@predicate
def is_somebody_else(user: Any, situation: Situation) -> bool:
    return bool(user.pk != situation.on.pk)


@predicate
def is_superusers(user: Any, situation: Situation) -> bool:
    return bool(situation.on.is_superuser)


staff_only = Clause(is_staff, Refusal(Kind.NEVER, "staff_only", _("Only the people who run this site can do this.")))
not_yourself = Clause(is_somebody_else, Refusal(Kind.NEVER, "yourself", _("You cannot change your own rights.")))
not_above = Clause(
    is_superuser | ~is_superusers, Refusal(Kind.NEVER, "superusers_only", _("Only an administrator can do this."))
)
superuser_only = Clause(is_superuser, Refusal(Kind.NEVER, "superusers_only", _("Only an administrator can do this.")))

grant(
    {
        Permission.SET_RIGHTS: (staff_only, not_yourself, not_above),
        Permission.MAKE_STAFF: (superuser_only, not_yourself),
    }
)
