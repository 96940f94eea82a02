"""What the picture of a shared link says, of the site, a contest or a proposal; and the lines that point to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from contests.models import Contest
from contests.transitions import Status
from core import branding
from core.branding import Brand
from core.social import HEIGHT, WIDTH, Card, Stop
from core.templatetags import _time
from core.templatetags._words import STATUSES, look_up
from pages.phases import moment
from pages.templatetags.pages import best_honour, date_label, hue_for, zone_of
from proposals.models import Distinction, Proposal

register = template.Library()
WON = (Distinction.Kind.JUDGES_CHOICE, Distinction.Kind.POPULAR_CHOICE)


def of_site(brand: Brand) -> Card:
    steps = (_("Propose"), _("Get read"), _("Improve"), _("Vote"), _("See why"))
    stops = tuple(Stop(step, "now" if n == 0 else "next") for n, step in enumerate(steps))
    return Card(title=brand.tagline, kicker=_("Contests for ideas"), stops=stops, hue=brand.hue)


def of_contest(contest: Contest, at: datetime) -> Card:
    """The question, who asks, where the contest stands, and the next date."""
    return Card(
        title=contest.question,
        kicker=contest.organiser_name or contest.title,
        date=_next_date(contest, at) if contest.status == Status.PUBLISHED else "",
        stops=_stops(contest, at),
        seed=contest.pk,
        hue=hue_for(contest),
    )


def of_proposal(proposal: Proposal, at: datetime) -> Card:
    """A row of `proposal_page`: the submitted words, the team, and the highest distinction that has been released."""
    words, honour = proposal.as_submitted, best_honour(proposal)
    return Card(
        title=words.title,
        kicker=proposal.contest.title,
        words=words.pitch,
        people=_team(proposal),
        badge=str(look_up(STATUSES, honour)[0]) if honour else "",
        won=honour in WON,
        stops=_stops(proposal.contest, at),
        seed=proposal.pk,
        hue=hue_for(proposal),
    )


def _stops(contest: Contest, at: datetime) -> tuple[Stop, ...]:
    return tuple(Stop(span.name, str(contest.timeline.state(span, at))) for span in contest.timeline.spans)


def _next_date(contest: Contest, at: datetime) -> str:
    now = moment(contest.timeline, at)
    if now.when is None:
        return ""
    clock = _time.clock_words(now.when, _time.as_zone(contest.time_zone) or UTC)
    return f"{date_label(now)} {clock} {zone_of(contest)}"


def _team(proposal: Proposal) -> str:
    """The person credited, else two names and how many more."""
    if proposal.credited_to:
        return proposal.credited_to
    members: list[dict[str, Any]] = proposal.members  # type: ignore[attr-defined]  # annotated by proposal_page
    names = [member["name"] for member in members if member["role"] != "commenter" and member["name"]]
    shown = ", ".join(names[:2])
    return f"{shown} +{len(names) - 2}" if len(names) > 2 else shown


def card_of(thing: Any, at: datetime | None) -> tuple[Card, str]:
    """The card of a contest or a proposal as of this time or, for anything else, of the site; and its address."""
    if isinstance(thing, Contest) and at:
        return of_contest(thing, at), reverse("contest_card", args=[thing.slug])
    if isinstance(thing, Proposal) and at:
        return of_proposal(thing, at), reverse("proposal_card", args=[thing.pk])
    return of_site(branding.current()), reverse("site_card")


@register.simple_tag(takes_context=True)
def card_lines(context: Context, thing: Any = None) -> SafeString:
    """The og: and twitter: lines of the picture; its address names the version, so that a changed one is fetched anew."""
    card, path = card_of(thing, context.get("now"))
    return format_html(
        '<meta property="og:image" content="{0}"><meta property="og:image:type" content="image/png">'
        '<meta property="og:image:width" content="{1}"><meta property="og:image:height" content="{2}">'
        '<meta property="og:image:alt" content="{3}"><meta name="twitter:card" content="summary_large_image">'
        '<meta name="twitter:image" content="{0}"><meta name="twitter:image:alt" content="{3}">',
        f"{settings.SITE_URL}{path}?v={card.digest(branding.current())}",
        WIDTH,
        HEIGHT,
        card.alt,
    )
