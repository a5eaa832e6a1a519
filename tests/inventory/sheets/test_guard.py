"""No cell runs, and every cell comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.inventory.sheets.guard import guarded, unguarded

#: Texts in which quotes, signs and blanks are as frequent as letters.
NASTY = st.text(st.sampled_from("'=+-@ \t\r\n\u00a0＝ab0;,\"")) | st.text()


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1",
        "+49 30",
        "-5",
        "@SUM(A1)",
        "\tx",
        "\rx",
        "\n=x",
        " =1+1",
        "\u00a0=1",
        "'=1",
        "＝1",
        '=HYPERLINK("http://x")',
        "+cmd|' /C calc'!A0",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", "24-117", "0042", "'t Hart", "a=b", "10.19.18", "ß+", "''"])
def test_all_else_is_left_alone(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@given(NASTY)
def test_a_guarded_cell_never_begins_with_a_sign(cell: str) -> None:
    assert guarded(cell).lstrip("\u00a0 ")[:1] not in set("=+-@＝＋－＠\t\r\n") - {""}


@given(NASTY)
def test_taking_the_guard_off_gives_the_cell_back(cell: str) -> None:
    assert unguarded(guarded(cell)) == cell


@given(NASTY, NASTY)
def test_two_cells_never_become_one(a: str, b: str) -> None:
    assert (guarded(a) == guarded(b)) is (a == b)
