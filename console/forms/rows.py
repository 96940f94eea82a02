"""Lists of rows that are edited as a whole, without script: change, add at the end, remove, move."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from contests.models import Section


class Row(forms.Form):
    """One row of a list. A new row that stays empty is no row."""

    remove = forms.BooleanField(label=_("Remove"), required=False)
    named_by = ""

    @property
    def row_label(self) -> str:
        """How the error summary calls this row."""
        return str(self[self.named_by].value() or _("New"))

    @property
    def stays(self) -> bool:
        return bool(self.has_changed() or not self.empty_permitted) and not self.cleaned_data.get("remove")


class Summary:
    """Several forms as one, for the error summary; a row's own errors begin with its name."""

    def __init__(self, *parts: forms.BaseForm | forms.BaseFormSet) -> None:
        self.forms = [form for part in parts for form in (part if isinstance(part, forms.BaseFormSet) else [part])]
        self.formsets = [part for part in parts if isinstance(part, forms.BaseFormSet) and part.is_bound]

    @property
    def errors(self) -> bool:
        return any(form.errors for form in self.forms) or any(part.non_form_errors() for part in self.formsets)

    def non_field_errors(self) -> list[str]:
        whole = [str(error) for part in self.formsets for error in part.non_form_errors()]
        for form in self.forms:
            name = f"{form.row_label}: " if isinstance(form, Row) else ""
            whole += [f"{name}{error}" for error in form.non_field_errors()]
        return whole

    def __iter__(self) -> Iterator[forms.BoundField]:
        return (field for form in self.forms for field in form)


def moved(rows: list[Any], order: str) -> list[Any]:
    """The rows after one step: `2:up` takes the row with index 2 one place up. Nonsense moves nothing."""
    place, _colon, direction = order.partition(":")
    if not place.isdigit() or direction not in ("up", "down"):
        return rows
    old = int(place)
    new = old - 1 if direction == "up" else old + 1
    if 0 <= old < len(rows) and 0 <= new < len(rows):
        rows[old], rows[new] = rows[new], rows[old]
    return rows


class SectionRow(Row):
    """A part of the proposal form."""

    key = forms.SlugField(max_length=40, required=False, widget=forms.HiddenInput)
    label = forms.CharField(label=_("Label"), max_length=120, help_text=_("A question works best: “Who will do it?”"))
    kind = forms.ChoiceField(label=_("Kind of answer"), choices=Section.Kind.choices, initial=Section.Kind.RICH_TEXT)
    help = forms.CharField(label=_("Help"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    example = forms.CharField(label=_("Example"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    required = forms.BooleanField(label=_("Has to be answered"), required=False)
    min_words = forms.IntegerField(label=_("At least, words"), min_value=0, max_value=20000, required=False)
    max_words = forms.IntegerField(label=_("At most, words"), min_value=1, max_value=20000, initial=300)
    named_by = "label"

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["min_words"] = data.get("min_words") or 0
        if "max_words" in data and data["max_words"] < data["min_words"]:
            self.add_error("max_words", _("This is less than “at least”."))
        return data


class CriterionRow(Row):
    """What judges score, with a sentence for every point."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    name = forms.CharField(label=_("Name"), max_length=80)
    question = forms.CharField(label=_("Question"), max_length=300)
    weight = forms.DecimalField(
        label=_("Weight"),
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        max_digits=5,
        decimal_places=2,
        initial=1,
        help_text=_("2 counts twice as much as 1."),
    )
    anchor_1 = forms.CharField(label=_("1 point means"), max_length=200)
    anchor_2 = forms.CharField(label=_("2 points mean"), max_length=200)
    anchor_3 = forms.CharField(label=_("3 points mean"), max_length=200)
    anchor_4 = forms.CharField(label=_("4 points mean"), max_length=200)
    anchor_5 = forms.CharField(label=_("5 points mean"), max_length=200)
    named_by = "name"

    def to_action(self) -> dict[str, Any]:
        data = self.cleaned_data
        anchors = [data[f"anchor_{point}"] for point in range(1, 6)]
        return {"anchors": anchors, **{name: data[name] for name in ("id", "name", "question", "weight")}}


class Rows(forms.BaseFormSet):
    """Rows that stay, in order. Forms that ask for no more than the browser shows."""

    default_error_messages = {"missing_management_form": _("Part of this page was lost on the way. Reload it.")}

    def staying(self) -> list[Any]:
        return [form for form in self.forms if form.stays]


class SectionRows(Rows):
    def to_action(self) -> list[dict[str, Any]]:
        """Rows for set_sections. A new section takes its key from its label."""
        forms_ = self.staying()
        taken = {form.cleaned_data["key"] for form in forms_ if form.cleaned_data["key"]} | self.form_kwargs["retired"]
        rows = []
        for form in forms_:
            data = {name: value for name, value in form.cleaned_data.items() if name != "remove"}
            data["key"] = data["key"] or free_key(data["label"], taken)
            taken.add(data["key"])
            rows.append(data)
        return rows

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {}


def free_key(label: str, taken: set[str]) -> str:
    """A key for a new section that no other one has or had."""
    base = slugify(label)[:30].strip("-") or "section"
    return next(key for key in [base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))] if key not in taken)


SectionFormSet = forms.formset_factory(SectionRow, formset=SectionRows, extra=1, max_num=60, absolute_max=80)
CriterionFormSet = forms.formset_factory(CriterionRow, formset=Rows, extra=1, max_num=20, absolute_max=40)
