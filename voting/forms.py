"""Shape of a ballot as a page sends it. What may be chosen is asked of the rules."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from voting.rules import MOST_LINES


class Numbers(forms.Field):
    """Whole numbers, each once, in the order they came."""

    widget = forms.MultipleHiddenInput
    default_error_messages = {"shape": _("Your choices did not reach us as numbers. Choose again.")}

    def to_python(self, value: Any) -> list[int]:
        try:
            if len(value or []) > MOST_LINES:
                raise ValueError
            return list(dict.fromkeys(int(line) for line in value or []))
        except (TypeError, ValueError):
            raise ValidationError(self.error_messages["shape"], code="shape") from None


class BallotForm(forms.Form):
    phase = forms.IntegerField(widget=forms.HiddenInput)
    choices = Numbers(required=False)
