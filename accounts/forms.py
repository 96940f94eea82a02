"""Shape of what people type about themselves."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from allauth.account.forms import ConfirmLoginCodeForm, LoginForm, RequestLoginCodeForm
from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import actions
from accounts.models import User

LONGEST_ADDRESS = 254  # RFC 5321; also the size of the column


class ContinueForm(RequestLoginCodeForm):
    """One box for newcomers and members alike: an address, then the code that was mailed to it."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)  # it said the label again
        self.fields["email"].help_text = _("We mail you a code of a few characters. No password is needed.")

    def clean_email(self) -> str:
        typed: str = self.cleaned_data["email"]
        if len(typed) > LONGEST_ADDRESS:
            raise ValidationError(_("This address is too long."))
        known = User.objects.with_address(typed).first()
        self.cleaned_data["email"] = known.email if known else typed
        try:
            super().clean_email()  # its rate limits come first: only what they let pass may begin an account
        except ValidationError:
            text = _("Several codes were asked for in a short time. Use the newest one, or wait a minute and try again.")
            raise ValidationError(text, code="rate_limited") from None
        user = actions.register(email=typed)
        self._user = user if user.is_active else None
        return str(user.email)


class PasswordForm(LoginForm):
    """Address and password, for those who set one."""

    def _setup_password_field(self) -> None:
        """allauth would take the field away, because nobody gives a password when joining."""
        self.fields["login"].label = _("E-mail address")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)  # it said the label again
        self.fields["password"].help_text = ""

    def clean(self) -> Any:
        try:
            return super().clean()
        except ValidationError as error:
            if error.code == "too_many_login_attempts":
                raise
            text = _("The address or the password is not right. A code by e-mail works without a password.")
            raise ValidationError(text, code="mismatch") from None


class CodeForm(ConfirmLoginCodeForm):
    """The code from the mail."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].max_length = 40
        self.fields["code"].widget.attrs = {"autocomplete": "one-time-code", "autofocus": True, "autocapitalize": "off"}

    def clean_code(self) -> str:
        try:
            return str(super().clean_code())
        except ValidationError:
            text = _("This is not the code we sent. Look at the newest mail and type it again, or ask for a new code.")
            raise ValidationError(text, code="incorrect_code") from None


class Complaining(forms.Form):
    """A form that can show what an action complains about."""

    def complain(self, error: ValidationError) -> None:
        problems = error.message_dict if hasattr(error, "error_dict") else {NON_FIELD_ERRORS: error.messages}
        for name, texts in problems.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


class NameForm(Complaining):
    """The one question asked of a newcomer before others see their work."""

    display_name = forms.CharField(
        label=_("Name others see"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("It stands beside your proposals and comments. Your e-mail address is never shown."),
    )


class ProfileForm(NameForm):
    """What a member says of themselves; only the name is asked for."""

    bio = forms.CharField(
        label=_("About you"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    affiliation = forms.CharField(
        label=_("Organisation"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    country = forms.CharField(
        label=_("Country"), max_length=60, required=False, widget=forms.TextInput(attrs={"autocomplete": "country-name"})
    )
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("Dates are shown in this zone, beside the contest's own.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zones = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
        choices = [("", _("As the contest")), ("UTC", "UTC"), *[(zone, zone.replace("_", " ")) for zone in zones]]
        self.fields["time_zone"].choices = choices  # type: ignore[attr-defined]


class TokenForm(Complaining):
    name = forms.CharField(
        label=_("What is it for?"), max_length=80, help_text=_("For example “export script on my laptop”.")
    )
