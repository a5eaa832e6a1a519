"""Cells that a spreadsheet would run as a formula, made harmless and back again.

The mark is one leading apostrophe, which spreadsheet programs take for "this is text". A cell that
already looks guarded gets a second one, so that taking one off always gives the original back.
Signs: OWASP "CSV Injection", with the full-width forms that East Asian editions accept too.
"""

from __future__ import annotations

from typing import Final

FORMULA_SIGNS: Final = frozenset("=+-@＝＋－＠")
#: Leading tabs and line ends are dropped by some programs, which then see what comes after.
BREAKS: Final = frozenset("\t\r\n")
MARK: Final = "'"


def needs_guard(cell: str) -> bool:
    """Whether a spreadsheet could take this cell for a formula.

    Leading blanks and apostrophes do not count, so a guard never changes the answer.
    """
    for sign in cell:
        if sign in FORMULA_SIGNS or sign in BREAKS:
            return True
        if sign != MARK and not sign.isspace():
            return False
    return False


def guarded(cell: str) -> str:
    """The cell as it may stand in a file; most cells come back unchanged."""
    return MARK + cell if needs_guard(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith(MARK) and needs_guard(cell) else cell
