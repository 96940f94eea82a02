"""What every answer must carry, whoever asks and whatever comes of it (threat W20)."""

from __future__ import annotations

from typing import Any

WANTED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
FORBIDDEN_IN_CSP = ("unsafe-inline", "unsafe-eval", "*", "http:", "https:")
CSP_MUST_SAY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'")


def problems(answer: Any, *, private: bool = False) -> list[str]:
    """What is wrong with the headers of this answer, in words."""
    found = [f"{name} is {answer.get(name)}" for name, value in WANTED.items() if answer.get(name) != value]
    if answer.get("Content-Type") == "image/png":  # social cards are made to be shown by others
        found = [words for words in found if words != "Cross-Origin-Resource-Policy is cross-origin"]
    policy = answer.get("Content-Security-Policy", "")
    found += [f"the policy lacks {words}" for words in CSP_MUST_SAY if words not in policy]
    for directive in policy.split(";"):
        if directive.split()[:1] in (["script-src"], ["default-src"], ["connect-src"], ["style-src"]):
            found += [f"the policy allows {word}" for word in FORBIDDEN_IN_CSP if word in directive.split()[1:]]
    if answer.get("Referrer-Policy") not in ("strict-origin-when-cross-origin", "same-origin"):
        found.append(f"Referrer-Policy is {answer.get('Referrer-Policy')}")
    if "camera=()" not in answer.get("Permissions-Policy", ""):
        found.append("Permissions-Policy is missing")
    kept = answer.get("Cache-Control", "")
    if private and "no-store" not in kept and "immutable" not in kept:  # the site's colours are the same for everybody
        found.append(f"a private answer has Cache-Control {answer.get('Cache-Control')}")
    return found
