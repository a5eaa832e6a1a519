"""A bottle's QR code as dark and light modules."""

from __future__ import annotations

import segno

#: Light modules around the symbol (ISO/IEC 18004: four for QR).
QUIET = 4


def modules(payload: str) -> tuple[tuple[bool, ...], ...]:
    """Rows of modules, True is dark, without the quiet zone.

    Error correction Q restores a quarter of the symbol: labels get wet, inked and scratched.
    Micro QR stays out, since few scanners read it.
    """
    code = segno.make(payload, error="q", micro=False, boost_error=False)
    return tuple(tuple(bool(module) for module in row) for row in code.matrix)


def dark_runs(rows: tuple[tuple[bool, ...], ...]) -> list[tuple[int, int, int]]:
    """Dark modules side by side as (row, column, length): a drawing without hairline gaps."""
    runs = []
    for at, row in enumerate(rows):
        start = 0
        while start < len(row):
            if not row[start]:
                start += 1
                continue
            end = start
            while end < len(row) and row[end]:
                end += 1
            runs.append((at, start, end - start))
            start = end
    return runs
