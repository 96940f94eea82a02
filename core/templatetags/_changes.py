"""What changed between two texts, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from core.templatetags._library import register

_WORDS = re.compile(r"\s+|\w+(?:[.,’'-]\w+)*|[^\w\s]")  # a number with its points is one word
MOST = 40_000  # characters of both texts; longer ones are shown as replaced, paragraph by paragraph


@register.inclusion_tag("components/diff.html")
def diff_view(old: str, new: str, mode: str = "reader", old_label: str = "", new_label: str = "") -> dict:
    """Two versions of a plain text: "reader" shows one text with what went and what came, "sides" both beside each other."""
    paragraphs = list(_paragraphs(str(old), str(new)))
    changed = sum(1 for row in paragraphs if row["kind"] != "same")
    return {"paragraphs": paragraphs, "changed": changed, "mode": mode, "old_label": old_label, "new_label": new_label}


def _paragraphs(old: str, new: str) -> Iterator[dict]:
    """Each paragraph as same, gone, come or changed, the last with its pieces."""
    before, after = _split(old), _split(new)
    fine = len(old) + len(new) <= MOST
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            yield from ({"kind": "same", "text": text} for text in before[a:b])
            continue
        pairs = min(b - a, d - c) if kind == "replace" and fine else 0
        for n in range(pairs):
            yield {"kind": "changed", "pieces": list(_pieces(before[a + n], after[c + n]))}
        yield from ({"kind": "gone", "text": text} for text in before[a + pairs : b])
        yield from ({"kind": "come", "text": text} for text in after[c + pairs : d])


def _split(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _pieces(old: str, new: str) -> Iterator[tuple[str, str]]:
    """(kind, words): same, gone or come, in reading order. A space between two changes belongs to them."""
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    gone, come = "", ""
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        left, right = "".join(before[a:b]), "".join(after[c:d])
        if kind != "equal" or ((gone or come) and left.isspace() and b < len(before)):
            gone, come = gone + left, come + right
            continue
        yield from _told(gone, come)
        gone = come = ""
        yield "same", left
    yield from _told(gone, come)


def _told(gone: str, come: str) -> Iterator[tuple[str, str]]:
    """A change without the spaces that both sides end with."""
    end = len(come) - len(come.rstrip()) if gone[-1:].isspace() and come[-1:].isspace() else 0
    space = come[len(come) - end :]
    for kind, words in (("gone", gone.rstrip() if end else gone), ("come", come[: len(come) - end])):
        if words:
            yield kind, words
    if space:
        yield "same", space
