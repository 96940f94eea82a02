"""The count and its release, and the log of everything that was done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import User
from console.querysets import log_of
from console.views.frame import chosen_phase, managed, onward, page
from contests.models import Contest, Phase
from contests.phases import Kind
from contests.rules import Permission as ContestPermission
from core import clock
from core.permissions import refusal, require
from proposals.models import Proposal
from results import actions
from results.models import Tally
from results.rules import Permission

LOG_PAGE = 50


def results(request: HttpRequest, slug: str) -> HttpResponse:
    """After the close: the count as it stands, the rule, the quorum, and the button that announces it."""
    contest, phase = _vote(request, slug)
    return _results_page(request, contest, phase)


@require_POST
def count(request: HttpRequest, slug: str) -> HttpResponse:
    """Count again, because the ledger has moved or nobody has counted yet."""
    contest, phase = _vote(request, slug, needed=True)
    actions.tally(phase=phase, by=request.user)
    messages.success(request, _("The ballots are counted."))
    return onward(f"{reverse('manage_results', args=[contest.slug])}?phase={phase.pk}")


@require_POST
def release(request: HttpRequest, slug: str) -> HttpResponse:
    """Announce the results."""
    contest, phase = _vote(request, slug, needed=True)
    try:
        actions.release(by=request.user, contest=contest, phase=phase)
    except ValidationError as error:
        return _results_page(request, contest, phase, problems=error.messages)
    messages.success(request, _("The results are released."))
    return onward(f"{reverse('manage_results', args=[contest.slug])}?phase={phase.pk}")


def _vote(request: HttpRequest, slug: str, *, needed: bool = False) -> tuple[Contest, Any]:
    contest = managed(request, slug)
    require(ContestPermission.EDIT_CONTEST, request.user, contest, at=clock.now())
    phase = chosen_phase(request, contest, (Kind.VOTING,))
    if phase is None and needed:
        raise Http404
    return contest, phase


def _results_page(
    request: HttpRequest, contest: Contest, phase: Phase | None, *, problems: list[str] | None = None
) -> HttpResponse:
    context: dict[str, Any] = {"phase": phase, "problems": problems or []}
    if phase is not None:
        now = clock.now()
        over = phase.span.is_over(now)  # before the close nobody sees a number, organisers neither
        tally = Tally.objects.latest_of(phase) if over else None
        context |= {
            "phases": [one for one in contest.phases.all() if one.kind == Kind.VOTING],
            "over": over,
            "tally": tally,
            "standings": list(tally.standings.select_related("entry__proposal", "entry__revision")) if tally else [],
            "why_not": refusal(Permission.RELEASE_RESULTS, request.user, phase, at=now),
            "may_count": refusal(Permission.COUNT_BALLOTS, request.user, phase, at=now) is None,
        }
    return page(request, contest, "results", context, status=409 if problems else 200)


# What is not named here stays out of the log: drafts are their team's alone, and who votes is nobody's business.
SENTENCES = {
    "contest.created": gettext_lazy("made the contest"),
    "contest.edited": gettext_lazy("changed texts or settings"),
    "contest.rules_changed": gettext_lazy("wrote a new version of the rules"),
    "contest.form_changed": gettext_lazy("changed the proposal form"),
    "contest.rubric_changed": gettext_lazy("changed a rubric"),
    "contest.published": gettext_lazy("published the contest"),
    "contest.schedule_changed": gettext_lazy("moved dates"),
    "phase.opened": gettext_lazy("recorded that a phase opened"),
    "phase.closed": gettext_lazy("recorded that a phase closed"),
    "phase.released": gettext_lazy("released what a phase decided"),
    "person.invited": gettext_lazy("invited somebody"),
    "person.removed": gettext_lazy("ended somebody’s role"),
    "invitation.accepted": gettext_lazy("accepted an invitation"),
    "invitation.declined": gettext_lazy("declined an invitation"),
    "invitation.revoked": gettext_lazy("took an invitation back"),
    "proposal.submitted": gettext_lazy("submitted a proposal"),
    "proposal.withdrawn": gettext_lazy("withdrew a proposal"),
    "proposal.imported": gettext_lazy("imported a proposal"),
    "entries.made": gettext_lazy("let proposals into the next phase"),
    "assignments.made": gettext_lazy("asked judges for reviews"),
    "assignment.declined": gettext_lazy("gave a review back"),
    "conflict.declared": gettext_lazy("declared a conflict"),
    "review.done": gettext_lazy("finished a review"),
    "decision.made": gettext_lazy("noted decisions"),
    "decisions.released": gettext_lazy("released the decisions"),
    "distinctions.awarded": gettext_lazy("recorded awards"),
    "tally.made": gettext_lazy("counted the ballots"),
    "results.released": gettext_lazy("released the results"),
}


def log(request: HttpRequest, slug: str) -> HttpResponse:
    """What was done in this contest, newest first."""
    contest = managed(request, slug)
    cursor = request.GET.get("before", "")
    before = int(cursor) if cursor.isdigit() and len(cursor) < 18 else None
    facts = list(log_of(contest, list(SENTENCES), before=before)[: LOG_PAGE + 1])
    older = f"?before={facts[LOG_PAGE - 1].pk}" if len(facts) > LOG_PAGE else ""
    shown = facts[:LOG_PAGE]
    people = User.objects.in_bulk({fact.actor_id for fact in shown if fact.actor_id})
    named = {fact.subject_id for fact in shown if fact.subject == "proposals.proposal"}
    proposals = Proposal.objects.visible_to(request.user).select_related("submitted_revision").in_bulk(named)
    lines = [
        {
            "fact": fact,
            "who": people.get(fact.actor_id) or (_("The clock") if fact.actor_id is None else _("Somebody")),
            "sentence": SENTENCES[fact.verb],
            "proposal": proposals.get(fact.subject_id) if fact.subject == "proposals.proposal" else None,
        }
        for fact in shown
    ]
    newer = "?" if before is not None else ""
    return page(request, contest, "log", {"lines": lines, "older": older, "newest": newer})
