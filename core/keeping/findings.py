"""What `doctor` and the page of the system say about keeping."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from core import clock
from core.health import Finding, doubt, fault, fine
from core.keeping import CHECKED, frozen
from core.models import Fact

MISSED_AFTER = timedelta(days=2)


def may_speak() -> Iterator[Finding]:
    """Whether mail may leave, or this is a restored copy."""
    since = frozen()
    if since is None:
        yield fine("restored copy", "no: this site speaks for itself")
    else:
        says = f"restored {since:%Y-%m-%d %H:%M} UTC and frozen: mails wait, none leaves"
        yield doubt("restored copy", says, "When this is the site from now on: manage.py release_restored")


def last_night() -> Iterator[Finding]:
    """What the nightly check of all invariants said."""
    last = Fact.objects.filter(verb=CHECKED).order_by("-at").first()
    if last is None:
        yield fine("invariants", "not asked yet; every night at 03:17 UTC, or: manage.py check_invariants")
    elif last.data["violations"]:
        says = f"{last.data['violations']} violations on {last.at:%Y-%m-%d %H:%M} UTC: {', '.join(sorted(last.data['rules']))}"
        yield fault("invariants", says, "See what they are: manage.py check_invariants")
    elif clock.now() - last.at > MISSED_AFTER:
        says = f"not asked since {last.at:%Y-%m-%d %H:%M} UTC"
        yield doubt("invariants", says, "Does beat run? manage.py check_invariants asks now.")
    else:
        yield fine("invariants", f"all kept on {last.at:%Y-%m-%d %H:%M} UTC")
