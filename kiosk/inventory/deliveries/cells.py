"""One cell at a time: text, volumes, counts, seals, article numbers."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from kiosk.inventory.deliveries.problems import CellError
from kiosk.inventory.deliveries.text import MAX_CELL

#: No pigment or diluent bottle is larger; more is a slip of the decimal mark.
MAX_BOTTLE_UL: Final = 1_000_000
#: What the desk books at once.
MAX_BOTTLES: Final = 1_000


class Seal(StrEnum):
    """How the bottles' seals were found."""

    INTACT = "intact"
    BROKEN = "broken"
    UNKNOWN = "unknown"


SEAL_WORDS: Final[Mapping[str, Seal]] = {
    "": Seal.UNKNOWN,
    "unknown": Seal.UNKNOWN,
    "intact": Seal.INTACT,
    "ok": Seal.INTACT,
    "yes": Seal.INTACT,
    "sealed": Seal.INTACT,
    "unversehrt": Seal.INTACT,
    "broken": Seal.BROKEN,
    "no": Seal.BROKEN,
    "opened": Seal.BROKEN,
    "missing": Seal.BROKEN,
    "beschädigt": Seal.BROKEN,
}

#: Not drawn, so nobody sees them, yet they make two lot numbers differ.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_ML = re.compile(r"(\d{1,7})(?:[.,](\d{1,9}))?(?:\s*ml)?", re.IGNORECASE | re.ASCII)
_UL = re.compile(r"(\d{1,9})(?:\s*[uµμ]l)?", re.IGNORECASE | re.ASCII)


def visible(text: str) -> str:
    """The text with every unseen sign written out, so that it can run nothing on a terminal."""
    return "".join(
        f"<U+{ord(sign):04X}>" if unicodedata.category(sign) in _UNSEEN else sign for sign in text
    )


def quoted(text: str) -> str:
    """A cell's text inside a sentence: short and visible."""
    return f"'{visible(text[:40])}…'" if len(text) > 40 else f"'{visible(text)}'"


def plain_text(text: str) -> str:
    """The text as it stands, when it is short and every sign of it can be seen.

    Raises:
        CellError: it is too long or holds a sign that nobody sees.
    """
    if len(text) > MAX_CELL:
        raise CellError(f"{len(text)} characters; at most {MAX_CELL} fit", "Shorten it.")
    for sign in text:
        if unicodedata.category(sign) in _UNSEEN:
            raise CellError(
                f"{quoted(text)} holds a sign that cannot be seen",
                "Type it anew as printed, on one line.",
            )
    return text


def printed_number(text: str) -> str:
    """A lot or other number as printed; never read as a number or date.

    Raises:
        CellError: it cannot be what a container says.
    """
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            f"a spreadsheet has turned the number into {quoted(text)}",
            "Format the column as text and type it as printed. Where the container really says "
            "so, drop the row and receive it by hand.",
        )
    return plain_text(text)


def volume_from_ul(text: str) -> int:
    """A bottle's volume from whole microlitres.

    Raises:
        CellError: it is no whole number, zero, or larger than any bottle.
    """
    found = _UL.fullmatch(text)
    if found is None:
        raise CellError(f"{quoted(text)} is no whole number of µl", "15 ml are 15000.")
    return _in_range(int(found[1]), text)


def volume_from_ml(text: str) -> int:
    """A bottle's volume from millilitres, exact, with a point or a comma as the decimal mark.

    Raises:
        CellError: it is no number, finer than a microlitre, out of range, or has exactly three
            decimals, which elsewhere group thousands.
    """
    found = _ML.fullmatch(text)
    if found is None:
        raise CellError(f"{quoted(text)} is no number of ml", "Write it as 15 or 7.5.")
    whole, decimals = found[1], found[2] or ""
    if len(decimals) == 3 and int(whole) > 0:
        raise CellError(
            f"{quoted(text)} could be {whole} or {whole}{decimals} ml",
            "Write the size in µl, in a column bottle_ul.",
        )
    if decimals[3:].strip("0"):
        raise CellError(f"{quoted(text)} is finer than a microlitre", "Round it to 0.001 ml.")
    return _in_range(int(whole) * 1000 + int(decimals[:3].ljust(3, "0")), text)


def _in_range(volume_ul: int, text: str) -> int:
    if not 0 < volume_ul <= MAX_BOTTLE_UL:
        raise CellError(
            f"{quoted(text)} is no size of a bottle",
            f"More than nothing and at most {MAX_BOTTLE_UL // 1000} ml.",
        )
    return volume_ul


def count(text: str) -> int:
    """A number of bottles.

    Raises:
        CellError: it is no whole number from 1 to `MAX_BOTTLES`.
    """
    if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= MAX_BOTTLES:
        raise CellError(
            f"{quoted(text)} is no whole number from 1 to {MAX_BOTTLES}",
            "Count the bottles; split larger deliveries into rows.",
        )
    return int(text)


def seal(text: str) -> Seal:
    """A seal's state from its word.

    Raises:
        CellError: the word is not known.
    """
    found = SEAL_WORDS.get(text.casefold())
    if found is None:
        raise CellError(f"{quoted(text)} is no state of a seal", "Write intact, broken or unknown.")
    return found


def gtin(text: str) -> str:
    """An article number as printed, its check digit verified (GS1 General Specifications 7.9).

    Raises:
        CellError: wrong length, wrong signs or a wrong check digit.
    """
    if not text:
        return ""
    if _SCIENTIFIC.fullmatch(text):
        raise CellError(
            f"a spreadsheet has turned the number into {quoted(text)}",
            "Format the column as text and scan or type the number again.",
        )
    if not re.fullmatch(r"[0-9]+", text) or len(text) not in {8, 12, 13, 14}:
        raise CellError(f"{quoted(text)} is no GTIN of 8, 12, 13 or 14 digits", "Scan it again.")
    weighted = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(text[-2::-1])
    )
    if (weighted + int(text[-1])) % 10:
        raise CellError(f"the check digit of {quoted(text)} is wrong", "Scan it again.")
    return text
