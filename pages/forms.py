"""The filters of lists: shapes only. What is not understood is as if it had not been asked."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from pages.phases import STAGES

STAGE_WORDS = {
    "submission": _("Open for proposals"),
    "voting": _("Voting"),
    "revision": _("Being revised"),
    "judging": _("In review"),
    "upcoming": _("Not open yet"),
    "results": _("Ended"),
}
TAB_WORDS = {
    "": _("All"),
    "semi_finalist": _("Semi-finalists"),
    "finalist": _("Finalists"),
    "winner": _("Winners"),
}
ORDERS = [("", _("Shuffled")), ("newest", _("Newest")), ("discussed", _("Most discussed"))]


class Filter(forms.Form):
    """A GET form that never refuses: fields that make no sense are left out of `asked`."""

    q = forms.CharField(
        label=_("Search"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}


class ContestFilter(Filter):
    phase = forms.ChoiceField(label=_("Phase"), required=False)
    topic = forms.ChoiceField(label=_("Topic"), required=False)

    def __init__(self, data: Any, *, stages: dict[str, int], topics: dict[str, int]) -> None:
        super().__init__(data, auto_id="filter-%s")
        self.total = total = sum(stages.values())
        self.fields["phase"].choices = [("", _("All (%(n)d)") % {"n": total})] + [
            (stage, f"{STAGE_WORDS[stage]} ({stages.get(stage, 0)})") for stage in STAGES
        ]
        self.fields["topic"].choices = [("", _("All"))] + [(name, f"{name} ({n})") for name, n in topics.items()]


class ProposalFilter(Filter):
    order = forms.ChoiceField(label=_("Order"), choices=ORDERS, required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="filter-%s")


class SearchForm(Filter):
    def __init__(self, data: Any) -> None:
        super().__init__(data, auto_id="search-%s")
