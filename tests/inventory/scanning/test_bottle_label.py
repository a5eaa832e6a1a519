from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.scanning import bottle_payload
from kiosk.inventory.scanning.bottle_label import check_character, read_bottle

IDS = st.from_regex(r"[0-9A-Z]{1,6}(-[0-9A-Z]{1,6}){0,2}", fullmatch=True)


def test_the_check_character_is_that_of_iso_7064() -> None:
    # The worked example of the UK transfusion services' guidelines (red book, annex on ISBT 128).
    assert check_character("G123 498 654 321") == "H"


@given(IDS)
def test_an_id_comes_back_from_its_label(bottle: str) -> None:
    assert read_bottle(bottle_payload(bottle)) == bottle


@given(IDS, st.data())
def test_no_wrong_character_and_no_swap_of_neighbours_passes(bottle: str, data) -> None:
    payload = bottle_payload(bottle)
    places = [i for i in range(5, len(payload)) if payload[i].isalnum()]
    place = data.draw(st.sampled_from(places))
    other = data.draw(st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    changed = payload[:place] + other + payload[place + 1 :]
    assert (read_bottle(changed) is not None) == (changed == payload)
    if place + 1 < len(payload) and payload[place + 1].isalnum():
        swapped = payload[:place] + payload[place + 1] + payload[place] + payload[place + 2 :]
        assert (read_bottle(swapped) is not None) == (swapped == payload)


@pytest.mark.parametrize("bottle", ["", "b-1", "B--1", "B 1", "B/1", "-B", "Ü1"])
def test_an_id_that_no_label_can_carry_is_an_error(bottle: str) -> None:
    with pytest.raises(ValueError, match="bottle id"):
        bottle_payload(bottle)
