"""Submitting and withdrawing."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests import actions as contests
from contests.models import Contest, Phase
from core import clock, facts
from core.database import Lock, Stale, hold, share, write
from core.html import count_words
from core.permissions import require
from proposals.actions.writing import slug_of, snapshot
from proposals.models import Proposal, Revision
from proposals.rules import Permission
from proposals.transitions import Status


def gaps(proposal: Proposal) -> list[tuple[str, str]]:
    """What is missing before the working copy can be submitted: (field, sentence)."""
    found = []
    if not proposal.pitch:
        found.append(("pitch", _("Say it in one or two sentences.")))
    for section in proposal.contest.sections.filter(retired_at=None):
        words = count_words(proposal.answers.get(section.key, ""))
        if section.required and not words:
            found.append((section.key, _("Write “%(label)s”.") % {"label": section.label}))
        elif words and words < section.min_words:
            text = ngettext(
                "“%(label)s” needs at least %(n)d word.", "“%(label)s” needs at least %(n)d words.", section.min_words
            )
            found.append((section.key, text % {"label": section.label, "n": section.min_words}))
        elif words > section.max_words:
            over = words - section.max_words
            text = ngettext("“%(label)s” is %(n)d word too long.", "“%(label)s” is %(n)d words too long.", over)
            found.append((section.key, text % {"label": section.label, "n": over}))
    return found


def submit(*, by: Any, proposal: Proposal, accept_rules: bool, version: int | None = None) -> Revision:
    """Make the working copy the revision that counts, and show it to everybody.

    Submitting again before the close replaces it. With a `version`, only the texts of that version are submitted.
    Raises Refused; Stale when somebody saved since then; ValidationError naming each gap by its field.
    """
    with write():
        _share_phase_locks(proposal.contest_id)
        stored = Proposal.objects.select_for_update(of=("self",)).select_related("contest").get(pk=proposal.pk)
        now = clock.now()  # one time for the right and for the receipt
        require(Permission.SUBMIT_PROPOSAL, by, stored, at=now)
        if version is not None and stored.version != version:
            raise Stale(stored)
        rules = stored.contest.rules_versions.first()
        missing = dict(gaps(stored))
        if not accept_rules:
            missing["accept_rules"] = _("Read the rules and accept them.")
        if not str(by.display_name):
            missing["display_name"] = _("Say which name others should see.")
        if missing:
            raise ValidationError(missing)
        revision = snapshot(stored, by=by, reason=Revision.Reason.SUBMITTED, rules=rules, at=now)
        stored.status, stored.submitted_revision, stored.submitted_at = Status.SUBMITTED, revision, revision.at
        stored.slug, stored.has_unsubmitted_changes = slug_of(stored.title), False
        stored.save()
        contests.mark_sections_used(contest=stored.contest, keys=[key for key, text in stored.answers.items() if text])
        data = {"revision": revision.pk, "number": revision.number}
        facts.record("proposal.submitted", by=by, on=stored, contest=stored.contest_id, data=data, at=now)
    proposal.refresh_from_db()
    return revision


def withdraw(*, by: Any, proposal: Proposal) -> Proposal:
    """Take a submitted proposal back; its texts stay with the team. Raises Refused."""
    with write():
        _share_phase_locks(proposal.contest_id)
        stored = Proposal.objects.select_for_update(of=("self",)).select_related("contest").get(pk=proposal.pk)
        require(Permission.WITHDRAW_PROPOSAL, by, stored, at=clock.now())
        stored.status = Status.WITHDRAWN
        stored.save(update_fields=["status"])
        facts.record("proposal.withdrawn", by=by, on=stored, contest=stored.contest_id)
    return stored


def _share_phase_locks(contest_id: int) -> None:
    """Share the phases' locks with other authors; the closer takes one alone, so no submission lands after a freeze."""
    share(Lock.PHASE, list(Phase.objects.filter(contest=contest_id).order_by("pk").values_list("pk", flat=True)))


def recount(*, contest_id: int) -> None:
    """Set the contest's number of submitted proposals to what the rows say."""
    with write():
        hold(Lock.CONTEST, contest_id)
        count = Proposal.objects.filter(contest=contest_id, status=Status.SUBMITTED).count()
        Contest.objects.filter(pk=contest_id).update(proposal_count=count)
        facts.seen_anew(contest_id)
