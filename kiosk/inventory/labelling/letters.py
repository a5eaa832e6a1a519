"""Signs that a printer's letters do not hold, replaced by one mark and remembered."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

#: The typographers' generic sign. Latin-1, Windows-1252 and Vera hold it; no container uses it.
MARK = "¤"


class Letters:
    """Makes texts printable; `replaced` collects what was not, for somebody to be told."""

    def __init__(self, prints: Callable[[str], bool]) -> None:
        self._prints = prints
        self._replaced: dict[str, None] = {}

    def printable(self, text: str) -> str:
        """The text on one line, composed, with the mark for every sign that cannot be printed.

        Control characters are never let through, whatever the printer could make of them.
        """
        composed = unicodedata.normalize("NFC", text)
        return "".join(map(self._one, composed))

    def _one(self, sign: str) -> str:
        if unicodedata.category(sign)[0] not in "CZ" and self._prints(sign):
            return sign
        if sign == " " or unicodedata.category(sign) == "Zs":
            return " "
        self._replaced[sign] = None
        return MARK

    @property
    def replaced(self) -> tuple[str, ...]:
        """Every sign that was replaced so far, once, in order of appearance."""
        return tuple(self._replaced)
