"""A statement compiled once says the same as the queryset it came from, whatever values are put into it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db.models import Case, Count, Value, When

from accounts.models import User
from contests.models import Contest, Phase
from core import clock
from core.compiled import MOST_SHAPES, Compiled
from pages.querysets import contest_page, proposal_cards
from proposals.models import Proposal
from tests import cast

pytestmark = pytest.mark.django_db


def pages(user, slug):
    return contest_page(Contest.objects.visible_to(user), user).filter(slug=slug)


def without_state(rows):
    return [{name: value for name, value in vars(row).items() if not name.startswith("_")} for row in rows]


def test_rows_are_those_of_the_queryset_for_every_person_and_value():
    organiser, stranger = cast.organiser(), cast.person("Stranger")
    mine, other, hidden = cast.contest(organiser), cast.contest(organiser, title="Trains"), cast.draft_contest(organiser)
    read = Compiled(pages)
    for user in (AnonymousUser(), stranger, organiser, stranger):
        for slug in (mine.slug, other.slug, hidden.slug, "nothing"):
            assert without_state(read(user=user, slug=slug)) == without_state(pages(user, slug))
    assert all(statement is not None for statement in read._kept.values())
    assert len(read._kept) == 2  # strangers and members: that somebody organises changes no word of the statement


def test_staff_have_a_statement_of_their_own():
    organiser = cast.organiser()
    draft, read = cast.draft_contest(organiser), Compiled(pages)
    assert read(user=cast.person("Member"), slug=draft.slug) == []
    assert read(user=cast.person("Staff", is_staff=True), slug=draft.slug) == [draft]


def test_times_are_put_in_as_they_are():
    contest = cast.contest(cast.organiser())
    read = Compiled(lambda at: Phase.objects.filter(opens_at__lte=at).order_by("position"))
    opened = [len(read(at=phase.opens_at)) for phase in contest.phases.all()]
    assert opened == [1, 2, 3, 4, 5, 6] and read(at=contest.phases.first().opens_at - timedelta(seconds=1)) == []


def test_what_is_not_a_text_with_places_is_built_each_time():
    cast.person("Ana Maria")
    holds = Compiled(lambda words: User.objects.filter(display_name__icontains=words))
    assert [len(holds(words=words)) for words in ("maria", "nobody", "ANA")] == [1, 0, 1]
    by_day = Compiled(lambda at: User.objects.annotate(day=Value(f"{at:%d}")))
    assert by_day(at=cast.START)[0].day == "01" and by_day(at=cast.START + timedelta(days=1))[0].day == "02"
    nothing = Compiled(lambda pk: User.objects.none().filter(pk=pk))
    assert nothing(pk=1) == []
    assert {*holds._kept.values(), *by_day._kept.values(), *nothing._kept.values()} == {None}


def test_a_value_in_what_is_grouped_by_is_the_same_parameter_everywhere():
    def build(at):
        past = Case(When(opens_at__lte=at, then=Value("yes")), default=Value("no %"))
        return Phase.objects.annotate(past=past).order_by("past").values("past").annotate(n=Count("pk")).values_list("past", "n")

    contest, read = cast.contest(cast.organiser()), Compiled(build)
    for phase in contest.phases.all():
        for _ in range(7):  # PostgreSQL keeps the plan from the fifth time on
            assert read(at=phase.opens_at) == list(build(at=phase.opens_at))
    assert None not in read._kept.values()


def test_shapes_are_kept_apart_and_not_without_end():
    first = Compiled(lambda number, name: User.objects.filter(email__gt=name).order_by("pk")[:number])
    people = [cast.person(f"P {n}") for n in range(3)]
    assert [len(first(n, name="")) for n in (1, 2, 3)] == [1, 2, 3] and len(people) == 3
    for n in range(MOST_SHAPES + 5):
        first(n + 1, name="")
    assert len(first._kept) <= MOST_SHAPES


def test_related_rows_and_annotations_come_as_before():
    contest = cast.contest(cast.organiser())
    proposal = cast.submitted(cast.person("Author"), contest)
    read = Compiled(lambda contest, at: proposal_cards(Proposal.objects.filter(contest=contest), at=at))
    (found,) = read(contest=contest.pk, at=clock.now())
    assert found.makers == [{"name": "Author"}] and found.honours == []
    assert found.submitted_revision.title == proposal.title and found.contest.slug == contest.slug


def test_a_queryset_that_asks_for_more_of_a_person_than_key_and_flags_is_built_each_time():
    """Two stand-ins are two different people in everything else, so no one's address can be taken for a constant."""
    ana, ben = cast.person("Ana"), cast.person("Ben")
    for field in ("email", "display_name", "time_zone"):
        read = Compiled(lambda user, field=field: User.objects.filter(**{field: getattr(user, field)}).order_by("pk"))
        for person in (ana, ben, ana):
            assert read(user=person) == list(User.objects.filter(**{field: getattr(person, field)}).order_by("pk"))
        assert list(read._kept.values()) == [None]
