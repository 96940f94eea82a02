"""Instants in words a person can act on: how long, in whose zone, and when by their own clock."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def as_zone(zone: str | tzinfo | None) -> tzinfo | None:
    """A zone from its IANA name, a zone object or nothing. An unknown name counts as nothing."""
    if not zone or not isinstance(zone, str):
        return zone or None
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return None


def offset_minutes(moment: datetime, zone: tzinfo) -> int:
    """Minutes a zone is ahead of UTC at that moment."""
    return int((moment.astimezone(zone).utcoffset() or timedelta()).total_seconds() // 60)


def offset(moment: datetime, zone: tzinfo) -> str:
    """The zone's offset at that moment as "UTC+2" or "UTC−3:30"."""
    minutes = offset_minutes(moment, zone)
    if minutes == 0:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02d}" if rest else "")


def place(zone: tzinfo) -> str:
    """The city a zone is named after: "Madrid", "New York"; empty for UTC and fixed offsets."""
    name = str(getattr(zone, "key", zone))
    if "/" not in name or name.startswith("Etc/"):
        return ""
    return name.rsplit("/", 1)[1].replace("_", " ")


def zone_words(moment: datetime, zone: tzinfo) -> str:
    """How to name a zone beside a time: "Madrid time (UTC+2)", "UTC"."""
    if city := place(zone):
        return _("%(city)s time (%(offset)s)") % {"city": city, "offset": offset(moment, zone)}
    return offset(moment, zone)


def clock_words(moment: datetime, zone: tzinfo, now: datetime | None = None) -> str:
    """Weekday, day and time in a zone: "Fri 27 Nov, 18:00"; the year only when it is not this one."""
    local = moment.astimezone(zone)
    same_year = now is not None and local.year == now.astimezone(zone).year
    return date_format(local, "D j M, H:i" if same_year else "D j M Y, H:i")


def day_words(moment: datetime, zone: tzinfo | None, now: datetime | None = None) -> str:
    """Day and month in a zone: "27 Nov"; the year only when it is not this one."""
    local = moment.astimezone(zone or UTC)
    same_year = now is not None and local.year == now.astimezone(zone or UTC).year
    return date_format(local, "j M" if same_year else "j M Y")


def relative_words(moment: datetime, now: datetime) -> str:
    """How long until or since: "in 3 days 4 hours", "2 hours ago"; the two largest units."""
    seconds = int((moment - now).total_seconds())
    length = length_words(abs(seconds))
    return _("in %(length)s") % {"length": length} if moment > now else _("%(length)s ago") % {"length": length}


def length_words(seconds: int) -> str:
    """A length of time in its two largest units."""
    if seconds < 60:
        return _("less than a minute")
    minutes = seconds // 60
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    words = [
        ngettext("%(n)d day", "%(n)d days", days) % {"n": days} if days else "",
        ngettext("%(n)d hour", "%(n)d hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes} if minutes and not days else "",
    ]
    return " ".join(word for word in words if word)
