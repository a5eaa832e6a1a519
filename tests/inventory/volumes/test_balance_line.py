"""Lines of balances, as the makers' manuals show them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.volumes.balance_line import Mass, read_balance_line
from kiosk.inventory.volumes.quantities import QuantityError


@pytest.mark.parametrize(
    ("line", "grams", "last_digit"),
    [
        ("ST,GS,+  12.345 g", "12.345", "0.001"),
        ("ST,+001234.5  g\r\n", "1234.5", "0.1"),
        ("ST,NT,-0000.12 g", "-0.12", "0.01"),
        ("ST,GS,   0.876kg", "876", "1"),
        ("S S     12.345 g", "12.345", "0.001"),
        ("S S     100.00 g\r\n", "100.00", "0.01"),
        ("S S     -0.0082 g", "-0.0082", "0.0001"),
        ("  12.345 g", "12.345", "0.001"),
        ("12,34 g", "12.34", "0.01"),
        ("+  123.56 g  ", "123.56", "0.01"),
        ("+ 123.5[6] g", "123.56", "0.01"),
        ("N     +   123.56 g  ", "123.56", "0.01"),
        ("G#    +   123.56 g", "123.56", "0.01"),
        ("     N       0.3746 g    ", "0.3746", "0.0001"),
        ("+111.25507 mg", "0.11125507", "0.00000001"),
        ("12 g", "12", "1"),
    ],
)
def test_a_stable_weight_is_read_with_its_last_digit(
    line: str, grams: str, last_digit: str
) -> None:
    assert read_balance_line(line) == Mass(Decimal(grams), Decimal(last_digit))


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("US,GS,+  12.345 g", "still moving"),
        ("S D     12.345 g", "still moving"),
        ("12.345 g ?", "still moving"),
        ("+  12.345    ", "no unit"),
        ("S I", "busy"),
        ("S L", "did not understand"),
        ("S +", "too much"),
        ("S -", "too little"),
        ("OL,+999999.9  g", "out of the balance's range"),
        ("QT,+00012345 PC", "counts pieces"),
        ("ST,+000123.4  %", "'%' is no unit"),
        ("S S     0.4409 oz", "'oz' is no unit"),
        ("ST,GS,+   190.51 GN", "'GN' is no unit"),
        ("12,345 g", "12.345 or 12345"),
        ("Stat       H", "no weight"),
        ("Err  054", "no weight"),
        ("ES", "no weight"),
        ("S S", "no weight"),
        ("1.2.3 g", "no number"),
        ("", "no weight"),
        ("12.3\x02 g", "no line of a balance"),
        ("1" * 60 + " g", "no line of a balance"),
    ],
)
def test_what_is_no_stable_weight_in_grams_is_refused(line: str, says: str) -> None:
    with pytest.raises(QuantityError) as refused:
        read_balance_line(line)
    assert says in refused.value.problem
    assert refused.value.mend


@given(line=st.one_of(st.text(max_size=50), st.from_regex(r"(S|ST,|N)[ ,A-Z]*[0-9.,\[\] ]+g?")))
def test_any_line_is_a_weight_or_a_refusal(line: str) -> None:
    try:
        mass = read_balance_line(line)
    except QuantityError:
        return
    assert mass.grams.is_finite()
    assert mass.readability_g > 0
