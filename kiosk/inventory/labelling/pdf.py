"""Labels on A4 sheets as PDF; with one version of reportlab the same labels give the same bytes.

The letters are Bitstream Vera, which comes with reportlab under its own free licence and is
embedded: West European letters and some Central European ones. Others are replaced by a mark.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.inventory.labelling.content import BottleLabel, LabelError, Printout, require_some
from kiosk.inventory.labelling.fitting import cut_to, largest_size, whole_lines
from kiosk.inventory.labelling.grids import A4_MM, Grid
from kiosk.inventory.labelling.letters import Letters
from kiosk.inventory.labelling.qr import QUIET, dark_runs, modules

_FONT = "Vera"
_QR_MM = 22.0
_LARGEST_PT = 9.0
_LEADING = 1.2


@cache
def _glyphs() -> frozenset[str]:
    font: Any = TTFont(_FONT, "Vera.ttf")
    pdfmetrics.registerFont(font)
    # The table ends with a sentinel that is no character.
    return frozenset(chr(code) for code in font.face.charToGlyph if code != 0xFFFF)


def _measure(text: str, size: float) -> float:
    width: float = pdfmetrics.stringWidth(text, _FONT, size)
    return width


def _draw_code(canvas: Any, payload: str, left: float, top: float, side: float) -> None:
    rows = modules(payload)
    module = side / (len(rows) + 2 * QUIET)
    path = canvas.beginPath()
    for row, column, length in dark_runs(rows):
        path.rect(
            left + (column + QUIET) * module,
            top - (row + QUIET + 1) * module,
            length * module,
            module,
        )
    canvas.drawPath(path, stroke=0, fill=1)


def _lines(
    label: BottleLabel, letters: Letters, room: float, height: float
) -> list[tuple[str, float]]:
    """Lines with their sizes in points, top first, that fit `room` by `height`.

    Raises:
        LabelError: something other than the product's name would have to be cut.
    """
    product, lot = letters.printable(label.product), letters.printable(label.lot_line)
    dates = label.date_lines
    size = min(_LARGEST_PT, height / (_LEADING * 6))
    small = min(largest_size(text, room, size, _measure) for text in (*dates, label.bottle))
    name_size = largest_size(product, room, size, _measure)
    lot_size = largest_size(lot, room, size, _measure)
    lines = [
        (cut_to(product, room, name_size, _measure), name_size),
        *((part, lot_size) for part in whole_lines(lot, room, lot_size, _measure)),
        *((text, small) for text in (*dates, label.bottle)),
    ]
    # The hundredth of a point is for sums of floats, not for the eye.
    too_high = sum(at for _, at in lines) * _LEADING > height + 0.01
    if too_high or any(_measure(text, at) > room + 0.01 for text, at in lines):
        raise LabelError(
            f"label: the text of bottle {label.bottle} does not fit in full",
            "Choose a sheet with larger labels.",
        )
    return lines


def _draw(
    canvas: Any, grid: Grid, label: BottleLabel, letters: Letters, x: float, y: float
) -> None:
    """One label whose upper left corner is at (x, y), in points from the page's lower left."""
    inset = grid.inset * mm
    height = grid.height * mm - 2 * inset
    side = min(height, _QR_MM * mm)
    _draw_code(canvas, label.payload, x + inset, y - inset, side)
    room = grid.width * mm - 2 * inset - side
    text_left, down = x + inset + side, y - inset
    for text, size in _lines(label, letters, room, height):
        down -= size * _LEADING
        canvas.setFont(_FONT, size)
        canvas.drawString(text_left, down + size * (_LEADING - 1), text)


def label_sheet(labels: Sequence[BottleLabel], grid: Grid, *, start: int = 1) -> Printout:
    """Labels as a PDF, from place `start` of the first sheet on, row by row.

    Raises:
        LabelError: nothing or too much to print, no such place, or a label is too small.
    """
    require_some(tuple(labels))
    glyphs = _glyphs()
    letters = Letters(glyphs.__contains__)
    written = io.BytesIO()
    # invariant: fixed dates and document id.
    canvas: Any = Canvas(
        written, pagesize=(A4_MM[0] * mm, A4_MM[1] * mm), invariant=1, pageCompression=1
    )
    canvas.setTitle("Bottle labels")
    canvas.setAuthor("SMP Kiosk")
    page = 0
    for label, (at, left, top) in zip(labels, grid.corners(len(labels), start), strict=True):
        if at != page:
            canvas.showPage()
            page = at
        _draw(canvas, grid, label, letters, left * mm, (A4_MM[1] - top) * mm)
    canvas.save()
    return Printout(written.getvalue(), letters.replaced)
