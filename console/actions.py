"""What the people who run the site do in the console. Acts on contests are those of the houses below."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from console.rules import Permission
from core import clock, facts
from core.database import write
from core.models import Due
from core.permissions import Kind, Refusal, Refused, require

NOT_PARKED = Refusal(Kind.NOT_NOW, "not_parked", _("This work is not parked any more."))


def retry_work(*, by: Any, due: int) -> None:
    """Let a parked piece of due work be tried again; the next sweep takes it. Raises Refused."""
    require(Permission.RUN_PLATFORM, by, None, at=clock.now())
    with write():
        at = clock.now()
        parked = Due.objects.filter(pk=due, state=Due.State.PARKED)
        if not parked.update(state=Due.State.WAITING, attempts=0, next_at=at, lease=""):
            raise Refused(NOT_PARKED)
        facts.record("work.retried", by=by, data={"due": due}, at=at, quiet=True)
