"""Nothing is booked half, and nothing twice."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.deliveries.problems import DeliveryError
from kiosk.inventory.deliveries.wording import preview_text
from tests.inventory.deliveries.files import as_csv, read, read_bytes, rows


def _twenty(bad: str) -> bytes:
    changes = [{"lot_no": f"24-{number}"} for number in range(20)]
    changes[5]["bottles"] = bad
    return as_csv(rows(*changes)).encode()


def test_ac_s27_one_bad_row_of_twenty_saves_nothing_until_mended_or_dropped() -> None:
    preview = read_bytes(_twenty("none"))
    assert len(preview.rows) == 19
    with pytest.raises(DeliveryError) as caught:
        preview.to_book()
    assert "nothing was saved, because of row 7" in caught.value.message

    dropped = read_bytes(_twenty("none"), drop={7}).to_book()
    assert [row.number for row in dropped] == [n for n in range(2, 22) if n != 7]

    mended = read_bytes(_twenty("12")).to_book()
    assert len(mended) == 20
    booked = {row.fingerprint for row in dropped}
    assert [row.number for row in read_bytes(_twenty("12")).to_book(booked)] == [7]


def test_ac_s27_the_same_file_again_books_nothing() -> None:
    first = read_bytes(_twenty("12"))
    booked = {row.fingerprint for row in first.to_book()}
    again = read_bytes(_twenty("12"))
    assert again.to_book(booked) == ()
    assert again.fingerprint == first.fingerprint


@pytest.mark.parametrize("number", [1, 3, 99, 0, -1])
def test_a_row_that_is_not_there_cannot_be_dropped(number: int) -> None:
    with pytest.raises(DeliveryError, match="not a row of this file"):
        read({}, drop={number})


def test_a_fine_row_may_be_dropped_too() -> None:
    preview = read({}, {"lot_no": "B"}, drop={2})
    assert [row.lot_no for row in preview.to_book()] == ["B"]
    assert preview.dropped == (2,)


def test_dropping_everything_is_no_import() -> None:
    with pytest.raises(DeliveryError, match="no row is left"):
        read({}, drop={2}).to_book()


_FIELDS = {
    "product": st.sampled_from(["halden-black", "aqua-sterile"]),
    "lot_no": st.sampled_from(["", "0042", "42", "A;B", 'x"y', "a b", "ab"]),
    "batch": st.sampled_from(["", "B1"]),
    "label_expiry": st.sampled_from(["", "2027-06-30", "2027-07-31"]),
    "bottle_ul": st.sampled_from(["5000", "15000"]),
    "bottles": st.sampled_from(["1", "12"]),
    "seal": st.sampled_from(["", "intact", "broken"]),
}
_CHANGES = st.lists(st.fixed_dictionaries(_FIELDS), min_size=1, max_size=12)


@given(changes=_CHANGES, seed=st.integers(), delimiter=st.sampled_from(";,\t"), gaps=st.booleans())
def test_the_marks_do_not_depend_on_how_the_file_is_written(
    changes: list[dict[str, str]], seed: int, delimiter: str, gaps: bool
) -> None:
    table = rows(*changes)
    first = read_bytes(as_csv(table).encode())
    header, *body = table
    shuffle = random.Random(seed)
    shuffle.shuffle(body)
    order = shuffle.sample(range(len(header)), len(header))
    moved = [[row[place] for place in order] for row in [header, *body]]
    if gaps:
        moved = [line for row in moved for line in (row, [], [""])]
    second = read_bytes(as_csv(moved, delimiter, "\n").encode("utf-8-sig"))
    assert sorted(r.fingerprint for r in first.rows) == sorted(r.fingerprint for r in second.rows)
    assert first.fingerprint == second.fingerprint
    assert second.to_book({row.fingerprint for row in first.rows}) == ()


@given(changes=_CHANGES)
def test_every_row_has_a_mark_of_its_own(changes: list[dict[str, str]]) -> None:
    preview = read(*changes)
    assert len({row.fingerprint for row in preview.rows}) == len(changes)


def test_two_equal_rows_are_two_and_stay_two() -> None:
    two = read({}, {})
    booked = {row.fingerprint for row in two.to_book()}
    assert len(booked) == 2
    assert read({}, {}).to_book(booked) == ()
    assert [row.number for row in read({}, {}, {}).to_book(booked)] == [4]
    assert read({}).to_book(booked) == ()


def test_which_of_two_equal_rows_was_dropped_does_not_matter() -> None:
    first, second = read({}, {}, drop={2}), read({}, {}, drop={3})
    assert first.fingerprint == second.fingerprint


@pytest.mark.parametrize(
    ("column", "text"),
    [
        ("lot_no", "24117"),
        ("batch", "24-117"),
        ("mark", "x"),
        ("label_expiry", ""),
        ("received_on", "2026-05-02"),
        ("supplier", "meridian"),
        ("invoice", "R-4712"),
        ("bottle_ul", "15001"),
        ("bottles", "11"),
        ("seal", ""),
        ("gtin", "96385074"),
        ("scan", "x"),
        ("product", "halden-brown"),
    ],
)
def test_every_column_is_part_of_the_mark(column: str, text: str) -> None:
    assert read({column: text}).rows[0].fingerprint != read({}).rows[0].fingerprint


def test_the_marks_are_those_of_the_first_version() -> None:
    # SHA-256 over the canonical lists, computed with sha256sum. Stored marks must stay known.
    assert read({}).rows[0].fingerprint == (
        "f74b2e40123ded5ca721a47a3c3037c3d3fcd8ebd02b0d3e021088ae7d3e0521"
    )


def test_the_preview_in_words() -> None:
    preview = read({}, {"lot_no": "", "bottles": "1"}, {"bottles": "0"}, {"lot_no": "B"}, drop={5})
    text = preview_text(preview, {preview.rows[0].fingerprint})
    assert text.splitlines() == [
        "= booked before: 12 bottles of halden-black, lot 24-117, 15 ml each, "
        "until 2027-06-30, from Meridian, invoice R-4711",
        "+ 1 bottle of halden-black, no lot number, 15 ml each, until 2027-06-30, from Meridian, "
        "invoice R-4711",
        "✕ row 4, bottles: '0' is no whole number from 1 to 1000. "
        "Count the bottles; split larger deliveries into rows.",
        "! row 3: no lot number: these bottles can only be rejected or returned",
        "- row 5 dropped",
        "Nothing will be booked until every row is mended or dropped.",
    ]
    assert preview_text(read({}, {})).endswith("2 rows to book, 24 bottles; 0 booked before.")
