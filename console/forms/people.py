"""Inviting people to roles."""

from __future__ import annotations

import re
from email.utils import parseaddr

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contests.roles import SENTENCES

MOST = 100


class InviteForm(forms.Form):
    """One role, one or many addresses: typed, or pasted from a mail or a table."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.RadioSelect)
    emails = forms.CharField(
        label=gettext_lazy("E-mail addresses"),
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("One or several, with a comma, a semicolon or a new line between them."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (str(role), f"{role.capitalize()}: {_(sentence)}") for role, sentence in SENTENCES.items()
        ]

    def clean_emails(self) -> list[str]:
        pasted = [part.strip() for part in re.split(r"[,;\n\r\t]+", self.cleaned_data["emails"]) if part.strip()]
        found = [address for part in pasted for address in _addresses(part)]
        wrong = [address for address in found if not _is_address(address)]
        if wrong:
            text = _("Not an e-mail address: %(wrong)s")
            raise ValidationError(text, params={"wrong": ", ".join(wrong[:10])}, code="invalid")
        if len(found) > MOST:
            raise ValidationError(_("At most %(most)s addresses at a time."), params={"most": MOST}, code="many")
        return list(dict.fromkeys(address.lower() for address in found))


def _addresses(part: str) -> list[str]:
    """`Ada Lovelace <ada@example.org>` is one address; without brackets every word counts."""
    return [parseaddr(part)[1] or part] if "<" in part else part.split()


def _is_address(address: str) -> bool:
    try:
        validate_email(address)
    except ValidationError:
        return False
    return len(address) <= 254
