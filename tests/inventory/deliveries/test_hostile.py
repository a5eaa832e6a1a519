"""Whatever the bytes are: rows and problems, or the one error that says why not."""

from __future__ import annotations

import unicodedata

from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.inventory.deliveries.problems import DeliveryError
from kiosk.inventory.deliveries.wording import preview_text
from tests.inventory.deliveries.files import FINE, as_csv, read_bytes

_HEADER = ";".join(FINE).encode() + b"\r\n"


def _looked_at(data: bytes) -> None:
    try:
        preview = read_bytes(data)
    except DeliveryError as error:
        said = f"{error.message} {error.hint}"
    else:
        said = preview_text(preview)
        assert bool(preview.problems) or all(row.bottles > 0 for row in preview.rows)
    # Nothing that a terminal would obey.
    assert not [
        sign for sign in said if unicodedata.category(sign) in {"Cc", "Cf"} and sign != "\n"
    ]


@given(st.binary(max_size=400))
@example(b'"')
@example(b"sep=;\n")
@example(b'sep=;\n""\n')
@example(b"\r")
def test_random_bytes_give_a_preview_or_the_typed_error(data: bytes) -> None:
    _looked_at(data)


@given(st.binary(max_size=300))
def test_random_bytes_under_a_good_header(data: bytes) -> None:
    _looked_at(_HEADER + data)


@given(st.lists(st.lists(st.text(max_size=20), min_size=len(FINE), max_size=len(FINE)), max_size=6))
def test_random_cells_under_a_good_header(table: list[list[str]]) -> None:
    _looked_at(as_csv([list(FINE), *table]).encode())


@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_random_headings(headings: list[str]) -> None:
    _looked_at(as_csv([[*FINE, *headings], list(FINE.values())]).encode())


def test_files_of_the_largest_size_are_judged_too() -> None:
    wide = (";".join(["x"] * 499_000) + "\n").encode()
    strangers = "".join(f"halden-blaxx-{n:04d}-{'y' * 250};1;1;1\n" for n in range(2000)).encode()
    _looked_at(wide)
    _looked_at(b"product;lot_no;bottle_ul;bottles\n" + strangers)
