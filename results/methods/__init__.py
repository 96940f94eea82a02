"""Counting methods: pure functions, registered by name. SQL supplies what a method needs, the method ranks it."""

from __future__ import annotations

from results.methods import approval, plurality
from results.methods.kinds import Method, Need, Place, digest

_METHODS = {method.name: method for method in (approval.METHOD, plurality.METHOD)}


def method(name: str) -> Method:
    """The method registered under this name. Raises LookupError naming those there are."""
    try:
        return _METHODS[name]
    except KeyError:
        raise LookupError(f"no counting method {name!r}; there are {', '.join(sorted(_METHODS))}") from None


def names() -> list[str]:
    return sorted(_METHODS)


__all__ = ["Method", "Need", "Place", "digest", "method", "names"]
