"""Small marks: icons, chips, covers, people."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.colours import hue_number
from core.covers import contour_cover
from core.templatetags import _words
from core.templatetags._library import register

STACKED = 4  # so many initials stand in a stack; the others are a number


@register.simple_tag
@lru_cache(maxsize=256, typed=True)
def icon(name: str) -> SafeString:
    """A decorative icon of the sprite; the word beside it carries the meaning."""
    return format_html(
        '<svg class="icon icon--{}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        name,
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def chip(text: str, icon_name: str = "", tone: str = "closed") -> SafeString:
    """A small label: icon, word and tone."""
    mark = icon(icon_name) if icon_name else ""
    return format_html('<span class="chip chip--{}">{}{}</span>', tone, mark, text)


@register.simple_tag
def phase_chip(kind: str, label: str = "") -> SafeString:
    """The chip of a phase kind or contest state (submission, judging, …, upcoming, waiting, closed)."""
    word, icon_name, tone = _words.look_up(_words.PHASES, kind)
    return chip(label or word, icon_name, tone)


@register.simple_tag
def status_chip(status: str, label: str = "") -> SafeString:
    """The chip of a status or distinction (draft, submitted, finalist, held, done, …)."""
    word, icon_name, tone = _words.look_up(_words.STATUSES, status)
    return chip(label or word, icon_name, tone)


@register.simple_tag
def role_chip(role: str, label: str = "") -> SafeString:
    """The chip of a role: judge, organiser, team, owner, editor, commenter, you."""
    word, icon_name, tone = _words.look_up(_words.ROLES, role)
    return chip(label or word, icon_name, tone)


@register.simple_tag
def cover(seed: int, hue: int | str | None = None, dark: bool | None = None) -> SafeString:
    """A generated contour cover, in the brand's own colours without `hue`.

    With a hue and without `dark`, even seeds are light and odd seeds dark.
    """
    svg = contour_cover(seed or 0, hue, bool((seed or 0) % 2) if dark is None else dark)
    return mark_safe(svg)  # noqa: S308  # made of our own numbers and fixed text, no input reaches it


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """Initials on a tint chosen by the name; hidden from screen readers, the name stands beside it."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    initials = (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "–"
    tint = sum(map(ord, str(name))) % 5
    return format_html(
        '<span class="avatar avatar--{}{}" aria-hidden="true">{}</span>',
        tint,
        f" avatar--{size}" if size else "",
        initials,
    )


@register.simple_tag
def person(name: str, href: str = "", note: str = "", gone: bool = False) -> SafeString:
    """A person: initials, name (a link when there is an address) and a note such as the role.

    `gone`: the account was deleted; no initials are made up for it.
    """
    if gone:
        face = format_html('<span class="avatar avatar--gone" aria-hidden="true">{}</span>', icon("person"))
        label = format_html('<span class="person__gone">{}</span>', name or _("Deleted account"))
    else:
        face = avatar(name)
        label = format_html('<a href="{}">{}</a>', href, name) if href else format_html("<span>{}</span>", name)
    small = format_html(' <span class="person__note">{}</span>', note) if note else ""
    return format_html('<span class="person">{}<span>{}{}</span></span>', face, label, small)


@register.simple_tag
def team(names: Iterable[Any], href: str = "") -> SafeString:
    """A team in one line: a stack of initials, two names and how many more."""
    everybody = [str(name) for name in names]
    if not everybody:
        return person("", gone=True)
    stack = format_html_join("", "{}", ((avatar(name),) for name in everybody[:STACKED]))
    if (left := len(everybody) - STACKED) > 0:
        stack = format_html('{}<span class="avatar avatar--more" aria-hidden="true">+{}</span>', stack, left)
    words = team_words(everybody)
    label = format_html('<a href="{}">{}</a>', href, words) if href else words
    return format_html('<span class="team"><span class="team__stack">{}</span><span>{}</span></span>', stack, label)


def team_words(names: list[str]) -> str:
    """ "Ana and Rahim", "Ana, Rahim and 3 more"."""
    if len(names) <= 1:
        return "".join(names)
    if len(names) == 2:
        return _("%(one)s and %(other)s") % {"one": names[0], "other": names[1]}
    more = ngettext("%(one)s, %(other)s and %(n)d more", "%(one)s, %(other)s and %(n)d more", len(names) - 2)
    return more % {"one": names[0], "other": names[1], "n": len(names) - 2}


@register.filter
def hue_of(value: Any) -> int:
    """A steady hue for anything with a name: its own number, a ramp's name, or one made of its letters."""
    try:
        return hue_number(value)
    except ValueError:
        return sum(ord(letter) * (place + 7) for place, letter in enumerate(str(value))) % 360


@register.filter
def message_kind(level_tag: str) -> str:
    """Django's message level as a kind of notice."""
    return {"error": "danger", "debug": "info"}.get(level_tag, level_tag or "info")
