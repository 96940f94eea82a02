"""What must always hold of people."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from accounts.querysets import sessions_of
from core.invariants import Found, Rule, by_sql, listed, register


def _sessions_of_disabled(at: datetime) -> Found:
    disabled = set(User.objects.filter(is_active=False).values_list("pk", flat=True))
    left = [session for session in sessions_of(disabled) if session.expire_date > at] if disabled else []
    return listed([f"session of user {session.get_decoded()['_auth_user_id']}" for session in left])


register(
    Rule("session-of-disabled", "Nobody who may not sign in is signed in", _sessions_of_disabled),
    by_sql(
        "erased-person",
        "Of a person who was erased nothing personal is left",
        """
        SELECT person.id FROM accounts_user person
        WHERE person.id IN (
            SELECT subject_id FROM core_fact WHERE verb = 'account.erased' AND subject = 'accounts.user'
        ) AND (
            person.display_name <> '' OR person.bio <> '' OR person.affiliation <> '' OR person.country <> ''
            OR person.handle IS NOT NULL OR person.is_active OR person.email NOT LIKE '%%.invalid'
            OR EXISTS (SELECT 1 FROM account_emailaddress address WHERE address.user_id = person.id)
        )
        """,
        table="accounts_user",
    ),
)
