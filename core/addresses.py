"""Addresses of people and of pages: one account per e-mail address, and words of any language in a link."""

from __future__ import annotations

from django.utils.text import slugify

# The big providers that ignore dots, or cut at a tag, in the local part.
_DOTLESS = {"gmail.com", "googlemail.com"}
_TAGGED = _DOTLESS | {
    "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "fastmail.com", "proton.me", "protonmail.com",
}  # fmt: skip
# Letters that do not come apart into a plain one and a mark, which is all that slugify knows.
_PLAIN = str.maketrans(
    {"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "ı": "i", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe",
     "Œ": "Oe", "þ": "th", "Þ": "Th", "ð": "d", "Ð": "D"}
)  # fmt: skip


def in_link(words: str) -> str:
    """The words as they may stand in an address: `Łódź by tram` is `lodz-by-tram`. Empty where none can."""
    return slugify(words.translate(_PLAIN))


def normalise(address: str) -> str:
    """The key under which an address counts: lower case; without dots and +tags where the provider ignores them.

    `Ana.Diaz+vote@GMail.com` and `anadiaz@googlemail.com` are one person's.
    """
    local, _, host = address.strip().lower().rpartition("@")
    if host in _TAGGED:
        local = local.split("+", 1)[0]
    if host in _DOTLESS:
        local, host = local.replace(".", ""), "gmail.com"
    return f"{local}@{host}"
