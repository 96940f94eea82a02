"""From records to the components, which know no records."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.models import User
from contests.models import Contest
from contests.transitions import Status
from core.html import clean_html, to_text
from core.templatetags import _time, groundswell
from pages.phases import Edge, Moment, moment
from proposals.models import Proposal

register = template.Library()

_CLOSES = {
    "submission": gettext_lazy("Proposals close"),
    "judging": gettext_lazy("Reviews end"),
    "revision": gettext_lazy("Revisions close"),
    "voting": gettext_lazy("Voting closes"),
    "waiting": gettext_lazy("Planned until"),
}
_HONOURS = ("popular_choice", "judges_choice", "finalist", "semi_finalist")  # the highest first


@register.filter
def clean(value: str) -> SafeString:
    """People's HTML, made safe again at the last moment: what was stored under older rules is not trusted."""
    return mark_safe(clean_html(value or ""))  # noqa: S308  # the sanitiser's own output


@register.filter
def lead(value: str) -> SafeString:
    """The first paragraph of a text, without its tags."""
    return mark_safe(re.sub(r"</?p>", "", _split(value)[0]))  # noqa: S308  # the sanitiser's own output


@register.filter
def after_lead(value: str) -> SafeString:
    """What follows the first paragraph."""
    return mark_safe(_split(value)[1])  # noqa: S308  # the sanitiser's own output


def _split(value: str) -> tuple[str, str]:
    text = clean_html(value or "")
    found = re.match(r"\s*(<p>.*?</p>)(.*)", text, re.DOTALL)
    return (found.group(1), found.group(2).strip()) if found else ("", text)


@register.filter
def one_line(value: str, letters: int = 80) -> str:
    """The first sentence of a text, for a card."""
    return _one_line(value or "", letters, get_language())


@lru_cache(maxsize=256)
def _one_line(value: str, letters: int, language: str | None) -> str:
    first = re.split(r"(?<=[.!?])\s|\n", to_text(value), maxsplit=1)[0]
    return Truncator(first.removesuffix(".")).chars(letters)


@register.filter
def in_short(value: str) -> str:
    """The first thirty words of a text, for what describes a page to machines."""
    return _in_short(value or "", get_language())


@lru_cache(maxsize=256)
def _in_short(value: str, language: str | None) -> str:
    return Truncator(to_text(value)).words(30)


@register.simple_tag(takes_context=True)
def moment_of(context: Context, contest: Contest) -> Moment:
    return moment(contest.timeline, context["now"])


@register.simple_tag
def date_label(now: Moment) -> str:
    """What the next date of a contest is: "Proposals close", "Community vote begins"."""
    if now.edge is Edge.CLOSES:
        return _CLOSES.get(now.word, _("Closes"))
    if now.word == "upcoming":
        return _("Opens")
    return _("%(phase)s begins") % {"phase": now.span.name} if now.span and now.edge else ""


def _chip_word(contest: Contest, now: Moment) -> str:
    if contest.status != Status.PUBLISHED:
        return contest.status
    return str(now.span.kind) if now.word == "between" and now.span else now.word


@register.simple_tag(takes_context=True)
def contest_chip(context: Context, contest: Contest) -> SafeString:
    """The chip of what a contest is doing now."""
    return groundswell.phase_chip(_chip_word(contest, moment(contest.timeline, context["now"])))


@register.simple_tag(takes_context=True)
def stations(context: Context, contest: Contest) -> list[dict[str, Any]]:
    """The phase line's stations of a contest."""
    timeline, at = contest.timeline, context["now"]
    return [
        {
            "name": span.name,
            "kind": span.kind,
            "state": timeline.state(span, at),
            "opens_at": span.opens_at,
            "closes_at": span.closes_at,
        }
        for span in timeline.spans
    ]


@register.simple_tag
def hue_for(thing: Contest | Proposal) -> int:
    """The hue of a thing's topic, or else of its contest, so that a contest's covers belong together."""
    if thing.topic:
        return groundswell.hue_of(thing.topic)
    contest = thing.contest if isinstance(thing, Proposal) else thing
    return groundswell.hue_of(contest.topic or contest.slug)


@register.simple_tag(takes_context=True)
def contest_tile(context: Context, contest: Contest, level: int = 3, mine: str = "") -> SafeString:
    """The card of a contest."""
    now = moment(contest.timeline, context["now"])
    return groundswell.contest_card(
        context,
        href=contest.get_absolute_url(),
        question=contest.question,
        title=contest.title,
        organiser=contest.organiser_name,
        kind=_chip_word(contest, now),
        stations=stations(context, contest),
        zone=contest.time_zone,
        when=now.when,
        prize=one_line(contest.prizes, 60),
        count=contest.proposal_count,
        seed=contest.pk,
        hue=hue_for(contest),
        mine=mine,
        level=level,
    )


