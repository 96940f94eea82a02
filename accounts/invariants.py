"""What must always hold of people."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from accounts.models import User
from core.invariants import Found, Rule, by_sql, listed, register


def _sessions_of_disabled(at: datetime) -> Found:
    """Whose a session is stands only inside it, so they are read one by one, where anybody is disabled at all."""
    disabled = {str(pk) for pk in User.objects.filter(is_active=False).values_list("pk", flat=True)}
    if not disabled:
        return Found()
    sessions = Session.objects.filter(expire_date__gt=at).iterator(chunk_size=2000)
    owners = [owner for session in sessions if (owner := str(session.get_decoded().get(SESSION_KEY))) in disabled]
    return listed([f"user {owner}" for owner in owners])


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
