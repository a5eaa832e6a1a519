"""One line of a balance, as it comes over a serial line or as somebody copies it from the display.

Three families cover what studios own, by their makers' manuals: A&D and its many relatives
("ST,GS,+  12.345 g"), MT-SICS ("S S     12.345 g") and Sartorius SBI or plain ("N   +  12.345 g").
A weight that is still moving is none: A&D says US, MT-SICS says D, and SBI leaves the unit out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from kiosk.inventory.volumes.quantities import QuantityError, decimal_of


@dataclass(frozen=True, slots=True)
class Mass:
    """A stable weight and the last digit shown, in grams; negative below the balance's zero."""

    grams: Decimal
    readability_g: Decimal


class StillMoving(QuantityError):
    """The balance has not come to rest; the next line may hold a weight."""


_GRAMS_PER = {"g": Decimal(1), "mg": Decimal("0.001"), "kg": Decimal(1000)}

_WEIGHT = re.compile(r"([+-]?)\s*([0-9.,]+|[0-9.,]*\[[0-9]+\])(?:\s*([A-Za-z%/]+))?(\s*\?)?")
_COMMA_HEAD = re.compile(r"(ST|US|OL|QT|WT|TR),\s*(?:(GS|NT|TR|[GNT]),?)?\s*(.*)")
_SICS_HEAD = re.compile(r"S\s+([SDIL+-])(?:\s+(.*))?")
_SBI_HEAD = re.compile(r"(?:(?:N1?|G#?|T[12]?|NET|GROSS)\s+)?(.*)", re.IGNORECASE)

_WAIT = "Wait until the display stands still, then send it again."
_NOT_STABLE = "the balance is still moving"
_SICS_SAYS = {
    "D": (_NOT_STABLE, _WAIT),
    "I": ("the balance is busy or found no rest", _WAIT),
    "L": ("the balance did not understand its command", "Look at its interface settings."),
    "+": ("there is too much on the balance", "Take something off."),
    "-": ("there is too little on the balance", "Is the pan in place? Zero it with nothing on it."),
}


def read_balance_line(line: str) -> Mass:
    """The weight that a line holds.

    Raises:
        StillMoving: it has not come to rest.
        QuantityError: out of range, no weight, or in a unit that is no mass in grams.
    """
    text = line.strip(" \r\n")
    if not text.isprintable() or len(text) > 40:
        _refuse(f"'{text[:40]!r}' is no line of a balance", "Look at the baud rate and parity.")
    if match := _COMMA_HEAD.fullmatch(text):
        if match[1] == "US":
            _refuse(_NOT_STABLE, _WAIT)
        if match[1] == "OL":
            _refuse("the weight is out of the balance's range", "Take something off.")
        if match[1] == "QT":
            _refuse("the balance counts pieces", "Set it to grams.")
        return _weight(match[3], text)
    if match := _SICS_HEAD.fullmatch(text):
        if match[1] != "S":
            _refuse(*_SICS_SAYS[match[1]])
        return _weight(match[2] or "", text)
    match = _SBI_HEAD.fullmatch(text)
    return _weight(match[1] if match else text, text)


def _weight(text: str, line: str) -> Mass:
    match = _WEIGHT.fullmatch(text.strip())
    if match is None:
        _refuse(f"'{line}' holds no weight", "Type it as 12.345 g.")
    sign, digits, unit, moving = match.groups()
    if moving:
        _refuse(_NOT_STABLE, _WAIT)
    if unit is None:
        raise StillMoving(
            "mass",
            f"'{line}' has no unit; several balances leave it out while they are moving",
            "Wait for the unit to appear, or type the weight as 12.345 g.",
        )
    factor = _GRAMS_PER.get(unit.casefold())
    if factor is None:
        _refuse(f"'{unit}' is no unit of grams", "Set the balance to grams.")
    # Brackets mark the digit that official verification leaves out. It is measured all the same.
    number = decimal_of(digits.replace("[", "").replace("]", ""), "mass")
    exponent = number.as_tuple().exponent
    assert isinstance(exponent, int)
    return Mass(number * factor * (-1 if sign == "-" else 1), Decimal(1).scaleb(exponent) * factor)


def _refuse(problem: str, mend: str) -> NoReturn:
    raise (StillMoving if mend == _WAIT else QuantityError)("mass", problem, mend)
