"""Sharing out the reading, and deciding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from contests.models import Phase
from proposals.models import Entry

ADVANCES, STAYS, PENDING = "advances", "stays", "pending"
OUTCOMES = [(ADVANCES, _("Goes on")), (STAYS, _("Stays")), (PENDING, _("Not decided"))]


class BalancedForm(forms.Form):
    reviews_per_entry = forms.IntegerField(
        label=_("Reviews per entry"),
        min_value=1,
        max_value=20,
        initial=3,
        help_text=_("Three let you see where judges disagree."),
    )
    max_per_judge = forms.IntegerField(
        label=_("At most, per judge"), min_value=1, max_value=200, initial=12, help_text=_("Twelve take 3 to 6 hours.")
    )


class TopForm(forms.Form):
    """Take the first so many of the list; nothing is saved by that."""

    top = forms.IntegerField(label=_("Take the top"), min_value=0, max_value=10_000, required=False)


class DecisionRow(forms.Form):
    """What the organiser means to decide about one entry. `was` is what the page showed as decided."""

    outcome = forms.ChoiceField(label=_("Decision"), choices=OUTCOMES, widget=forms.RadioSelect)
    was = forms.ChoiceField(choices=OUTCOMES, widget=forms.HiddenInput)
    letter = forms.CharField(
        label=_("Words of your own in the letter"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )
    is_choice = forms.BooleanField(label=_("Judges’ Choice"), required=False)
    reason = forms.CharField(
        label=_("Why it is Judges’ Choice"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown with the award."),
    )

    def __init__(self, data: Any, *, entry: Entry, proposed: str = "") -> None:
        decision = getattr(entry, "decision", None)
        stored = decision.outcome if decision else PENDING
        initial = {
            "outcome": proposed or stored,
            "was": stored,
            "letter": decision.letter if decision else "",
            "is_choice": bool(decision and decision.is_judges_choice),
            "reason": decision.reason if decision else "",
        }
        super().__init__(data, prefix=f"entry-{entry.pk}", initial=initial)
        self.entry = entry
        self.fields["outcome"].label = _("Decision about %(title)s") % {"title": entry.revision.title}

    @property
    def has_changed_outcome(self) -> bool:
        return bool(self.cleaned_data["outcome"] != self.cleaned_data["was"])


def decision_rows(entries: list[Entry], data: Any = None, *, top: int | None = None) -> list[DecisionRow]:
    """A row per entry, best first; with `top` the first so many are proposed to go on and the others to stay."""

    def proposed(place: int) -> str:
        if top is None:
            return ""
        return ADVANCES if place < top else STAYS

    return [DecisionRow(data, entry=entry, proposed=proposed(place)) for place, entry in enumerate(entries)]


def to_decide(rows: list[DecisionRow], *, with_choice: bool) -> dict[str, Any]:
    """What `decide` takes, of valid rows: only decisions that changed, letters where something is decided."""
    data = {row.entry.pk: row.cleaned_data for row in rows}
    choice = {pk: one["reason"] for pk, one in data.items() if one["is_choice"]}
    return {
        "decisions": {row.entry.pk: row.cleaned_data["outcome"] for row in rows if row.has_changed_outcome},
        "letters": {pk: one["letter"] for pk, one in data.items() if one["outcome"] != PENDING or one["letter"].strip()},
        "judges_choice": choice if with_choice else None,
    }


class FilterForm(forms.Form):
    """Narrow the table of entries."""

    q = forms.CharField(label=_("Title contains"), required=False, max_length=100)
    status = forms.ChoiceField(
        label=_("Status"),
        required=False,
        choices=[("", _("all")), ("submitted", _("submitted")), ("withdrawn", _("withdrawn")), ("removed", _("removed"))],
    )
    phase = forms.CharField(required=False, widget=forms.HiddenInput)


def judging_before_vote(phases: list[Phase]) -> Phase | None:
    """The last judging phase: there Judges' Choice is named."""
    judging = [phase for phase in phases if phase.kind == "judging"]
    return judging[-1] if judging else None
