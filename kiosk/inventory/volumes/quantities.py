"""Volumes as people write them, and as the kiosk does: always whole microlitres inside."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

#: A litre: no bottle of a clinic holds more, and a slipped unit is noticed.
MOST_UL = 1_000_000


class QuantityError(ValueError):
    """A quantity that cannot be used; names the field, what is wrong and the mend."""

    def __init__(self, field: str, problem: str, mend: str) -> None:
        self.field, self.problem, self.mend = field, problem, mend
        super().__init__(f"{field}: {problem}")


_NUMBER = re.compile(r"[0-9]{1,9}(?:[.,][0-9]{1,9})?")
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_VOLUME = re.compile(r"([0-9.,]+)\s*(ml|[uµμ]l)", re.IGNORECASE)
_UL_PER = {"ml": 1000, "ul": 1}


def decimal_of(text: str, field: str) -> Decimal:
    """An unsigned number with a decimal point or comma.

    "1,500" is one and a half to some and fifteen hundred to others, so that form is refused. A
    point is always a decimal point, because that is how the kiosk itself writes.

    Raises:
        QuantityError: no such number, or one that reads two ways.
    """
    if not _NUMBER.fullmatch(text):
        raise QuantityError(field, f"'{text}' is no number", "Type it as 0.50 or 0,50.")
    if _THOUSANDS.fullmatch(text):
        raise QuantityError(
            field,
            f"'{text}' may mean {text.replace(',', '.')} or {text.replace(',', '')}",
            "Type a point for decimals, and no sign between thousands.",
        )
    return Decimal(text.replace(",", "."))


def parse_volume(text: str, field: str = "volume") -> int:
    """Whole microlitres of "0.50 ml", "0,50 ml" or "500 µl"; zero is a volume.

    Raises:
        QuantityError: no number, no unit, a part of a microlitre, or above a litre.
    """
    shown = text.strip()
    if not (match := _VOLUME.fullmatch(shown)):
        raise QuantityError(field, f"'{shown}' is no volume", "Type it as 0.50 ml or 500 µl.")
    unit = "ml" if match[2].casefold() == "ml" else "ul"
    microlitres = Fraction(decimal_of(match[1], field)) * _UL_PER[unit]
    if microlitres.denominator != 1:
        raise QuantityError(field, f"'{shown}' is finer than a microlitre", "Round to whole µl.")
    if microlitres > MOST_UL:
        raise QuantityError(field, f"'{shown}' is over a litre", "Look at the unit: ml or µl?")
    return int(microlitres)


def say_ml(microlitres: int) -> str:
    """A volume for people, exact: -400 is "-0.40 ml", 1234 is "1.234 ml"."""
    places = 2 if microlitres % 10 == 0 else 3
    return f"{Decimal(microlitres).scaleb(-3):.{places}f} ml"
