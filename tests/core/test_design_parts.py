"""The parts that work something out (differences, charts, teams, ballots, dates that moved) trust nobody's words."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.template import engines

from core.templatetags._changes import MOST, diff_view
from core.templatetags._charts import WIDTH, curve, distribution
from core.templatetags._marks import team_words
from core.templatetags._stations import FALL, stations_for_drawing

pytestmark = pytest.mark.once
NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def _render(source: str, **context: object) -> str:
    return engines["django"].from_string("{% load groundswell %}" + source).render(context)


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)).strip()


# --- Differences ---


def _pieces(old: str, new: str) -> list[tuple[str, str]]:
    return [piece for row in diff_view(old, new)["paragraphs"] for piece in row.get("pieces", [(row["kind"], row.get("text"))])]


def test_a_changed_number_is_one_change_and_what_stands_round_it_stays() -> None:
    assert _pieces("It costs 84,000 euros.", "It costs 91,000 euros.") == [
        ("same", "It costs "), ("gone", "84,000"), ("come", "91,000"), ("same", " euros."),
    ]  # fmt: skip


def test_neighbouring_changes_are_told_as_one() -> None:
    assert _pieces("Residents water them.", "The district waters them.") == [
        ("gone", "Residents water"), ("come", "The district waters"), ("same", " them."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("", "All of it is new."),
        ("All of it went.", ""),
        ("One.\n\nTwo.\n\nThree.", "One.\n\nTwo and a half.\n\nThree.\n\nFour."),
        ("a  b", "a b"),
        ("Ὀδυσσεύς 東京 café", "Ὀδυσσεύς 京都 cafés"),
        ("Soil and edge stones in March", "In March soil, then stones, and an edge"),
    ],
)
def test_both_versions_can_be_read_off_a_difference(old: str, new: str) -> None:
    """What is the same and what went is the old text; what is the same and what came is the new one."""
    for text, kinds in ((old, ("same", "gone")), (new, ("same", "come"))):
        told = "".join(words for kind, words in _pieces(old, new) if kind in kinds)
        assert re.sub(r"\s", "", told) == re.sub(r"\s", "", text)


def test_a_very_long_text_is_compared_by_paragraph() -> None:
    old = "\n\n".join(f"Paragraph {n} " + "word " * 40 for n in range(200))
    new = old.replace("Paragraph 7 ", "Changed 7 ")
    assert len(old) > MOST / 2
    assert [kind for kind, _words in _pieces(old, new) if kind != "same"] == ["gone", "come"]


def test_nothing_changed_is_said() -> None:
    assert "Nothing was changed" in _render("{% diff_view x x %}", x="The same.")


# --- Charts ---


def test_an_interval_is_the_mean_and_twice_its_error_within_the_scale() -> None:
    agreed, divided, alone, nobody = distribution("t", [("a", (4, 4, 5, 4, 5)), ("b", (1, 5, 5)), ("c", (4,)), ("d", ())])["rows"]
    assert (agreed["mean"], agreed["interval"]) == ("4.40", "3.92–4.88")
    assert divided["interval"] == "1.05–5.00"  # never beyond what can be given
    assert alone["mean"] == "4.00" and "interval" not in alone  # one judge says nothing of how judges differ
    assert "mean" not in nobody
    assert all(0 <= dot["x"] <= WIDTH for row in (agreed, divided, alone) for dot in row["dots"])


def test_equal_scores_stand_on_one_another() -> None:
    (row,) = distribution("t", [("a", (4, 4, 4))])["rows"]
    assert len({(dot["x"], dot["y"]) for dot in row["dots"]}) == 3


def test_a_distribution_says_its_scores_in_words_too() -> None:
    html = _render("{% distribution 'Divided' rows %}", rows=[("Shade", (2, 5))])
    assert '<span class="visually-hidden">2, 5</span>' in html and "3.50" in _text(html)


def test_a_curve_ends_at_the_top_and_marks_its_moment() -> None:
    drawn = curve([("1 Nov", 0), ("2 Nov", 10), ("3 Nov", 80)], mark=1)
    assert drawn["path"].startswith("M0.0 100.0") and drawn["path"].endswith("V8.0")
    assert drawn["mark_x"] == WIDTH / 2
    assert curve([])["path"] == ""


def test_a_figure_has_its_finding_its_numbers_and_its_file() -> None:
    html = _render("{% chartfigure 'Most came late' rows heads csv='/x.csv' %}<svg></svg>{% endchartfigure %}",
                   rows=[("1 Nov", 3)], heads=["Day", "Sum"])  # fmt: skip
    assert re.search(r"<figcaption[^>]*>Most came late</figcaption>", html)
    assert '<th scope="row">1 Nov</th>' in html and 'href="/x.csv" download' in html


def test_not_scored_is_not_the_lowest_score() -> None:
    assert "Not scored yet" in _render("{% score_bar None %}")
    assert 'width="0.0%"' in _render("{% score_bar 1 %}")


# --- People ---


@pytest.mark.parametrize(
    ("names", "words"),
    [(["Ana"], "Ana"), (["Ana", "Ben"], "Ana and Ben"), (list("ABC"), "A, B and 1 more"), (list("ABCDEFG"), "A, B and 5 more")],
)
def test_a_team_is_named_in_one_line(names: list[str], words: str) -> None:
    assert team_words(names) == words
    html = _render("{% team names %}", names=names)
    assert words in html
    assert html.count('class="avatar avatar--') == min(len(names), 4) + (len(names) > 4)


def test_who_deleted_the_account_has_no_initials() -> None:
    html = _render("{% person '' gone=True %}{% team nobody %}", nobody=[])
    assert html.count("Deleted account") == 2 and html.count("avatar--gone") == 2


# --- Ballots ---


def test_a_ranked_ballot_moves_by_buttons_and_its_ends_do_not() -> None:
    item = "{%% ballot_item 'r' %d 'Shade' kind='rank' rank=%d last=2 %%}"
    html = _render(item % (1, 1) + item % (2, 2))
    buttons = re.findall(r'name="(up|down)" value="(\d)"( disabled)?', html)
    assert buttons == [("up", "1", " disabled"), ("down", "1", ""), ("up", "2", ""), ("down", "2", " disabled")]
    assert "Move Shade down" in html


def test_points_are_a_number_between_none_and_most() -> None:
    html = _render("{% ballot_item 'points' 6 'Rain' kind='points' points=7 most=10 %}")
    assert 'type="number"' in html and 'name="points-6" value="7" min="0" max="10"' in html


def test_a_meter_says_what_is_too_much() -> None:
    assert "4 chosen, but only 3 count: take 1 away" in _render("{% ballot_meter 3 4 %}")
    assert "7 of 10 points given, 3 left" in _render("{% ballot_meter 10 7 points=True %}")


def test_a_disabled_choice_says_why_and_is_tied_to_the_reason() -> None:
    html = _render("{% ballot_item 'c' 3 'Tools' disabled='Your own.' %}")
    assert 'aria-describedby="choice-3-why"' in html and 'id="choice-3-why">Your own.' in html


# --- Time ---


def test_a_deadline_that_was_moved_says_from_when_and_why() -> None:
    html = _render("{% deadline when 'UTC' 'UTC' now moved_from=old why='The upload was down.' %}",
                   when=NOW + timedelta(days=3), old=NOW + timedelta(days=1), now=NOW)  # fmt: skip
    assert "Extended. It was Sun 22 Nov, 09:30. The upload was down." in _text(html)


@pytest.mark.parametrize(("minutes", "open_still"), [(-1, False), (0, True), (14, True), (15, False)])
def test_grace_is_told_between_the_close_and_its_end_only(minutes: int, open_still: bool) -> None:
    html = _render("{% deadline when 'UTC' 'UTC' now grace_until=end %}",
                   when=NOW, end=NOW + timedelta(minutes=15), now=NOW + timedelta(minutes=minutes))  # fmt: skip
    assert ("you can still send what you have until 09:45" in _text(html)) is open_still


def test_a_phase_without_a_date_says_so() -> None:
    stations = [{"name": "Vote", "kind": "voting", "state": "next", "opens_at": None, "closes_at": None}]
    assert "date to come" in _render("{% phase_line stations now=now %}", stations=stations, now=NOW)


def test_the_line_of_a_single_phase_goes_on() -> None:
    only = [{"name": "Workspace", "kind": "workspace", "state": "now", "opens_at": NOW, "closes_at": None}]
    assert [station["path"] for station in stations_for_drawing(only, UTC, NOW)] == [FALL]


# --- Finding ---


def test_too_many_and_none_are_told_apart() -> None:
    panel = "{% filterpanel 'F' found=found most=200 clear='/all' %}{% endfilterpanel %}"
    assert "one more filter helps" in _render(panel, found=840)
    assert "Nothing fits all of these" in _render(panel, found=0)
    assert "24 found" in _text(_render(panel, found=24)) and "helps" not in _render(panel, found=24)


def test_a_sorted_column_says_so_to_everybody() -> None:
    assert 'aria-sort="descending"' in _render("{% sort_head 'Mean' '?s' 'descending' %}")
    assert "aria-sort" not in _render("{% sort_head 'Mean' '?s' %}")


def test_words_of_strangers_are_escaped_in_every_new_part() -> None:
    evil = '"><script>alert(1)</script>'
    html = _render(
        "{% role_chip x %}{% team names x %}{% person x gone=True %}{% sort_head x x %}{% score_bar 3 %}"
        "{% distribution x rows label=x caption=x %}{% chartfigure x cells heads caption=x csv=x %}{% endchartfigure %}"
        "{% curve points mark=0 mark_words=x %}{% diff_view x y %}{% diff_view x y 'sides' old_label=x new_label=x %}"
        "{% moment_field x x x other=x hint=x error=x warning=x date=x %}{% search_box x x label=x suggestions=names %}"
        "{% stepper names 2 label=x %}{% filterpanel x applied=pairs clear=x found=0 %}{% endfilterpanel %}"
        "{% sheet 'a' x %}{{ x }}{% endsheet %}{% editorframe x foot=x id=x %}{{ x }}{% endeditorframe %}"
        "{% switch x %}{% tab x x icon_name=x %}{% endswitch %}{% bulkbar words=x %}{% endbulkbar %}"
        "{% commentbox x by=x hidden=x %}{{ x }}{% endcommentbox %}"
        "{% deadline now 'UTC' 'UTC' now moved_from=now why=x label=x %}"
        "{% ballot_item x x x kind='points' points=x most=x %}{% ballot_item x x x kind='rank' rank=1 last=2 %}"
        "{% ballot_item x x x disabled=x %}{% rubric_row x x points5 locked=x was=x help=x %}{% button x opens=x icon=x %}"
        "{% proposal_card href=x title=x chosen=x %}{% empty x why=x drawing=x %}{{ x }}{% endempty %}",
        x=evil, y="other", names=[evil, evil], rows=[(evil, (3,))], cells=[(evil, evil)], heads=[evil, evil],
        points=[(evil, 1)], pairs=[(evil, evil)], points5=[{"value": evil, "label": evil}], now=NOW,
    )  # fmt: skip
    assert "<script" not in html
