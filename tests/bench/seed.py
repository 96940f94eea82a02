"""The data of the bench: one contest in its vote, 200 proposals, twelve finalists, 2,000 members with a session."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.models import User
from contests.models import Contest, Phase
from core import clock
from proposals.models import Entry
from tests import cast

PROPOSALS, FINALISTS, VOTERS = 200, 12, 2000
CSRF = "b" * 32


def plant() -> dict[str, Any]:
    """Make the data and answer what the load needs: slug, phase, proposals, voters' sessions."""
    organiser = cast.organiser()
    now = datetime.now(UTC)
    contest = cast.contest(organiser, starts_at=now - timedelta(days=1))
    authors = [cast.person(f"Author {n}") for n in range(20)]
    with clock.simulated(now):
        proposals = [
            cast.submitted_quickly(authors[n % 20], contest, title=f"Proposal number {n}") for n in range(PROPOSALS)
        ]
    phase = _move_to_vote(contest, now)
    Entry.objects.bulk_create(
        Entry(proposal=p, phase=phase, revision_id=p.submitted_revision_id, at=now) for p in proposals[:FINALISTS]
    )
    return {
        "slug": contest.slug,
        "phase": phase.pk,
        "finalists": [p.pk for p in proposals[:FINALISTS]],
        "proposal": proposals[0].get_absolute_url(),
        "sessions": _sessions(),
    }


def _move_to_vote(contest: Contest, now: datetime) -> Phase:
    """Put the past behind: all phases before the vote ended, both judgings released."""
    phase = cast.phase(contest, "voting")
    shift = phase.opens_at - (now - timedelta(hours=1))
    for row in Phase.objects.filter(contest=contest):
        row.opens_at -= shift
        row.closes_at = row.closes_at and row.closes_at - shift
        row.released_at = now if row.kind == "judging" else None
        row.opened_recorded_at = now
        row.closed_recorded_at = now if row.closes_at and row.closes_at < now else None
        row.save()
    return cast.phase(contest, "voting")


def _sessions() -> list[str]:
    from allauth.account.models import EmailAddress

    voters = User.objects.bulk_create(
        User(email=f"bench{n}@people.example", address_key=f"bench{n}@people.example", handle=f"bench{n}",
             display_name=f"Voter {n}", password="!") for n in range(VOTERS)
    )  # fmt: skip
    EmailAddress.objects.bulk_create(EmailAddress(user=v, email=v.email, primary=True, verified=True) for v in voters)
    store = import_module(settings.SESSION_ENGINE).SessionStore
    keys = []
    for voter in voters:
        session = store()
        session[SESSION_KEY] = str(voter.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = voter.get_session_auth_hash()
        session.save()
        keys.append(session.session_key)
    return keys

