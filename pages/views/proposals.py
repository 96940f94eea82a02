"""The proposals of a contest, and a proposal."""

from __future__ import annotations

from typing import Any, NoReturn
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from contests.phases import Capability
from contests.transitions import Status as ContestStatus
from core import clock
from core.pagecache import share
from core.permissions import Kind, Refusal, Refused, allowed
from pages.forms import TAB_WORDS, ProposalFilter
from pages.phases import minute
from pages.querysets import TABS
from pages.querysets.reading import count_matching, read_cards, read_list_head, read_proposal
from pages.rules import has_results, recall, shows_feedback
from pages.views.paging import draw_seed, page_links, page_of, remember_seed
from proposals.models import Proposal
from proposals.rules import Permission, remember_team_role
from proposals.transitions import Status


def contest_proposals(request: HttpRequest, slug: str) -> HttpResponse:
    """The proposals of a contest that this person may see, in tabs of what has been released."""
    at = clock.now()
    user = request.user
    contest, counts = read_list_head(user, slug, at=at)
    recall(user, contest)
    share(request, at=at, contest=contest.pk, until=[contest.timeline.next_boundary(at)])
    form, tab, seed = ProposalFilter(request.GET), request.GET.get("status", ""), draw_seed(request)
    tab = tab if tab in TABS else ""
    asked = form.asked
    words, order = asked.get("q", ""), asked.get("order", "")
    page = page_of(request, count_matching(user, contest, tab, words, at=at) if words else counts[tab or "all"])
    page.object_list = read_cards(user, contest, tab=tab, order=order, seed=seed, start=page.start, at=at, words=words)
    context = {"now": at, "minute": minute(contest.timeline, at), "contest": contest}
    context |= {"form": form, "asked": asked, "tab": tab, "counts": counts}
    context |= {"tabs": _tabs(counts, tab, seed), "keep": {"status": tab, "seed": seed} if tab else {"seed": seed}}
    context |= {"page": page, "has_results": has_results(contest), **page_links(request, page, seed=seed)}
    response = render(request, "pages/proposals.html", context)
    remember_seed(request, response, seed)
    return response


def _tabs(counts: dict[str, int], current: str, seed: int) -> list[dict[str, Any]]:
    """Links to what has been released so far, each with its count; none before there is anything to choose from."""
    shown = [tab for tab in TABS if counts[tab] or tab == current]
    return [
        {"word": TAB_WORDS[tab], "count": counts[tab or "all"], "current": tab == current, "href": f"?{urlencode(query)}"}
        for tab in (["", *shown] if shown else [])
        for query in [{"status": tab, "seed": seed} if tab else {"seed": seed}]
    ]


def gone(user: Any, number: int) -> NoReturn:
    """A proposal that was removed leaves a stone at its address, without its words; anything else is not found."""
    stone = get_object_or_404(Proposal.objects.tombstones_for(user).select_related("contest"), pk=number)
    words = _("The organisers removed this proposal. Only its team and they can still read it.")
    raise Refused(Refusal(Kind.GONE, "removed", words, on=stone.contest))


def proposal(request: HttpRequest, ref: str) -> HttpResponse:
    """A proposal as it was submitted; its team also learns what it has not submitted yet."""
    at, user = clock.now(), request.user
    number = int(ref.partition("-")[0])
    proposal = read_proposal(user, number, at=at) or gone(user, number)
    if request.path != proposal.get_absolute_url():
        return redirect(proposal.get_absolute_url(), permanent=False)
    recall(user, proposal)
    words, timeline = proposal.as_submitted, proposal.contest.timeline
    share(request, at=at, contest=proposal.contest_id, until=[timeline.next_boundary(at)])
    role = next((member["role"] for member in proposal.members if member["user"] == user.pk), None)
    remember_team_role(user, proposal, role)
    own = role is not None
    live = proposal.status == Status.SUBMITTED and proposal.contest.status == ContestStatus.PUBLISHED
    context = {
        "now": at,
        "minute": minute(timeline, at),
        "proposal": proposal,
        "contest": proposal.contest,
        "words": words,
        "sections": [(s, words.answers[s["key"]]) for s in proposal.sections if words.answers.get(s["key"])],
        "own": own,
        "may_edit": own and allowed(Permission.EDIT_PROPOSAL, user, proposal, at=at),
        "can_support": live and timeline.granting(Capability.SUPPORT, at) is not None,
        "supports": vars(proposal).pop("supported", False),
        "can_vote": live and proposal.on_ballot and timeline.granting(Capability.VOTE, at) is not None,
        "feedback": shows_feedback(proposal, user, at=at),
    }
    return render(request, "pages/proposal.html", context)
