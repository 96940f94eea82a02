"""The demo's texts, which a stranger judges the site by: complete, believable, and nowhere said twice."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest
from django.utils.html import strip_tags

from console.management.demo import script
from console.management.demo.people import WORDS
from console.management.demo.scenes import SCENES
from console.management.demo.script import Page, Text
from contests import actions as contests

pytestmark = pytest.mark.once
TONGUES = re.compile(r"lorem|ipsum|TODO|TBD|xxx|example text|foo\b|bar baz", re.IGNORECASE)


@cache
def pages() -> list[Page]:
    return script.pages()


@cache
def texts() -> list[Text]:
    return [text for page in pages() for text in page.texts if not text.is_draft]


def paragraphs(text: Text) -> list[str]:
    """Everything said in it, paragraph by paragraph and item by item."""
    bodies = re.findall(r"<(?:p|li)>(.*?)</(?:p|li)>", "".join(text.answers.values()))
    return [*bodies, *(remark.text for remark in text.remarks), *(v.words for vs in text.verdicts.values() for v in vs)]


def sections(page: Page) -> list[str]:
    template = contests.templates()[page.words["template"]]
    return [section["key"] for section in page.words.get("sections", template["sections"])]


def test_there_are_six_contests_and_at_least_sixty_proposals() -> None:
    assert len(pages()) == 6
    assert len(texts()) >= 60
    assert {page.words["runs"] for page in pages()} == {"submission", "judging", "revision", "voting", "results", "workspace"}


def test_every_proposal_fills_every_section_of_its_contest() -> None:
    for page in pages():
        for text in page.texts:
            if not text.is_draft:
                assert list(text.answers) == sections(page), text.title
                assert all(len(strip_tags(answer).split()) >= 4 for answer in text.answers.values()), text.title


def test_sections_keep_their_word_limits() -> None:
    for page in pages():
        limits = {section["key"]: section["max_words"] for section in page.words.get("sections", [])}
        for text in page.texts:
            for key, most in limits.items():
                later = text.head.get("later", "").split(" | ")
                more = later[1] if later[0] == key else ""
                assert len(f"{strip_tags(text.answers[key])} {more}".split()) <= most, text.title


def test_nothing_is_said_twice() -> None:
    said = Counter(paragraph for text in texts() for paragraph in paragraphs(text))
    assert [paragraph for paragraph, times in said.items() if times > 1] == []
    sentences = Counter(
        sentence
        for text in texts()
        for paragraph in paragraphs(text)
        for sentence in re.split(r"(?<=[.!?]) ", paragraph)
        if len(sentence.split()) >= 4
    )
    assert [sentence for sentence, times in sentences.items() if times > 1] == []


def test_titles_and_pitches_are_each_their_own_and_fit() -> None:
    titles, pitches = [text.title for text in texts()], [text.pitch for text in texts()]
    assert len({title.casefold() for title in titles}) == len(titles)
    assert len(set(pitches)) == len(pitches)
    assert all(10 < len(title) <= 70 for title in titles)
    assert all(60 <= len(pitch) <= 160 for pitch in pitches)


def test_texts_are_long_enough_to_be_judged_and_differ_in_length() -> None:
    lengths = [sum(len(strip_tags(answer).split()) for answer in text.answers.values()) for text in texts()]
    assert min(lengths) >= 130
    assert max(lengths) > 1.5 * min(lengths)
    assert sum(lengths) / len(lengths) > 160


def test_no_text_is_a_stand_in() -> None:
    for text in texts():
        for paragraph in [text.title, text.pitch, *paragraphs(text)]:
            assert not TONGUES.search(paragraph), paragraph
            assert "  " not in paragraph


def test_authors_come_from_many_countries_alone_and_in_teams() -> None:
    assert len({person.country for text in texts() for person in text.authors}) >= 25
    sizes = Counter(len(text.authors) for text in texts())
    assert sizes[1] >= 10
    assert sizes[2] >= 10
    assert sizes[3] >= 5
    assert sizes[4] >= 1


def test_every_judged_proposal_has_feedback_of_its_own_and_marks_spread() -> None:
    judged = [text for page in pages() if "judges" in page.words and page.words["runs"] != "submission" for text in page.texts]
    assert all(text.verdicts["reviews"] for text in judged)
    assert all(len(verdict.points) == 4 for text in judged for vs in text.verdicts.values() for verdict in vs)
    points = Counter(p for text in judged for vs in text.verdicts.values() for verdict in vs for p in verdict.points)
    assert set(points) == {1, 2, 3, 4, 5}
    assert all(len(v.words.split()) >= 7 for text in judged for vs in text.verdicts.values() for v in vs)


def test_who_goes_on_has_been_read_again() -> None:
    for page in pages():
        if page.words["runs"] in ("voting", "results"):
            assert all(len(text.verdicts.get("finals", [])) == 2 for text in page.texts if text.reaches("final"))


def test_there_are_twelve_judges_and_every_jury_is_made_of_them() -> None:
    judges = {judge["name"] for judge in WORDS["judges"]} | {WORDS["named"]["judge"]["display_name"]}
    assert len(judges) == 12
    assert judges == {name for page in pages() for name in page.words.get("judges", [])}
    authors = {person.name for text in texts() for person in text.authors}
    assert not judges & authors


def test_every_cover_has_a_scene_and_words_for_who_does_not_see_it() -> None:
    covers = [text.head["cover"].split(" | ") for text in texts() if "cover" in text.head]
    assert len(covers) >= 12
    assert all(scene in SCENES and len(alt) > 30 for scene, alt in covers)


def test_a_review_without_points_is_refused() -> None:
    with pytest.raises(ValueError, match="begins with its points"):
        script.read("# Title\nPitch.\nby: Ann (Peru)\n\n[reviews]\nVery good.\n")


def test_a_text_becomes_safe_html() -> None:
    assert script.as_html("One <b>\nline.\n\n- a\n- b") == "<p>One &lt;b&gt; line.</p>\n\n<ul><li>a</li><li>b</li></ul>"
