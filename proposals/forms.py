"""Shape of what authors type. What a proposal may hold, and when, is asked by the actions."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from contests.models import Contest, RulesVersion, Section
from core.html import clean_html, to_text
from proposals.actions.writing import LONGEST_ANSWER
from proposals.models import Proposal

ANSWER = "answer_"
_UNTYPABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")


def as_typed(stored: str) -> str:
    """A stored answer as its author would type it: plain words where they lead back to the same answer, else its HTML."""
    text = to_text(stored)
    return text if clean_html(text) == stored else stored


class WritingField(forms.CharField):
    """Words that are still being written: asked for (`required` is what the label says), but never demanded on saving."""

    default_error_messages = {"characters": gettext_lazy("This holds characters that are no text. Type it again.")}

    def validate(self, value: str) -> None:
        if _UNTYPABLE.search(value):
            raise ValidationError(self.error_messages["characters"], code="characters")

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").replace("\r\n", "\n").replace("\r", "\n")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return self.to_python(initial) != self.to_python(data)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}  # a maxlength would cut what people paste without a word


def _section_field(section: Section) -> WritingField:
    hint = section.help
    if section.min_words:
        least = ngettext("At least %(n)d word.", "At least %(n)d words.", section.min_words) % {"n": section.min_words}
        hint = f"{hint} {least}".strip()
    attrs = {"rows": 8, "data-words-max": section.max_words}
    field = WritingField(
        label=section.label,
        help_text=format_html("{}", hint),
        required=section.required,
        max_length=LONGEST_ANSWER,
        error_messages={"max_length": _("This text is too long to be kept. Shorten it to 60,000 characters.")},
        widget=forms.Textarea(attrs=attrs),
    )
    field.example = section.example  # type: ignore[attr-defined]
    return field


class ProposalForm(forms.Form):
    """Title, pitch and the contest's sections; `version` is the working copy that the page showed."""

    use_required_attribute = False
    partial = False  # whether a field that was not sent keeps its text

    title = WritingField(
        label=gettext_lazy("Title"),
        max_length=120,
        error_messages={"max_length": gettext_lazy("Keep the title within 120 characters.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    pitch = WritingField(
        label=gettext_lazy("Pitch"),
        help_text=gettext_lazy("One or two sentences that make a stranger want to read on."),
        max_length=300,
        error_messages={"max_length": gettext_lazy("Keep the pitch within 300 characters.")},
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    once = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args: Any, contest: Contest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contest = contest
        self.sections = list(contest.sections.filter(retired_at=None))
        for section in self.sections:
            self.fields[ANSWER + section.key] = _section_field(section)

    @property
    def answers(self) -> list[forms.BoundField]:
        return [self[ANSWER + section.key] for section in self.sections]

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"]
        if not title.strip() and not (self.partial and "title" not in self.data):
            raise ValidationError(_("Give your proposal a title."), code="required")
        return title

    def texts(self) -> dict[str, Any]:
        """Title, pitch and answers as typed: only what was sent and differs from what the page began with."""
        given = [name for name in self.changed_data if name in self.data and f"theirs_{name}" not in self.data]
        found: dict[str, Any] = {name: self.cleaned_data[name] for name in ("title", "pitch") if name in given}
        answers = {name.removeprefix(ANSWER): self.cleaned_data[name] for name in given if name.startswith(ANSWER)}
        return found | ({"answers": answers} if answers else {})

    def complain(self, error: ValidationError) -> None:
        """Put an action's objections beside their fields, the rest above the form."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for key, problems in error.error_dict.items():
            name = next((name for name in (key, ANSWER + key) if name in self.fields), None)
            self.add_error(name, problems)

    def rebase(self, version: int) -> None:
        """Show the form again on top of this version."""
        self.data = self.data.copy()
        self.data["version"] = str(version)


class EditForm(ProposalForm):
    """The form of a working copy, with its picture."""

    partial = True
    once = None
    cover = forms.FileField(
        label=gettext_lazy("Picture"),
        help_text=gettext_lazy("JPEG, PNG or WebP, at most 8 MB. Place and camera data are removed."),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": gettext_lazy("This file is empty. Choose another picture.")},
    )
    cover_alt = forms.CharField(
        label=gettext_lazy("What the picture shows"),
        help_text=gettext_lazy("For people who cannot see it."),
        required=False,
        max_length=200,
    )

    def clean_version(self) -> int:
        version: int | None = self.cleaned_data["version"]
        if version is None:
            raise ValidationError(_("We cannot tell which version you edited. Copy your text, then load the page again."))
        return version

    @property
    def picture_changed(self) -> bool:
        return bool(self.cleaned_data.get("cover")) or ("cover_alt" in self.data and "cover_alt" in self.changed_data)


def initial_of(proposal: Proposal) -> dict[str, Any]:
    """What the form of a working copy begins with."""
    answers = {ANSWER + key: as_typed(text) for key, text in proposal.answers.items()}
    return {
        "title": proposal.title,
        "pitch": proposal.pitch,
        "version": proposal.version,
        "cover_alt": proposal.cover_alt,
        **answers,
    }


class SubmitForm(forms.Form):
    """The tick, and for a newcomer the name. `version` and `rules` are what the page showed."""

    use_required_attribute = False

    accept_rules = forms.BooleanField(
        label=gettext_lazy("I have read the rules and accept them"),
        error_messages={"required": gettext_lazy("Read the rules and accept them.")},
    )
    display_name = forms.CharField(
        label=gettext_lazy("Name others see"),
        help_text=gettext_lazy("It stands beside your proposal."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": gettext_lazy("Say which name others should see.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    rules = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, rules: RulesVersion | None, needs_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._rules = rules
        if not needs_name:
            del self.fields["display_name"]

    def complain(self, error: ValidationError) -> None:
        """Put objections beside the tick and the name; what is missing in the texts the page lists by itself."""
        for key, problems in getattr(error, "error_dict", {}).items():
            if key in self.fields:
                self.add_error(key, problems)

    def clean(self) -> dict[str, Any]:
        shown = self.cleaned_data.get("rules")
        if shown is not None and self._rules is not None and shown != self._rules.number:
            self.add_error("accept_rules", _("The rules have changed in the meantime. Read them again."))
        return self.cleaned_data
