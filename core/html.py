"""What people write: plain text and a small, safe HTML. Sanitised on save and again on render (threat W5)."""

from __future__ import annotations

import html
import re
import unicodedata

import nh3
from django.utils.html import linebreaks, strip_tags, urlize

_TAGS = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "s", "blockquote", "hr",
    "a", "table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_BLOCK = re.compile(r"<(p|h[2-6]|ul|ol|li|blockquote|table|figure|hr|br)[\s>/]", re.I)
_TYPED = re.compile(r"<p>(- .*?)</p>")  # a typed paragraph that may be a list
# C0 controls but tab and line feed, NUL, and the marks that turn the direction of text round.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def _attribute(tag: str, name: str, value: str) -> str | None:
    """Pictures come from this site only: a foreign address would tell a third party who reads."""
    if (tag, name) == ("img", "src") and not re.match(r"/(?!/)", value):
        return None
    return value


_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    attribute_filter=_attribute,
    url_schemes={"http", "https", "mailto"},
    link_rel="nofollow ugc noopener",
    strip_comments=True,
)


def clean_text(value: str) -> str:
    """Plain text as we keep it: NFC, one kind of line end, no control or direction-changing characters."""
    value = value.replace("\r\n", "\n").replace("\r", "\n")
    return _UNWANTED.sub("", unicodedata.normalize("NFC", value.encode("utf-8", "ignore").decode()))


def clean_line(value: str) -> str:
    """One line of plain text: a title, a name."""
    return " ".join(clean_text(value).split())


def _list(block: re.Match[str]) -> str:
    lines = re.split(r"<br\s*/?>", block[1])
    if not all(line.startswith("- ") for line in lines):
        return block[0]
    return "<ul>" + "".join(f"<li>{line[2:]}</li>" for line in lines) + "</ul>"


def clean_html(value: str) -> str:
    """Safe HTML. Text typed without any block tag becomes paragraphs with links, and lists of lines that begin with "- "."""
    value = clean_text(value)
    if value.strip() and not _BLOCK.search(value):
        value = _TYPED.sub(_list, linebreaks(urlize(value, autoescape=True), autoescape=False))
    cleaned = re.sub(r"<img(?![^>]*\ssrc=)[^>]*>", "", _cleaner.clean(value))
    return "" if not strip_tags(cleaned).strip() and "<img" not in cleaned else cleaned


def to_text(value: str) -> str:
    """The words of a piece of HTML, paragraphs as lines."""
    value = re.sub(r"</(p|li|h[2-4]|tr|blockquote|figcaption)>|<br\s*/?>", "\n", value or "", flags=re.I)
    value = nh3.clean(value, tags=set())
    lines = (line.strip() for line in re.sub(r"\n{3,}", "\n\n", html.unescape(value)).split("\n"))
    return "\n".join(lines).strip()


def count_words(value: str) -> int:
    """Number of words a reader sees in a piece of HTML or text."""
    return len(to_text(value).split())
