"""Local times as people type them, and the instants they mean in the contest's zone.

Twice a year a clock is put forward or back: an hour is missing, or happens twice. A missing time is refused beside
its field; for a doubled one the form asks which of the two is meant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

TYPED = "%Y-%m-%dT%H:%M"
EARLIER, LATER = "earlier", "later"


class LocalDateTimeField(forms.Field):
    """A date and a time without a zone, as the browser's own control sends them."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local", "step": "60"}, format=TYPED)

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(_("Write a date and a time, like 2027-03-01 09:00."), code="invalid") from None
        if moment.tzinfo is not None or not 2000 <= moment.year <= 2200:
            raise ValidationError(_("Write a date and a time between 2000 and 2200, without a zone."), code="invalid")
        return moment

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return initial != self.to_python(data)
        except ValidationError:
            return True


class WhichField(forms.ChoiceField):
    """Asked only when a typed time happens twice."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [
            ("", gettext_lazy("Choose")),
            (EARLIER, gettext_lazy("the first time, before the clocks go back")),
            (LATER, gettext_lazy("the second time, after the clocks went back")),
        ]
        label = gettext_lazy("Which of the two?")
        super().__init__(choices=choices, required=False, label=label, **kwargs)


def zone_choices() -> list[tuple[str, str]]:
    """Every zone with a place in its name, UTC first."""
    places = sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((zone, zone.replace("_", " ")) for zone in places)]


def local(moment: datetime | None, zone: str) -> datetime | None:
    """What the clock on the wall shows at that instant, to the minute."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, second=0, microsecond=0)


def instant(typed: datetime, zone: str, *, which: str = "") -> datetime:
    """The instant (UTC) that a wall clock in this zone shows as `typed`.

    Raises ValidationError: code `missing` for a time that the clocks jump over, `twice` for one that happens twice
    while `which` does not say which is meant.
    """
    place = ZoneInfo(zone)
    first, second = (typed.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first > second:  # the gap: both readings fall beside it
        raise ValidationError(
            _("%(time)s does not exist in %(zone)s: the clocks go forward then. Take a time an hour earlier or later."),
            code="missing",
            params=_names(typed, zone),
        )
    if which not in (EARLIER, LATER):
        raise ValidationError(
            _("%(time)s happens twice in %(zone)s, because the clocks go back then. Say which of the two you mean."),
            code="twice",
            params=_names(typed, zone),
        )
    return first if which == EARLIER else second


def _names(typed: datetime, zone: str) -> dict[str, str]:
    return {"time": date_format(typed, "D j M Y, H:i"), "zone": zone.replace("_", " ")}


def shifted(moment: datetime | None, days: int, zone: str, *, after: datetime) -> datetime | None:
    """The same time on the wall, so many days later; what is not after `after` stays where it is.

    A wall time that the clocks jump over on the new day becomes the instant just as far behind.
    """
    if moment is None or moment <= after:
        return moment
    place = ZoneInfo(zone)
    return (moment.astimezone(place) + timedelta(days=days)).astimezone(UTC)
