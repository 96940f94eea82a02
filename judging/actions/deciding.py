"""Pending decisions, and their release in one act."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from contests import actions as contests
from contests.models import Phase
from core import clock, facts
from core.database import Lock, hold, write
from core.html import clean_text
from core.permissions import require
from judging.actions.reviewing import compute_scores
from judging.models import Assignment, Decision
from judging.querysets import shortlist
from judging.rules import Permission, judging_phases
from proposals import actions as proposals
from proposals.models import Distinction, Entry, TeamMember

ADVANCES, STAYS, PENDING = "advances", "stays", "pending"


def decide(
    *, by: Any, phase: Phase, decisions: dict[int, str], letters: dict[int, str] | None = None,
    judges_choice: dict[int, str] | None = None,
) -> int:  # fmt: skip
    """Note decisions that nobody else learns before the release. All keys are entry ids.

    `decisions`: "advances", "stays" or "pending" (takes one back); entries not named stay as they are. `letters`:
    the organiser's own words to the authors. `judges_choice`: entry to the reason shown with the award; it states
    the whole choice, None leaves it as it is; last judging phase only. Answers how many decisions are noted now.
    Raises Refused; ValidationError.
    """
    with write():
        hold(Lock.PHASE, phase.pk)
        phase.refresh_from_db()
        now = clock.now()
        require(Permission.DECIDE, by, phase, at=now)
        entries = set(shortlist(phase, by).values_list("pk", flat=True))
        _check(entries, decisions, letters or {}, judges_choice or {})
        for pk, outcome in decisions.items():
            if outcome == PENDING:
                Decision.objects.filter(entry=pk).delete()
            else:
                Decision.objects.update_or_create(entry_id=pk, defaults={"outcome": outcome, "by": by, "at": now})
        _write_letters(entries, letters or {})
        if judges_choice is not None:
            _choose(phase, entries, judges_choice)
        facts.record("decision.made", by=by, on=phase, contest=phase.contest_id, data={"entries": sorted(decisions)}, quiet=True)
        return Decision.objects.filter(entry__in=Entry.objects.of_phase(phase)).count()


def _check(entries: set[int], decisions: dict[int, str], letters: dict[int, str], choice: dict[int, str]) -> None:
    unknown = sorted((set(decisions) | set(letters) | set(choice)) - entries)
    if unknown:
        # One sentence for "not of this phase" and "in conflict", so that neither is told.
        text = _("You cannot decide about these entries: %(entries)s.")
        raise ValidationError({"decisions": text % {"entries": ", ".join(map(str, unknown))}})
    if not set(decisions.values()) <= {ADVANCES, STAYS, PENDING}:
        raise ValidationError({"decisions": _("A decision is “advances”, “stays” or “pending”.")})


def _write_letters(entries: set[int], letters: dict[int, str]) -> None:
    for pk, text in letters.items():
        if not Decision.objects.filter(entry=pk).update(letter=clean_text(text).strip()) and text.strip():
            raise ValidationError({"letters": _("Decide first, then write your own words in the letter.")})


def _choose(phase: Phase, entries: set[int], choice: dict[int, str]) -> None:
    """Judges' Choice: of those that go on, each with its reason."""
    last = judging_phases(phase.contest)[-1]
    if choice and last.pk != phase.pk:
        raise ValidationError({"judges_choice": _("Judges’ Choice is named in the last judging.")})
    Decision.objects.filter(entry__in=entries).exclude(entry__in=choice).update(is_judges_choice=False, reason="")
    for pk, reason in choice.items():
        if not reason.strip():
            raise ValidationError({"judges_choice": _("Say why; the reason is shown with the award.")})
        chosen = Decision.objects.filter(entry=pk, outcome=ADVANCES)
        if not chosen.update(is_judges_choice=True, reason=clean_text(reason).strip()):
            raise ValidationError({"judges_choice": _("Only an entry that goes on can be Judges’ Choice.")})


def undecided(*, phase: Phase) -> int:
    """How many entries of the phase still have no decision."""
    return Entry.objects.of_phase(phase).filter(decision=None).count()


def release(*, by: Any, phase: Phase) -> Phase:
    """Release all decisions of a judging phase in one act: outcomes, letters, distinctions, entries of the next phase.

    Judges' Choice is recorded and held back until the results. Raises Refused (while judges still read, or when it
    is released already); ValidationError naming how many entries have no decision.
    """
    with write():
        hold(Lock.PHASE, phase.pk)
        phase.refresh_from_db()
        now = clock.now()
        require(Permission.RELEASE, by, phase, at=now)
        _check_decided(phase)
        _recuse_team_members(phase)
        compute_scores(entries=Entry.objects.filter(phase=phase).values_list("pk", flat=True))
        decisions = Decision.objects.filter(entry__in=Entry.objects.of_phase(phase)).select_related("entry")
        going = [decision for decision in decisions if decision.outcome == ADVANCES]
        staying = [decision.entry_id for decision in decisions if decision.outcome == STAYS]
        decisions.update(released_at=now)
        proposals.advance(by=by, phase=phase, advancing=[d.entry_id for d in going], staying=staying)
        _award(by, phase, going)
        contests.mark_released(by=by, phase=phase)
        data = {"advancing": sorted(d.entry_id for d in going), "staying": sorted(staying)}
        facts.record("decisions.released", by=by, on=phase, contest=phase.contest_id, data=data)
    return phase


def _check_decided(phase: Phase) -> None:
    missing = undecided(phase=phase)
    if missing:
        text = ngettext("%(n)d entry has no decision yet.", "%(n)d entries have no decision yet.", missing)
        raise ValidationError(text % {"n": missing}, code="undecided")


def _recuse_team_members(phase: Phase) -> None:
    """A judge who joined a team since: the review must not enter the record."""
    team = TeamMember.objects.filter(user=OuterRef("judge"), proposal=OuterRef("entry__proposal"))
    joined = Assignment.objects.active().filter(Exists(team), entry__phase=phase)
    joined.update(state=Assignment.State.RECUSED)


def _award(by: Any, phase: Phase, going: list[Decision]) -> None:
    kind = phase.settings.get("distinction")
    if kind and going:
        reasons = {decision.entry.proposal_id: "" for decision in going}
        proposals.award(by=by, phase=phase, kind=kind, reasons=reasons, released=True)
    chosen = {decision.entry.proposal_id: decision.reason for decision in going if decision.is_judges_choice}
    if chosen:
        kind = Distinction.Kind.JUDGES_CHOICE
        proposals.award(by=by, phase=phase, kind=kind, reasons=chosen, released=False)
