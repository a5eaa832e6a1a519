"""The scanner's set-up code as a page to print; the same bytes every time."""

from __future__ import annotations

import io
from typing import Any

from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from kiosk.inventory.labelling.grids import A4_MM
from kiosk.inventory.labelling.qr import dark_runs
from kiosk.inventory.scanning.set_up_symbol import SYMBOL

#: Half a millimetre a module: what hand scanners read from a hand's breadth away.
_MODULE_MM = 0.5
_TEXT = (
    "Scanner set-up code (GS1 DataMatrix)",
    "Open 'Set the scanner up' on the kiosk, then scan this once.",
    "Print it in its own size (100 %), on plain white paper.",
)


def set_up_sheet() -> bytes:
    """One A4 page as PDF."""
    written = io.BytesIO()
    # invariant: fixed dates and document id.
    canvas: Any = Canvas(written, pagesize=(A4_MM[0] * mm, A4_MM[1] * mm), invariant=1)
    canvas.setTitle("Scanner set-up code")
    canvas.setAuthor("SMP Kiosk")
    left, top, module = 30 * mm, (A4_MM[1] - 60) * mm, _MODULE_MM * mm
    for number, line in enumerate(_TEXT):
        canvas.setFont("Helvetica", 14 if number == 0 else 11)
        canvas.drawString(left, (A4_MM[1] - 30 - 8 * number) * mm, line)
    path = canvas.beginPath()
    for row, column, length in dark_runs(SYMBOL):
        path.rect(left + column * module, top - (row + 1) * module, length * module, module)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.save()
    return written.getvalue()
