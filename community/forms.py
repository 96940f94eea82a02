"""Shape of what people say."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from community.actions.talking import LONGEST


class CommentForm(forms.Form):
    """A comment; who has no name yet gives it in the same step."""

    display_name = forms.CharField(
        label=_("Name others see"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    text = forms.CharField(
        label=_("Your comment"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("What is strong? What would make it better? Plain text; addresses become links."),
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, needs_name: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_name:
            del self.fields["display_name"]

    def complain(self, error: ValidationError) -> None:
        """Put an action's complaint beside its field."""
        problems = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in problems.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)
