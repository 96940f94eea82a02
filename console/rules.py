"""What waits for organisers, and who runs the site. Rights in a contest are those of the houses below."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rules import predicate

from accounts.rules import staff_only
from contests.actions.setup import gaps
from contests.models import Contest
from contests.transitions import Status
from core.permissions import Clause, Kind, Refusal, Situation, grant
from core.registries import Step


class Permission(enum.StrEnum):
    RUN_PLATFORM = "console:platform:run"


@predicate
def is_signed_in(user: Any, situation: Situation) -> bool:
    return bool(user.is_authenticated)


signed_in = Clause(is_signed_in, Refusal(Kind.SIGN_IN, "sign_in", gettext_lazy("Sign in to do this.")))

grant({Permission.RUN_PLATFORM: (signed_in, staff_only)})


def drafts_to_publish(user: Any, contests: list[Contest], at: datetime) -> Iterable[Step]:
    """For the organiser of a draft: finish the set-up, or publish it when the checklist is complete."""
    drafts = [contest.pk for contest in contests if contest.status == Status.DRAFT]
    if not drafts or not user.is_authenticated:
        return
    related = ("phases__criteria", "sections", "rules_versions")
    for contest in Contest.objects.managed_by(user).filter(pk__in=drafts).prefetch_related(*related):
        missing = gaps(contest)
        opens = contest.timeline.spans[0].opens_at if contest.timeline.spans else None
        yield Step(
            contest_id=contest.pk,
            verb=_("Finish the set-up") if missing else _("Publish contest"),
            url=reverse("manage_setup", args=[contest.slug]),
            sentence=missing[0][1] if missing else _("The checklist is complete. Nobody sees the contest until then."),
            until=opens,
            urgency=80,
        )
