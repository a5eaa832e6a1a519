"""Sheets of labels, read back by a PDF reader and a scanner."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.inventory.labelling.content import BottleLabel, LabelError
from kiosk.inventory.labelling.grids import A4_MM, GRIDS, Grid, grid_named
from kiosk.inventory.labelling.letters import MARK
from kiosk.inventory.labelling.pdf import label_sheet
from tests.inventory.labelling.examples import BARE, LABELS, LONG_LOT, OPENED, SEALED, scanned
from tests.inventory.labelling.pages import Page, pages

EVERY_GRID = pytest.mark.parametrize("grid", GRIDS.values(), ids=str)


def _cell(grid: Grid, x: float, y: float) -> tuple[int, int]:
    return (
        int((x - grid.left) // (grid.width + grid.gap_x)),
        int((y - grid.top) // (grid.height + grid.gap_y)),
    )


@EVERY_GRID
def test_a_grid_lies_on_the_page_and_its_borders_are_even(grid: Grid) -> None:
    across = grid.columns * grid.width + (grid.columns - 1) * grid.gap_x
    down = grid.rows * grid.height + (grid.rows - 1) * grid.gap_y
    assert across + 2 * grid.left == pytest.approx(A4_MM[0])
    assert down + 2 * grid.top == pytest.approx(A4_MM[1])
    # Office printers leave about 4 mm of the page blank.
    assert min(grid.left, grid.top) + grid.inset >= 4


@EVERY_GRID
def test_a_scanner_reads_every_code_and_a_person_lot_and_expiry(grid: Grid) -> None:
    labels = [SEALED, OPENED, BARE, LONG_LOT]
    printed = label_sheet(labels, grid)
    assert printed.replaced == ()
    (page,) = pages(printed.data)
    assert sorted(scanned(page.image())) == sorted(label.payload for label in labels)
    for line in ("Lot 24-117", "Exp 2027-06-30", "Opened 2026-05-01", "Use by 2027-05-01"):
        assert f"\n{line}\n" in page.text
    unwrapped = page.text.replace("\n", "")
    for text in ("No lot number", "Exp none stated", "Lot RX44Q22Y77W122O72RD68G87IMX40"):
        assert text in unwrapped


@EVERY_GRID
def test_everything_stays_inside_its_own_label(grid: Grid) -> None:
    start = grid.per_page // 2
    (page,) = pages(label_sheet([LONG_LOT, OPENED], grid, start=start).data)
    wanted = {
        ((place - 1) % grid.columns, (place - 1) // grid.columns) for place in (start, start + 1)
    }
    corners = [
        corner
        for left, top, width, height in page.rectangles
        for corner in ((left, top), (left + width, top + height))
    ]
    assert {_cell(grid, *corner) for corner in [*corners, *page.places]} == wanted


@EVERY_GRID
def test_a_code_has_four_light_modules_on_every_side(grid: Grid) -> None:
    (page,) = pages(label_sheet([SEALED], grid).data)
    left, top = _first_corner(page)
    right = max(r[0] + r[2] for r in page.rectangles)
    module = (right - left) / 21
    assert left - grid.left == pytest.approx(grid.inset + 4 * module, abs=0.01)
    assert top - grid.top == pytest.approx(grid.inset + 4 * module, abs=0.01)
    # Below a third of a millimetre a phone's camera begins to fail.
    assert module > 0.33
    assert min(x for x, _ in page.places if x > 0) >= right + 4 * module - 0.01


def _first_corner(page: Page) -> tuple[float, float]:
    return min(r[0] for r in page.rectangles), min(r[1] for r in page.rectangles)


def test_a_half_used_sheet_begins_where_it_is_told() -> None:
    grid = GRIDS["3x8"]
    first = _first_corner(pages(label_sheet([SEALED], grid).data)[0])
    sixth = _first_corner(pages(label_sheet([SEALED], grid, start=6).data)[0])
    assert sixth[0] - first[0] == pytest.approx(2 * 70, abs=0.01)
    assert sixth[1] - first[1] == pytest.approx(37, abs=0.01)


def test_what_does_not_fit_goes_on_to_the_next_page() -> None:
    labels = [BottleLabel(f"B-{n:04d}", "P", f"lot{n}", None) for n in range(30)]
    sheets = pages(label_sheet(labels, GRIDS["3x8"], start=23).data)
    on_each = [sorted(scanned(sheet.image())) for sheet in sheets]
    assert on_each == [
        sorted(label.payload for label in part) for part in (labels[:2], labels[2:26], labels[26:])
    ]


@pytest.mark.parametrize("start", [0, -1, 25])
def test_a_place_that_the_sheet_does_not_have_is_refused(start: int) -> None:
    with pytest.raises(LabelError, match="has no place"):
        label_sheet([SEALED], GRIDS["3x8"], start=start)


def test_an_unknown_grid_is_refused_by_name() -> None:
    with pytest.raises(LabelError) as caught:
        grid_named("9x9")
    assert "3x8" in caught.value.hint
    assert grid_named("3x8").per_page == 24


def test_the_bytes_are_the_same_in_another_process_on_another_day() -> None:
    code = (
        "import hashlib, sys;"
        "from tests.inventory.labelling.examples import SEALED, OPENED, BARE;"
        "from kiosk.inventory.labelling.grids import GRIDS;"
        "from kiosk.inventory.labelling.pdf import label_sheet;"
        "data = label_sheet([SEALED, OPENED, BARE], GRIDS['3x7'], start=4).data;"
        "print(hashlib.sha256(data).hexdigest())"
    )
    elsewhere = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland"},
    )
    data = label_sheet([SEALED, OPENED, BARE], GRIDS["3x7"], start=4).data
    assert elsewhere.stdout.strip() == hashlib.sha256(data).hexdigest()
    assert b"/CreationDate (D:20000101000000+00'00')" in data


def test_letters_that_the_font_lacks_are_marked_and_told() -> None:
    label = BottleLabel("B-1", "Żółw Ørsted 漢", "Ж7", None)
    printed = label_sheet([label], GRIDS["3x8"])
    assert printed.replaced == ("Ż", "漢", "Ж")
    (page,) = pages(printed.data)
    assert f"{MARK}ółw Ørsted {MARK}" in page.text
    assert f"Lot {MARK}7" in page.text


def test_a_lot_that_cannot_stand_in_full_is_refused_not_cut() -> None:
    label = BottleLabel("B-1", "P", "W" * 300, None)
    with pytest.raises(LabelError, match="does not fit in full"):
        label_sheet([label], GRIDS["5x13"])


def test_only_a_products_name_is_cut() -> None:
    label = BottleLabel("B-1", "Halden " * 30, "24-117", None)
    (page,) = pages(label_sheet([label], GRIDS["3x8"]).data)
    assert "Halden Halden" in page.text
    assert "…" in page.text


@given(labels=st.lists(LABELS, min_size=1, max_size=3), start=st.integers(1, 22))
@settings(max_examples=40)
def test_no_text_draws_anything_but_itself(labels: list[BottleLabel], start: int) -> None:
    try:
        printed = label_sheet(labels, GRIDS["3x8"], start=start)
    except LabelError:
        return  # a lot of the widest letters does not fit, and is not cut
    # The reader fails on any operator that a label sheet does not need.
    first = pages(printed.data)[0]
    assert set(scanned(first.image())) == {label.payload for label in labels}
