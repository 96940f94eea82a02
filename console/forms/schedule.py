"""The dates of a contest, typed as local times in its zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms.rows import Row, Rows
from console.forms.times import LocalDateTimeField, WhichField, instant, local
from contests.models import Contest, Phase
from contests.phases import Kind

KINDS = [
    (Kind.SUBMISSION, _("open for proposals")),
    (Kind.JUDGING, _("judging")),
    (Kind.REVISION, _("revision")),
    (Kind.VOTING, _("voting")),
    (Kind.RESULTS, _("results")),
    (Kind.WORKSPACE, _("workspace")),
]


class PhaseRow(Row):
    """One phase. A time that was not touched stays the very instant it was, seconds included."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=60)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS, initial=Kind.SUBMISSION)
    opens = LocalDateTimeField(label=_("Opens"))
    closes = LocalDateTimeField(label=_("Closes"), required=False)
    grace = forms.IntegerField(label=_("Grace, min"), min_value=0, max_value=7 * 24 * 60, required=False)
    most = forms.IntegerField(label=_("Choices per voter"), min_value=1, max_value=50, required=False)
    quorum = forms.IntegerField(label=_("Quorum, ballots"), min_value=0, max_value=1_000_000, required=False)
    named_by = "name"

    def __init__(self, *args: Any, zone: str, stored: dict[int, Phase], which: str = "", now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.stored, self.which, self.now = zone, stored, which, now

    @property
    def phase(self) -> Phase | None:
        """The stored phase that this row is about."""
        value = self["id"].value()
        return self.stored.get(int(value)) if str(value or "").isdigit() else None

    @property
    def is_past(self) -> bool:
        phase = self.phase
        return phase is not None and phase.closes_at is not None and phase.closes_at <= self.now

    @property
    def is_voting(self) -> bool:
        return str(self["kind"].value()) == Kind.VOTING

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, column in (("opens", "opens_at"), ("closes", "closes_at")):
            old: datetime | None = getattr(self.phase, column, None)
            typed = data.get(name)
            if typed is None or typed == local(old, self.zone):
                data[column] = old if typed else None
                continue
            try:
                data[column] = instant(typed, self.zone, which=self.which)
            except ValidationError as error:
                self.add_error(name, error)
        return data

    def to_action(self) -> dict[str, Any]:
        """A row for set_schedule."""
        data = self.cleaned_data
        row = {name: data[name] for name in ("id", "name", "kind", "opens_at", "closes_at")}
        row["grace"] = timedelta(minutes=data.get("grace") or 0)
        if data["kind"] == Kind.VOTING:
            old = self.phase.settings if self.phase else {}
            most, quorum = data.get("most") or 1, data.get("quorum") or 0
            if (most, quorum) != (old.get("most"), old.get("quorum")):
                rule = "plurality" if most == 1 else "approval"
                row["settings"] = {"tie": "co_winners", **old, "rule": rule, "most": most, "quorum": quorum}
        return row


class PhaseRows(Rows):
    def to_action(self) -> list[tuple[PhaseRow, dict[str, Any]]]:
        """Rows for set_schedule in the order of time, each with its form."""
        rows = [(form, form.to_action()) for form in self.staying()]
        return sorted(rows, key=lambda pair: pair[1]["opens_at"])

    @property
    def asks_which(self) -> bool:
        return self.is_bound and any(form.has_error(name, "twice") for form in self.forms for name in ("opens", "closes"))


PhaseFormSet = forms.formset_factory(PhaseRow, formset=PhaseRows, extra=1, max_num=20, absolute_max=30)


def initial_rows(contest: Contest) -> list[dict[str, Any]]:
    """The stored phases as the form shows them."""
    return [
        {
            "id": phase.pk,
            "name": phase.name,
            "kind": phase.kind,
            "opens": local(phase.opens_at, contest.time_zone),
            "closes": local(phase.closes_at, contest.time_zone),
            "grace": int(phase.grace.total_seconds() // 60),
            "most": phase.settings.get("most", 1),
            "quorum": phase.settings.get("quorum", 0),
        }
        for phase in contest.phases.all()
    ]


class ReasonForm(forms.Form):
    """Why the dates move, and what the page was made from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    which = WhichField()
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        required=False,
        help_text=_("Once the contest is published everybody concerned reads it, and it stays in the public log."),
    )


class ShiftForm(forms.Form):
    """Everything that lies ahead, so many days later or earlier."""

    days = forms.IntegerField(
        label=_("Days"), min_value=-365, max_value=365, help_text=_("7 moves a week later, -7 a week earlier.")
    )
    reason = forms.CharField(label=_("Reason"), max_length=500, required=False)

    def clean_days(self) -> int:
        if self.cleaned_data["days"] == 0:
            raise ValidationError(_("Zero days move nothing."))
        return int(self.cleaned_data["days"])
