"""Patch tests: what may be said of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kiosk.clients.identity import ClientInputError
from kiosk.clients.patch_tests import PatchTest, Reading, Seen, result_for

DAY_1 = date(2026, 3, 2)


def patch(*readings: tuple[int, Seen], product: str = "INK") -> PatchTest:
    """A test read on days by their number, day 1 being that of the application."""
    test = PatchTest(product, DAY_1)
    for day, seen in readings:
        test = test.read(Reading(DAY_1 + timedelta(days=day - 1), seen))
    return test


def test_ac_p34_the_record_names_the_days_and_promises_nothing() -> None:
    test = patch((8, Seen.NO_REACTION), (2, Seen.NO_REACTION))
    assert test.described == (
        "INK applied 2 Mar 2026: no reaction seen on day 2 (3 Mar 2026), "
        "no reaction seen on day 8 (9 Mar 2026)"
    )
    assert test.result is Seen.NO_REACTION
    words = " ".join([test.described, *(seen.value for seen in Seen)])
    assert "safe" not in words.casefold()


def test_day_8_is_seven_days_after_the_application() -> None:
    assert patch().day_of(Reading(DAY_1 + timedelta(days=7), Seen.NO_REACTION)) == 8


def test_nothing_seen_on_the_day_itself_is_no_result_but_a_reaction_is() -> None:
    assert patch((1, Seen.NO_REACTION)).result is None
    assert patch((1, Seen.REACTION)).result is Seen.REACTION
    assert patch().result is None
    assert "not read yet" in patch().described


def test_one_reaction_outweighs_every_other_reading_and_test() -> None:
    late = patch((2, Seen.NO_REACTION), (8, Seen.REACTION), (28, Seen.NO_REACTION))
    assert late.result is Seen.REACTION
    assert result_for([patch((2, Seen.NO_REACTION)), late], "INK") is Seen.REACTION
    assert result_for([late], "OTHER") is None
    assert result_for([patch(), patch((2, Seen.NO_REACTION))], "INK") is Seen.NO_REACTION


def test_a_second_reading_of_a_day_replaces_the_first() -> None:
    test = patch((2, Seen.REACTION), (2, Seen.NO_REACTION))
    assert test.readings == (Reading(DAY_1 + timedelta(days=1), Seen.NO_REACTION),)


def test_nobody_looks_before_it_was_applied() -> None:
    with pytest.raises(ClientInputError, match="read_on"):
        patch((0, Seen.NO_REACTION))
