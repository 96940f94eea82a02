"""Shape of what judges type. Whether a review may be saved or is complete is asked by the actions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.models import Criterion
from judging.models import Review

CRITERION = "criterion_"


class Words(forms.CharField):
    """Words that a done review needs (the label says so), but a saved one does not."""

    def validate(self, value: str) -> None:
        """Nothing is demanded on saving."""


class ReviewForm(forms.Form):
    """Points for every criterion, the words to the authors and the private ones. `version` is what the page showed."""

    use_required_attribute = False

    feedback = Words(
        label=gettext_lazy("Feedback to the authors"),
        help_text=gettext_lazy("They read it after the release, without your name: what is strong, what would help."),
        widget=forms.Textarea(attrs={"rows": 7}),
    )
    recommendation = forms.ChoiceField(
        label=gettext_lazy("Your recommendation"), choices=Review.Recommendation.choices, required=False,
        widget=forms.RadioSelect,
    )  # fmt: skip
    note = forms.CharField(
        label=gettext_lazy("Private note"),
        help_text=gettext_lazy("For you and the organisers. The authors never see it."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for criterion in criteria:
            self.fields[f"{CRITERION}{criterion.pk}"] = forms.TypedChoiceField(
                label=criterion.name,
                choices=criterion.points,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
                error_messages={"invalid_choice": _("Choose one of the points.")},
            )

    def clean_version(self) -> int:
        return self.cleaned_data["version"] or 0

    @property
    def rows(self) -> list[dict[str, Any]]:
        """What the rubric shows, one row per criterion."""
        return [
            {
                "criterion": criterion,
                "weight": f"{criterion.weight.normalize():f}",
                "field": self[f"{CRITERION}{criterion.pk}"],
                "points": [{"value": value, "label": anchor} for value, anchor in criterion.points],
            }
            for criterion in self.criteria
        ]

    def said(self) -> dict[str, Any]:
        """The review as `save_review` takes it."""
        marks = {c.pk: self.cleaned_data[f"{CRITERION}{c.pk}"] for c in self.criteria}
        texts = {name: self.cleaned_data[name] for name in ("feedback", "note", "recommendation")}
        return {**texts, "marks": {pk: points for pk, points in marks.items() if points is not None}}

    def complain(self, error: ValidationError) -> None:
        """Put an action's objections beside their fields, the rest above the form."""
        for name, problems in getattr(error, "error_dict", {None: error}).items():
            self.add_error(name if name in self.fields else None, problems)

    def rebase(self, version: int) -> None:
        """Show the form again on top of this version."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


def initial_of(review: Review | None) -> dict[str, Any]:
    """What the form of a review begins with: nothing is preselected."""
    if review is None:
        return {"version": 0}
    marks = {f"{CRITERION}{mark.criterion_id}": mark.points for mark in review.marks.all()}
    return {
        "version": review.version,
        "feedback": review.feedback,
        "note": review.note,
        "recommendation": review.recommendation,
        **marks,
    }
