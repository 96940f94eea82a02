"""One account per e-mail address, however it is spelt."""

from __future__ import annotations

# The big providers that ignore dots, or cut at a tag, in the local part.
_DOTLESS = {"gmail.com", "googlemail.com"}
_TAGGED = _DOTLESS | {
    "outlook.com", "hotmail.com", "live.com", "icloud.com", "me.com", "fastmail.com", "proton.me", "protonmail.com",
}  # fmt: skip


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
