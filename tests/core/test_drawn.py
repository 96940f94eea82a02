"""A part of a page that is drawn once shows what it was handed, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.template import Context, Template, engines
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.safestring import mark_safe

from contests.models import Contest
from core.templatetags import _drawn
from core.templatetags._drawn import drawn, frozen
from pages.querysets.reading import read_contest
from tests import cast

NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def parts(tmp_path, settings, monkeypatch):
    """Templates of our own, and an empty store."""
    monkeypatch.setattr(_drawn, "_kept", type(_drawn._kept)())

    def write(text: str) -> str:
        template = engines["django"].from_string("{% load groundswell i18n pages %}" + text)
        monkeypatch.setattr(_drawn, "get_template", lambda name: template)
        return f"part-{hash(text)}"

    return write


def test_the_same_is_drawn_once_and_anything_else_anew(parts):
    part = parts("{{ words }} {{ rows.0.n }}")
    first = drawn(part, words="Cool", rows=[{"n": 1}])
    assert drawn(part, words="Cool", rows=[{"n": 1}]) is first
    assert drawn(part, words="Cool", rows=[{"n": 2}]) == "Cool 2"
    assert drawn(part, words="Warm", rows=[{"n": 1}]) == "Warm 1"


def test_a_text_marked_safe_never_stands_in_for_one_that_is_not(parts):
    part = parts("{{ words }}")
    assert drawn(part, words=mark_safe("<b>")) == "<b>"
    assert drawn(part, words="<b>") == "&lt;b&gt;"


def test_it_sees_no_person_no_request_and_no_clock(parts, rf):
    parts("[{{ user }}{{ request.path }}{{ csrf_token }}]")
    page = Template("{% load groundswell %}{% drawn 'x' %}")
    assert page.render(Context({"user": "Ana", "request": rf.get("/secret/"), "csrf_token": "t"})) == "[]"
    part = parts("{% relative when %}")
    with pytest.raises(RuntimeError, match="tells the time"):
        drawn(part, when=NOON)
    assert "day" in drawn(part, when=NOON, now=NOON.replace(day=3))


@pytest.mark.django_db
def test_it_may_not_ask_the_database(parts):
    contest = cast.contest(cast.organiser())
    part = parts("{{ contest.created_by.email }}")
    with pytest.raises(RuntimeError, match="may not ask the database"):
        drawn(part, contest=Contest.objects.get(pk=contest.pk))


def test_each_language_and_zone_has_its_own(parts):
    part = parts("{{ when|date:'H:i' }} {% get_current_language as here %}{{ here }}")
    with timezone.override("Asia/Dhaka"):
        assert drawn(part, when=NOON) == "18:00 en"
    with translation.override("de"), timezone.override("UTC"):
        assert drawn(part, when=NOON) == "12:00 de"


@pytest.mark.django_db
def test_a_row_is_all_that_was_read_with_it(django_user_model):
    from django.contrib.auth.models import AnonymousUser

    slug = cast.contest(cast.organiser()).slug
    before = frozen(read_contest(AnonymousUser(), slug))
    assert before == frozen(read_contest(AnonymousUser(), slug)) and hash(before)
    cast.judge(Contest.objects.get(slug=slug))
    assert frozen(read_contest(AnonymousUser(), slug)) != before
    with pytest.raises(TypeError, match="object cannot be handed"):
        frozen(object())


def test_the_store_does_not_grow_without_end(parts):
    part = parts("{{ n }}")
    for n in range(_drawn.MOST + 5):
        drawn(part, n=n)
    assert len(_drawn._kept) == _drawn.MOST


def test_what_pages_draw_once_names_what_it_sees():
    """The parts use no name that they are not handed: such a name would silently stay empty."""
    for name in ("contest_content", "proposal_content", "proposals_head"):
        source = get_template(f"pages/{name}.html").template.source
        assert "user." not in source and "request." not in source and "csrf_token" not in source
