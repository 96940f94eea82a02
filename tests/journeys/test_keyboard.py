"""Every journey with the keyboard alone (ux.md 4.3, scorecard 55)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.journeys import test_one_contest, test_organiser, test_visitor_to_author, test_voter
from tests.journeys.conftest import Newcomer, Time

pytestmark = [pytest.mark.browser, pytest.mark.long, pytest.mark.django_db(transaction=True)]
JOURNEYS = {
    "author": test_visitor_to_author.test_a_visitor_writes_first_signs_up_later_and_submits,
    "voter": test_voter.test_a_first_time_visitor_votes_with_an_address_alone,
    "organiser": test_organiser.test_an_organiser_goes_from_a_template_to_released_decisions,
    "everybody, from creation to results": test_one_contest.test_five_people_take_a_contest_from_its_creation_to_its_results,
}


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS.keys())
def test_every_journey_needs_a_keyboard_and_nothing_else(
    journey: Callable[..., None], newcomer: Newcomer, time: Time
) -> None:
    journey(partial(newcomer, keyboard=True), time)
