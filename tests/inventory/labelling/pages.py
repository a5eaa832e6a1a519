"""A small reader of PDF pages: filled rectangles and texts, with their places in millimetres.

It knows the few operators of a label sheet and fails on any other, so nothing is drawn unseen.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pypdf import PdfReader
from pypdf.generic import ContentStream

MM = 72 / 25.4
#: Set state that draws nothing here.
_STATE = {b"BT", b"ET", b"n", b"rg", b"RG", b"g", b"G", b"w", b"J", b"j", b"Tf", b"TL", b"T*"}


@dataclass
class Page:
    rectangles: list[tuple[float, float, float, float]] = field(default_factory=list)
    """(left, top, width, height) from the upper left corner."""
    places: list[tuple[float, float]] = field(default_factory=list)
    """Where each piece of text begins."""
    text: str = ""

    def image(self, dots_per_mm: int = 8) -> NDArray[np.uint8]:
        """The rectangles of an A4 page as a printer would paint them."""
        paper = np.full((297 * dots_per_mm, 210 * dots_per_mm), 255, dtype=np.uint8)
        for left, top, width, height in self.rectangles:
            x, y = round(left * dots_per_mm), round(top * dots_per_mm)
            right = round((left + width) * dots_per_mm)
            bottom = round((top + height) * dots_per_mm)
            paper[y:bottom, x:right] = 0
        return paper


def pages(data: bytes) -> list[Page]:
    reader = PdfReader(io.BytesIO(data), strict=True)
    found = []
    for source in reader.pages:
        assert [round(float(v) / MM) for v in source.mediabox] == [0, 0, 210, 297]
        page = Page(text=source.extract_text())
        pending: list[tuple[float, float, float, float]] = []
        for operands, operator in ContentStream(source.get_contents(), reader).operations:
            if operator == b"re":
                x, y, width, height = (float(value) / MM for value in operands)
                pending.append((x, 297 - y - height, width, height))
            elif operator in {b"f", b"f*"}:
                page.rectangles += pending
                pending = []
            elif operator == b"Tm":
                page.places.append((float(operands[4]) / MM, 297 - float(operands[5]) / MM))
            elif operator == b"cm":
                assert [float(value) for value in operands] == [1, 0, 0, 1, 0, 0]
            else:
                assert operator in _STATE | {b"Tj"}, operator
        found.append(page)
    return found
