"""What the load asks for in a database that seed_bench has filled: addresses, and people with a session."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any


def plant(*, voters: int = 2_000) -> dict[str, Any]:
    """Addresses, ids, and the session keys of voters, authors and the organiser."""
    from accounts.models import User
    from contests.models import Contest
    from core import clock
    from proposals.models import Entry, Proposal, TeamMember

    now = clock.now()
    contests = list(Contest.objects.prefetch_related("phases").order_by("pk"))
    first = contests[0]
    phase = next(phase for phase in first.phases.all() if phase.kind == "voting")
    opened = next(c for c in contests if (span := c.timeline.running(now)) and span.kind == "submission")
    over = next(c for c in contests if any(p.kind == "voting" and p.released_at for p in c.phases.all()))
    judged = next(c for c in contests if (span := c.timeline.running(now)) and span.kind == "judging")
    fresh = User.objects.filter(handle__isnull=False).exclude(ballots__phase=phase).exclude(team_memberships__isnull=False)
    owners = TeamMember.objects.filter(role="owner", proposal__contest=opened, proposal__status="submitted")
    drafts = list(owners.select_related("user").order_by("pk")[:40])
    organiser = first.created_by
    return {
        "slug": first.slug, "phase": phase.pk, "over": over.slug, "open": opened.slug, "judged": judged.slug,
        "finalists": list(Entry.objects.filter(phase=phase).values_list("proposal", flat=True)),
        "proposal": Proposal.objects.filter(contest=first, status="submitted").order_by("pk")[0].get_absolute_url(),
        "handle": drafts[0].user.handle if drafts else organiser.handle,
        "organiser": session(organiser),
        "sessions": [session(user) for user in fresh.order_by("-pk")[:voters]],
        "voters": list(fresh.order_by("-pk").values_list("pk", flat=True)[voters : voters + 400]),
        "drafts": [(member.proposal_id, session(member.user)) for member in drafts],
        "answers": list(opened.sections.filter(required=True).values_list("key", flat=True)),
    }  # fmt: skip


def session(user: Any) -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    made = import_module(settings.SESSION_ENGINE).SessionStore()
    made[SESSION_KEY] = str(user.pk)
    made[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    made[HASH_SESSION_KEY] = user.get_session_auth_hash()
    made.save()
    return str(made.session_key)


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(plant()))
