"""Shape of what people type about themselves."""

from __future__ import annotations

from zoneinfo import available_timezones

from allauth.account.forms import RequestLoginCodeForm
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import User


class ContinueForm(RequestLoginCodeForm):
    """One box for newcomers and members alike: an address, then the code that was mailed to it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].help_text = _("We mail you a code of a few characters. No password is needed.")

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        user = actions.register(email=email)
        self.cleaned_data["email"] = user.email
        return super().clean_email()  # type: ignore[no-any-return]


class NameForm(forms.Form):
    """The one question asked of a newcomer before others see their work."""

    display_name = forms.CharField(
        label=_("Name others see"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class ProfileForm(forms.ModelForm[User]):
    time_zone = forms.ChoiceField(label=_("Time zone"), required=False)

    class Meta:
        model = User
        fields = ("bio", "affiliation", "country", "time_zone")

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["time_zone"].choices = [("", _("As the contest"))] + [  # type: ignore[attr-defined]
            (zone, zone.replace("_", " ")) for zone in sorted(available_timezones())
        ]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("What is it for?"), max_length=80)
