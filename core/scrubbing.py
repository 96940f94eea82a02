"""Taking out of logs and error reports what must not be in them: secrets and addresses of people (threat W23).

Three nets, one behind the other: values under names that sound secret go; shapes of secrets inside any text go
(addresses, queries, tokens in paths, what a database repeats of a row); and the secrets of this very installation go
wherever they stand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

REMOVED = "[removed]"
LONGEST = 20_000  # characters of one text; a trace is shorter
READ = 2 * LONGEST  # what is cut off is cut off after the search, so that no half of a secret is left
DEEPEST = 12

_SECRET_NAME = re.compile(
    r"authori[sz]ation|cookie|csrf|passw|passphrase|secret|token|session|credential|signature|api_?key|dsn|_url$|"
    r"^(code|key|next|e?mail|address|recipients?|to|body|form|data|post|files|html|ballot|choices?|marks|query_string|otp)$",
    re.IGNORECASE,
)
_SHAPES: tuple[tuple[re.Pattern[str], str], ...] = (
    # What PostgreSQL repeats of a row or a statement: "DETAIL: Failing row contains (...)".
    (re.compile(r"^(DETAIL|HINT|CONTEXT|LINE \d+|STATEMENT|QUERY):.*$", re.MULTILINE), rf"\1: {REMOVED}"),
    (re.compile(r"(\b[a-z][a-z0-9+.-]{1,20}://)[^\s@]{0,300}@(?=[\w\[])", re.IGNORECASE), rf"\1{REMOVED}@"),
    (re.compile(r"[^\s@<>\"(),;:\[\]=/]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"), "[e-mail]"),
    (re.compile(r"\?[^\s\"'<>?=]{0,300}=[^\s\"'<>]*"), f"?{REMOVED}"),
    (re.compile(r"\b(bearer|basic|token)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {REMOVED}"),
    (
        re.compile(
            r"\b(password\w*|passwd|secret\w*|token|code|csrf\w*|sessionid|authorization|(?:set-)?cookie|api_?key)"
            r"([\"']?\s*[=:]\s*)(\"[^\"]*\"|'[^']*'|[^\s,;&]+)",
            re.IGNORECASE,
        ),
        rf"\1\2{REMOVED}",
    ),
    (re.compile(r"(/(?:invitations?|unsubscribe|confirm-email|reset/key|receipts?)/)[^/\s\"'?]+"), rf"\1{REMOVED}"),
    # Whatever else in a path looks drawn by lot: long, with small and capital letters and digits.
    (re.compile(r"(?<=/)(?=[\w-]{0,200}[a-z])(?=[\w-]{0,200}[A-Z])(?=[\w-]{0,200}\d)[\w-]{20,}"), REMOVED),
)
_known: list[str] = []


def never_say(values: Iterable[str]) -> None:
    """Take these secrets of the installation out of every text. Short ones are words, not secrets."""
    _known.extend(value for value in values if len(value) >= 8 and value not in _known)
    _known.sort(key=len, reverse=True)


def clean_text(text: str) -> str:
    """The text without addresses, queries, tokens and the installation's secrets."""
    text = text[:READ]
    for value in _known:
        if value in text:
            text = text.replace(value, REMOVED)
    for shape, instead in _SHAPES:
        text = shape.sub(instead, text)
    return text if len(text) <= LONGEST else text[:LONGEST] + " ..."


def is_secret(name: str) -> bool:
    """Whether a value under this name is none of a log's business."""
    return _SECRET_NAME.search(name) is not None


def clean(value: Any, *, depth: int = 0) -> Any:
    """The same for whatever stands in a log line or an error report; unknown things become text."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bytes | bytearray | memoryview) or depth >= DEEPEST:
        return REMOVED
    if isinstance(value, Mapping):
        return {
            str(name): REMOVED if is_secret(str(name)) and inner is not None else clean(inner, depth=depth + 1)
            for name, inner in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [clean(inner, depth=depth + 1) for inner in value]
    return clean_text(str(value))


def clean_report(event: dict[str, Any], hint: dict[str, Any]) -> dict[str, Any]:
    """An error report for Sentry: no form, no cookie, no query, of the person the id only."""
    request = event.get("request")
    if isinstance(request, dict):
        event["request"] = {
            "method": request.get("method"),
            "url": clean_text(str(request.get("url", "")).split("?", 1)[0]),
        }
    person = event.pop("user", None)
    event.pop("extra", None)
    event.pop("breadcrumbs", None)
    event.pop("server_name", None)
    ours = ("event_id", "timestamp", "sdk", "modules")
    kept: dict[str, Any] = {name: event.pop(name) for name in ours if name in event}
    event = {**clean(event), **kept}
    if isinstance(person, dict) and person.get("id") is not None:
        event["user"] = {"id": str(person["id"])}
    return event
