"""RFC 8785 by its own published examples, and what the ledger refuses on top of it."""

import enum
import json
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.ledger.canonical import LedgerValueError, decode, encode

# Section 3.2.2 (input) and 3.2.4 (the bytes it must give).
PRIMITIVES = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
PRIMITIVES_BYTES = bytes.fromhex(
    "7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a"
    "5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237"
    "5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d"
)

# Section 3.2.3: names are sorted by UTF-16 code units, so the emoji stands before U+FB33.
UNSORTED = {
    "€": "Euro Sign",
    "\r": "Carriage Return",
    "\ufb33": "Hebrew Letter Dalet With Dagesh",
    "1": "One",
    "\U0001f600": "Emoji: Grinning Face",
    "\x80": "Control",
    "ö": "Latin Small Letter O With Diaeresis",
}
SORTED = [
    "Carriage Return",
    "One",
    "Control",
    "Latin Small Letter O With Diaeresis",
    "Euro Sign",
    "Emoji: Grinning Face",
    "Hebrew Letter Dalet With Dagesh",
]

# Appendix B: IEEE 754 bits and their text.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]
# From the same table: whole numbers that JSON readers do not keep.
TOO_LARGE = ["4340000000000000", "c340000000000000", "4430000000000000", "444b1ae4d6e2ef4f"]


def from_bits(bits: str) -> float:
    (value,) = struct.unpack(">d", bytes.fromhex(bits))
    return float(value)


def test_the_primitives_example_gives_the_published_bytes() -> None:
    assert encode(json.loads(PRIMITIVES)) == PRIMITIVES_BYTES


def test_names_are_sorted_by_utf_16_code_units() -> None:
    assert list(json.loads(encode(UNSORTED)).values()) == SORTED


@pytest.mark.parametrize(("bits", "expected"), NUMBERS)
def test_numbers_have_the_published_text(bits: str, expected: str) -> None:
    assert encode(from_bits(bits)).decode() == expected


@pytest.mark.parametrize("bits", TOO_LARGE)
def test_a_float_that_would_be_written_as_an_unsafe_integer_is_refused(bits: str) -> None:
    with pytest.raises(LedgerValueError, match="2\\^53"):
        encode(from_bits(bits))


class Half(enum.Enum):
    A = "a"


@pytest.mark.parametrize(
    ("value", "field"),
    [
        ({"mcdm": float("nan")}, "mcdm"),
        ({"mcdm": float("-inf")}, "mcdm"),
        ({"parts": [{"qty_ul": 1}, {"qty_ul": 2**53}]}, "parts[1].qty_ul"),
        ({"parts": ({"qty_ul": -(2**53)},)}, "parts[0].qty_ul"),
        ({"detail": {"raw": b"\x00"}}, "detail.raw"),
        ({"opened": datetime(2026, 1, 1, tzinfo=UTC)}, "opened"),
        ({"role": Half.A}, "role"),
        ({"tags": {"x"}}, "tags"),
        ({"name": "a\0b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"detail": {1: "one"}}, "detail"),
        (object(), "value"),
    ],
)
def test_what_json_cannot_carry_is_refused_by_the_name_of_its_field(
    value: object, field: str
) -> None:
    with pytest.raises(LedgerValueError) as caught:
        encode(value)
    assert caught.value.field == field
    assert str(caught.value).startswith(f"{field}: ")


def test_the_largest_safe_integer_is_kept() -> None:
    assert encode([2**53 - 1, -(2**53) + 1]) == b"[9007199254740991,-9007199254740991]"


class Word(enum.StrEnum):
    RECIPE = "recipe"


def test_members_of_text_and_number_enums_are_kept_as_their_value() -> None:
    Rank = enum.IntEnum("Rank", "FIRST SECOND")
    assert encode([Word.RECIPE, Rank.SECOND]) == b'["recipe",2]'


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_what_is_read_back_is_written_the_same_again(value: object) -> None:
    text = encode(value)
    assert decode(text) == value
    assert encode(decode(text)) == text


@pytest.mark.parametrize("text", ["", "{", "NaN", "[Infinity]", "{'a': 1}", b"\xff"])
def test_text_that_is_not_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  # three subclasses, no common text
        decode(text)
