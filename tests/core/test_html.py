"""What people write is inert wherever it is shown, and their words stay their words."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.html import clean_html, clean_line, clean_text, count_words, to_text

PAYLOADS = [
    "<script>alert(1)</script>",
    "<p>a<script src=//evil.example/x.js></script></p>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://evil.example/pixel.gif" alt="x">',
    '<img src="//evil.example/pixel.gif">',
    '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
    "<svg onload=alert(1)>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:msgbox(1)">x</a>',
    '<p onclick="alert(1)">x</p>',
    '<p style="background:url(javascript:alert(1))">x</p>',
    "<style>@import 'https://evil.example/x.css';</style>",
    '<link rel="stylesheet" href="https://evil.example/x.css">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<base href="https://evil.example/">',
    '<iframe src="https://evil.example"></iframe>',
    '<object data="https://evil.example/x.swf"></object>',
    '<embed src="https://evil.example/x.swf">',
    '<form action="https://evil.example"><input name="password"></form>',
    '<button formaction="javascript:alert(1)">x</button>',
    '<details open ontoggle="alert(1)">x</details>',
    '<p hx-get="/accounts/logout/" hx-trigger="load">x</p>',
    '<p data-hx-post="/accounts/logout/" data-hx-trigger="load">x</p>',
    '<p id="proposal-form" class="error-summary" name="csrfmiddlewaretoken">x</p>',
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<template><script>alert(1)</script></template>",
    '<video src="https://evil.example/v" onloadstart="alert(1)"></video>',
    '<table background="https://evil.example/x"><tr><td>x</td></tr></table>',
    '<p><a href="https://ok.example" target="_blank" onmouseover="alert(1)">x</a></p>',
    '"><img src=x onerror=alert(1)>',
]
ALIVE = re.compile(
    r"<(script|style|svg|math|iframe|object|embed|form|input|button|link|meta|base|template|video|noscript|details)\b"
    r"|<[^>]*\s(on\w+|style|class|id|name|hx-\w+|data-[\w-]+|background|formaction|target)\s*="
    r"|<[^>]*\s(href|src)\s*=\s*[\"']?\s*(javascript|data|vbscript|//)"
    r"|<img[^>]*src=[\"']?https?:",
    re.IGNORECASE,
)


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("frame", ["{}", "<p>{}</p>", "<ul><li>{}</li></ul>", "words {} words"])
def test_payloads_are_inert(payload: str, frame: str) -> None:
    cleaned = clean_html(frame.format(payload))
    assert not ALIVE.search(cleaned), cleaned


@given(st.text(max_size=300))
def test_anything_is_inert_and_cleaning_again_changes_nothing(value: str) -> None:
    cleaned = clean_html(value)
    assert not ALIVE.search(cleaned)
    assert clean_html(cleaned) == cleaned


@given(st.text(alphabet=st.sampled_from("<>/\"'=ap img srcon:&;#x3\n"), max_size=120))
def test_broken_markup_is_inert(value: str) -> None:
    assert not ALIVE.search(clean_html(value))


def test_the_tags_of_a_text_stay() -> None:
    text = (
        "<h2>Plan</h2><p>We <strong>paint</strong> <em>roofs</em>.</p><ul><li>one</li></ul>"
        '<table><thead><tr><th scope="col">Cost</th></tr></thead><tbody><tr><td colspan="2">3</td></tr></tbody></table>'
        '<figure><img src="/proposals/1/cover/" alt="A roof"><figcaption>A roof</figcaption></figure>'
    )
    assert clean_html(text) == text


def test_links_say_that_they_are_the_authors() -> None:
    assert 'rel="nofollow ugc noopener"' in clean_html('<p><a href="https://a.example">x</a></p>')
    assert 'href="https://a.example"' in clean_html("See https://a.example for more.")


def test_plain_text_becomes_paragraphs() -> None:
    assert clean_html("One.\n\nTwo\nthree & <four") == "<p>One.</p>\n\n<p>Two<br>three &amp; &lt;four</p>"


def test_lines_that_begin_with_a_dash_become_a_list_and_no_word_is_lost() -> None:
    assert clean_html("Bring:\n\n- a cup\n- 1 < 2") == "<p>Bring:</p>\n\n<ul><li>a cup</li><li>1 &lt; 2</li></ul>"
    assert clean_html("- a cup\nand a spoon") == "<p>- a cup<br>and a spoon</p>"


@pytest.mark.parametrize("nothing", ["", "   ", "<p></p>", "<p> </p>", "<p><br></p>", "<p><script>x</script></p>"])
def test_nothing_is_nothing(nothing: str) -> None:
    assert clean_html(nothing) == ""


def test_text_keeps_its_letters_and_loses_what_tricks_the_eye() -> None:
    assert clean_text("Ma\u0301s a\u0301rboles") == "Más árboles"
    assert clean_text("a\x00b\x07c\u202ed\u2066e\ud800f\r\ng") == "abcdef\ng"
    assert clean_line("  A\n  title\t here ") == "A title here"
    assert clean_line("👩‍👩‍👧 ok") == "👩‍👩‍👧 ok"


@given(st.text(max_size=200))
def test_clean_text_is_normal_and_stays_so(value: str) -> None:
    cleaned = clean_text(value)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_text(cleaned) == cleaned
    cleaned.encode()


def test_words_are_counted_as_a_reader_sees_them() -> None:
    assert count_words("<p>one two</p><p>three</p>") == 3
    assert count_words("<ul><li>one</li><li>two</li></ul>") == 2
    assert to_text("<p>a &amp; b</p><p>c<br>d</p>") == "a & b\nc\nd"