@register.simple_tag(takes_context=True)
def proposal_tile(
    context: Context, proposal: Proposal, level: int = 3, view: str = "", note: str = "", status: str = ""
) -> SafeString:
    """The card of a proposal as it was submitted. Its chip is what it won, else `status`, else what is unusual."""
    words = proposal.as_submitted
    unusual = "" if proposal.status == "submitted" else proposal.status
    is_draft = proposal.status == "draft"
    return groundswell.proposal_card(
        context,
        href=proposal.get_absolute_url(),
        title=words.title,
        pitch=words.pitch,
        team=team_line(proposal),
        status=best_honour(proposal) or status or unusual,
        seed=proposal.pk,
        hue=hue_for(proposal),
        image=reverse("proposal_cover", args=[proposal.pk]) if proposal.cover else "",
        comments=None if is_draft else proposal.comment_count,  # nobody has read a draft
        supports=None if is_draft else proposal.support_count,
        level=level,
        view=view,
        note=note,
    )


@register.filter
def best_honour(proposal: Proposal) -> str:
    """The highest of a proposal's released distinctions (its prefetched `honours`), or nothing."""
    kinds = {honour["kind"] for honour in proposal.honours}  # type: ignore[attr-defined]  # annotated by proposal_cards
    return next((kind for kind in _HONOURS if kind in kinds), "")


@register.filter
def team_line(proposal: Proposal) -> str:
    """Who made it, on one line: the person credited, else two names and how many more."""
    if proposal.credited_to:
        return proposal.credited_to
    makers = proposal.makers  # type: ignore[attr-defined]  # annotated by proposal_cards
    names = [maker["name"] or str(User()) for maker in makers]
    shown = ", ".join(names[:2])
    return f"{shown} +{len(names) - 2}" if len(names) > 2 else shown


@register.simple_tag
def person_in(row: dict[str, Any]) -> SafeString:
    """A person in a row of `contest_page` or `proposal_page`, with the way to their profile where there is one."""
    href = reverse("profile", args=[row["handle"]]) if row["handle"] and row["is_active"] else ""
    return groundswell.person(row["name"] or str(User()), href, row["affiliation"])


@register.filter
def stored(moment: str) -> datetime:
    """A date and time out of stored JSON; one without a zone is in UTC."""
    found = datetime.fromisoformat(moment)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@register.simple_tag(takes_context=True)
def when(context: Context, moment: datetime, zone: str) -> str:
    """A date and time on the contest's clock."""
    return _time.clock_words(moment, _time.as_zone(zone) or UTC, context["now"])


@register.simple_tag
def zone_of(contest: Contest) -> str:
    """The name of the contest's clock, without an offset: the dates beside it may lie on both sides of a clock change."""
    city = _time.place(_time.as_zone(contest.time_zone) or UTC)
    return _("%(city)s time") % {"city": city} if city else "UTC"


@register.simple_tag
def rubrics(contest: Contest) -> list[dict[str, Any]]:
    """What judges score: phases with the same criteria once, with each criterion's share of the score in percent."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for phase in contest.phases.all():
        criteria = [row for row in contest.criteria if row["phase"] == phase.pk]  # type: ignore[attr-defined]
        key = tuple((row["name"], row["question"], Decimal(str(row["weight"]))) for row in criteria)
        total = sum(weight for _name, _question, weight in key)
        rows = [(row, round(100 * weight / total)) for row, (_name, _question, weight) in zip(criteria, key, strict=True)]
        if rows:
            found.setdefault(key, {"phases": [], "criteria": rows})["phases"].append(phase.name)
    return [{"names": " · ".join(round["phases"]), "criteria": round["criteria"]} for round in found.values()]


@register.simple_tag
def moved_dates(change: dict[str, Any]) -> list[dict[str, Any]]:
    """The phases that a change of the schedule moved: name, and opens and closes as (before, after)."""
    before, after = ({row["name"]: row for row in _rows(change[side])} for side in ("before", "after"))
    names = [*after, *(name for name in before if name not in after)]
    return [
        {
            "name": name,
            "edges": {edge: (_stored(before.get(name), edge), _stored(after.get(name), edge)) for edge in _EDGES},
        }
        for name in names
        if before.get(name) != after.get(name)
    ]


_EDGES = ("opens_at", "closes_at")


def _rows(value: Any) -> list[dict[str, Any]]:
    """SQLite holds JSON as text, so that JSON inside JSON comes as a string."""
    return json.loads(value) if isinstance(value, str) else value


def _stored(row: dict[str, Any] | None, edge: str) -> datetime | None:
    return datetime.fromisoformat(row[edge]) if row and row.get(edge) else None
