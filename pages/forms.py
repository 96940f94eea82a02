"""The filters of lists: shapes only. What is not understood is as if it had not been asked."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

from django import forms
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from core.templatetags._drawn import frozen
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


MOST_DRAWN = 128
_drawn: dict[Hashable, SafeString] = {}


class Filter(forms.Form):
    """A GET form that never refuses: fields that make no sense are left out of `asked`."""

    q = forms.CharField(
        label=_("Search"), max_length=100, required=False, widget=forms.TextInput(attrs={"type": "search"})
    )

    @property
    def asked(self) -> dict[str, Any]:
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def fields_drawn(self) -> SafeString:
        """The fields, drawn once for all who see the same choices and asked for the same."""
        given = tuple((name, self.data.get(name, "")) for name in self.fields)
        choices = tuple(tuple(getattr(field, "choices", ())) for field in self.fields.values())
        key = (type(self), get_language(), given, frozen(choices))
        found = _drawn.get(key)
        if found is None:
            if len(_drawn) >= MOST_DRAWN:
                _drawn.clear()
            found = _drawn[key] = mark_safe("".join(field.as_field_group() for field in self))  # noqa: S308  # Django's own
        return found


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
