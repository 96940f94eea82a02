"""A new contest in five fields, and its texts and settings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from console.forms.times import LocalDateTimeField, WhichField, instant, zone_choices
from contests.actions.setup import templates
from contests.models import Contest
from core.html import clean_html, clean_text, to_text


class NewContestForm(forms.Form):
    template = forms.ChoiceField(label=_("Template"), widget=forms.RadioSelect)
    question = forms.CharField(
        label=_("The question"),
        max_length=300,
        help_text=_("What do you ask people? A question is easier to answer than a theme."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    title = forms.CharField(label=_("Short title"), max_length=120, help_text=_("Two to five words; the address is made of it."))
    starts = LocalDateTimeField(label=_("It opens on"), help_text=_("Day and time in the time zone below."))
    which = WhichField()
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("All dates of the contest are set and shown in it.")
    )
    organiser_name = forms.CharField(
        label=_("Organiser"), max_length=120, help_text=_("Who asks: a city, a university, an association.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["template"].choices = [(name, f"{plan['name']}: {plan['sentence']}") for name, plan in templates().items()]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts") and data.get("time_zone"):
            try:
                data["starts_at"] = instant(data["starts"], data["time_zone"], which=data.get("which", ""))
            except ValidationError as error:
                self.add_error("starts", error)
        return data

    @property
    def asks_which(self) -> bool:
        """Whether the time typed happens twice, so that the question has to be put."""
        return self.is_bound and (self.has_error("starts", "twice") or bool(self.data.get("which")))

    def to_action(self) -> dict[str, Any]:
        """What create_from_template takes."""
        names = ("template", "question", "title", "time_zone", "organiser_name", "starts_at")
        return {name: self.cleaned_data[name] for name in names}


TEXTS = ("brief", "prizes", "eligibility")


def source_of(html: str) -> str:
    """A stored text as it is put into a plain box: as text where saving it again gives the same, else its HTML."""
    text = to_text(html.replace("</p>", "</p>\n").replace("<li>", "<li>- ").replace("</ul>", "</ul>\n"))
    return text if clean_html(text) == html else html


class NeededField(forms.CharField):
    """Not optional; but a draft may lack it for a while, and the checklist asks for it."""

    def validate(self, value: str) -> None:
        """Empty is fine here."""


class ContestForm(forms.ModelForm):
    """Texts, rules and settings. Shows what is stored; `changes()` answers only what was touched."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), choices=zone_choices, help_text=_("The dates stay the same moments; they are shown in it.")
    )
    rules_text = NeededField(
        label=_("Rules"),
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("People accept these when they submit. A change makes a new version; old acceptances keep theirs."),
    )
    licence = forms.CharField(
        label=_("Licence of entries"), max_length=60, help_text=_("Under which others may use what is submitted.")
    )

    use_required_attribute = False

    class Meta:
        model = Contest
        fields = (
            "question", "title", "organiser_name", "contact", "topic", "brief", "prizes", "eligibility",
            "time_zone", "visibility", "authors_may_vote", "feedback_is_public",
        )  # fmt: skip
        field_classes = dict.fromkeys((*TEXTS, "organiser_name"), NeededField)
        widgets = {
            "question": forms.Textarea(attrs={"rows": 2}),
            **{name: forms.Textarea(attrs={"rows": 6}) for name in TEXTS},
        }
        help_texts = {
            "brief": _("What is asked, and why now. Leave an empty line between paragraphs."),
            "prizes": _("What winners get, and who gives it. Lines that begin with “- ” become a list."),
            "eligibility": _("Who may enter, and who may not."),
            "contact": _("Where people may ask. Shown on the contest page."),
            "topic": _("One word for lists, such as Energy. Also gives the generated covers their colour."),
        }

    def __init__(self, *args: Any, may_edit: bool = True, **kwargs: Any) -> None:
        contest: Contest = kwargs["instance"]
        rules = contest.rules_versions.first()
        kwargs["initial"] = {
            **{name: source_of(getattr(contest, name)) for name in TEXTS},
            "rules_text": rules.text if rules else "",
            "licence": rules.licence if rules else "CC BY 4.0",
            "version": contest.version,
        }
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.disabled = not may_edit
            field.required = field.required or isinstance(field, NeededField)

    def changes(self) -> dict[str, Any]:
        """The fields that differ from what is stored; a text that was not touched keeps its markup."""
        return {
            name: self.cleaned_data[name] for name in self.changed_data if name != "version" and not self._only_line_ends(name)
        }

    def _only_line_ends(self, name: str) -> bool:
        """Browsers send CR LF; that alone is no change."""
        old, new = self.get_initial_for_field(self.fields[name], name), self.cleaned_data[name]
        return isinstance(new, str) and clean_text(new).strip() == clean_text(str(old)).strip()

    def _post_clean(self) -> None:
        """The action writes the contest; the instance stays as it was read."""
