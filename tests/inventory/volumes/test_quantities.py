"""Volumes as text, both ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.volumes.quantities import QuantityError, parse_volume, say_ml


@pytest.mark.parametrize(
    ("text", "ul"),
    [
        ("0.50 ml", 500),
        ("0,50 ml", 500),
        ("500 µl", 500),
        ("500 μl", 500),
        ("500ul", 500),
        ("  12,5 mL ", 12_500),
        ("0,500 ml", 500),
        ("1.500 ml", 1_500),
        ("1,50 ml", 1_500),
        ("1500.0 µl", 1_500),
        ("0 ml", 0),
        ("1000 ml", 1_000_000),
    ],
)
def test_a_volume_is_read_with_point_or_comma(text: str, ul: int) -> None:
    assert parse_volume(text) == ul


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1,500 ml", "1.500 or 1500"),
        ("12,000 µl", "12.000 or 12000"),
        ("1,234.5 ml", "no number"),
        ("1.234,5 ml", "no number"),
        ("1 500 µl", "no volume"),
        ("0.5", "no volume"),
        ("500", "no volume"),
        ("-1 ml", "no volume"),
        ("1e3 µl", "no volume"),
        (".5 ml", "no number"),
        ("٥ ml", "no volume"),
        ("0.0005 ml", "finer"),
        ("0.5 µl", "finer"),
        ("1001 ml", "over a litre"),
        ("ml", "no volume"),
        ("5 cl", "no volume"),
        ("", "no volume"),
    ],
)
def test_what_reads_two_ways_or_none_is_refused(text: str, says: str) -> None:
    with pytest.raises(QuantityError) as refused:
        parse_volume(text, "poured")
    assert says in refused.value.problem
    assert refused.value.field == "poured"
    assert refused.value.mend


@given(ul=st.integers(0, 1_000_000))
def test_what_the_kiosk_writes_it_reads(ul: int) -> None:
    assert parse_volume(say_ml(ul)) == ul
    assert parse_volume(f"{ul} µl") == ul


def test_volumes_are_said_exactly() -> None:
    assert [say_ml(ul) for ul in (0, 500, 1_234, -400, 10_000)] == [
        "0.00 ml", "0.50 ml", "1.234 ml", "-0.40 ml", "10.00 ml",
    ]  # fmt: skip
