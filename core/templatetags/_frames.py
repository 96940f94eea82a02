"""Frames round the caller's own markup."""

from datetime import datetime
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.templatetags import _words
from core.templatetags._library import frame, register
from core.templatetags._marks import icon


@register.simple_block_tag
def notice(content: str, kind: str = "info", title: str = "", role: str = "") -> str:
    """A notice (info, warning, danger, success). `role="alert"` only for what just went wrong."""
    word, icon_name = _words.NOTICES.get(kind, _words.NOTICES["info"])
    return frame("notice", content, kind=kind, title=title, word=word, icon_name=icon_name, role=role)


@register.simple_block_tag
def toasts(content: str) -> str:
    """Where short news of what was just done stand, at the foot of the window; the content is {% notice %}s."""
    return frame("toasts", content)


@register.simple_block_tag
def empty(content: str, title: str, why: str = "", level: int = 2, drawing: str = "place") -> str:
    """An empty place: what it is for, why it is empty; the next step is the content.

    `drawing`: place, proposal, judge, search, mail or vote.
    """
    return frame("empty", content, title=title, why=why, level=level, drawing=drawing)


@register.simple_block_tag
def actionbar(content: str, label: str = "", hint: str = "", specimen: bool = False) -> str:
    """The sticky bar: the content is one primary button, then quiet links; `hint` says what it means.

    `specimen`: one that stands on a page only to be looked at.
    """
    return frame("action_bar", content, label=label, hint=hint, specimen=specimen)


@register.simple_block_tag
def sheet(content: str, id: str, title: str, kind: str = "sheet") -> str:
    """What a button with `opens=id` opens, without any script: a "sheet" from below, or a "dialog" in the middle."""
    return frame("sheet", content, id=id, title=title, kind=kind)


@register.simple_block_tag
def filterpanel(content: str, label: str = "", **more: Any) -> str:
    """Filters: in sight on a desk, a sheet from below in the hand. The content is the form.

    More: applied (pairs of word and the address without it), clear (the address without any), found (how many there
    are), most (more than so many ask for another filter).
    """
    applied = [{"word": word, "href": href} for word, href in more.pop("applied", None) or ()]
    many = more.get("found") is not None and bool(more.get("most")) and more["found"] > more["most"]
    return frame("filter_panel", content, label=label, applied=applied, too_many=many, **more)


@register.simple_block_tag
def datatable(content: str, caption: str, cards: bool = True, sticky: bool = False) -> str:
    """A table (the content is thead and tbody) that scrolls by itself; cards on phones if cells have data-label.

    `sticky`: a long one whose head stays in sight.
    """
    return frame("data_table", content, caption=caption, cards=cards, sticky=sticky)


@register.simple_tag
def sort_head(text: str, href: str, state: str = "", num: bool = False) -> SafeString:
    """A column's head that sorts: `state` is ascending, descending or nothing; `href` is what the next click asks for."""
    known = state if state in ("ascending", "descending") else ""
    return format_html(
        '<th scope="col"{}{}><a class="sort" href="{}">{}{}</a></th>',
        mark_safe(' class="num"') if num else "",
        mark_safe(f' aria-sort="{known}"') if known else "",  # noqa: S308  # one of two words
        href,
        text,
        icon({"ascending": "up", "descending": "down"}.get(known, "sort")),
    )


@register.simple_block_tag
def bulkbar(content: str, words: str = "") -> str:
    """What can be done with the ticked rows of a table; the content is buttons. Inside the table's own <form data-bulk>.

    `words` has %(n)s for the number, which counts live with script.
    """
    return frame("bulk_bar", content, words=words or _("%(n)s chosen"))


@register.simple_block_tag
def tabs(content: str, label: str) -> str:
    """Tabs as links; the content is {% tab %}s."""
    return frame("tabs", content, label=label)


@register.simple_block_tag
def switch(content: str, label: str) -> str:
    """A small choice among ways to see the same (order, list or grid); the content is {% tab %}s, one of them current."""
    return frame("switch", content, label=label)


@register.simple_tag
def tab(text: str, href: str, count: Any = None, current: bool = False, icon_name: str = "") -> SafeString:
    """One link of {% tabs %} or {% switch %}, with a count if there is one."""
    number = format_html(' <span class="tabs__count">{}</span>', count) if count is not None else ""
    mark = mark_safe(' aria-current="page"') if current else ""
    return format_html('<li><a href="{}"{}>{}{}{}</a></li>', href, mark, icon(icon_name) if icon_name else "", text, number)


@register.simple_block_tag
def crumbs(content: str) -> str:
    """The way here; the content is {% crumb %}s, the last without an address."""
    return frame("crumbs", content)


@register.simple_tag
def crumb(text: str, href: str = "") -> SafeString:
    """One step of {% crumbs %}."""
    if href:
        return format_html('<li><a href="{}">{}</a></li>', href, text)
    return format_html('<li><span aria-current="page">{}</span></li>', text)


@register.simple_block_tag
def receipt(content: str, title: str, code: str = "", code_label: str = "") -> str:
    """Proof that something was received: title, code to keep, and the content."""
    return frame("receipt", content, title=title, code=code, code_label=code_label)


@register.simple_block_tag
def commentbox(content: str, author: str, when: datetime | None = None, **more: Any) -> str:
    """One comment; the content is its text and, in class "comment__actions", what one may do.

    More: id, href (the author's page), role (a note), by (judge, team, organiser or you: a chip beside the name), reply,
    edited, tombstone, hidden (why it is shown to few), awaiting (True: not shown to others yet).
    """
    return frame("comment", content, author=author, when=when, **more)


@register.simple_block_tag
def checklist(content: str, label: str = "") -> str:
    """A section checklist; the content is {% checkitem %}s."""
    return frame("checklist", content, label=label)


@register.simple_tag
def checkitem(text: str, state: str, href: str = "", detail: str = "") -> SafeString:
    """One line of {% checklist %}: state is empty, started, enough, long, done or needed."""
    word, icon_name = _words.CHECK_STATES.get(state, _words.CHECK_STATES["empty"])
    label = format_html('<a href="{}">{}</a>', href, text) if href else text
    return format_html(
        '<li class="checklist__item checklist__item--{}">{}<span>{}</span> <span class="checklist__state">{}{}</span></li>',
        state,
        icon(icon_name),
        label,
        word,
        f" · {detail}" if detail else "",
    )


@register.simple_block_tag
def editorframe(content: str, label: str, **more: Any) -> str:
    """The frame of a rich text: tools above, the content (a textarea, or what the script makes of it), a foot below.

    More: id (of what the tools act on), tools (True once a script can use them), active (names of tools that are on),
    foot (words on the left below), error.
    """
    groups = [
        [{"name": name, "word": word, "on": name in (more.get("active") or ())} for name, word in group]
        for group in _words.EDITOR_TOOLS
    ]
    return frame("editor_frame", content, label=label, groups=groups, **more)


@register.inclusion_tag("components/skeleton.html")
def skeleton(lines: int = 3) -> dict:
    """The shape of text that is on its way; says "Loading" to who cannot see it."""
    return {"lines": range(lines)}
