"""Shape of what is typed about contests outside the console."""

from __future__ import annotations

from django import forms


class AnswerForm(forms.Form):
    """Yes or no to an invitation."""

    answer = forms.ChoiceField(choices=[("accept", "accept"), ("decline", "decline")])
