"""Health Industry Bar Codes (ANSI/HIBC 2.6-2016): the check verified, what is certain read.

A primary message names labeller and product, a secondary one lot and date. Of the secondary forms
only `$$5` (year, day of the year, lot) is read, because it is the one published examples vouch
for; the others are recognised, and lot and date are typed.
"""

from __future__ import annotations

import re
from datetime import date

from kiosk.inventory.scanning.dates import read_yyjjj, too_old
from kiosk.inventory.scanning.mod43 import check_character
from kiosk.inventory.scanning.model import Form, Reading

FLAG = "+"
#: Labeller, product, unit of measure.
_PRIMARY = re.compile(r"([A-Z][0-9A-Z]{3})([0-9A-Z]{1,18})([0-9])")
_YEAR_AND_DAY = re.compile(r"\$\$5(\d{5})([0-9A-Z.\-]{1,18})")
_TYPE_LOT = "Type the lot and the date from the label."


def read_hibc(text: str, today: date) -> tuple[Reading, str] | str:
    """A message from its `+` to its check character: the reading with a remark, or what is wrong.

    The remark says what has still to be typed.
    """
    body, check = text[:-1], text[-1]
    expected = check_character(body)
    if len(text) < 4 or expected is None:
        return "This is no HIBC message: it holds a character HIBC does not have."
    if check != expected:
        return f"The HIBC check character is {check} and should be {expected}. Scan again."
    first, slash, rest = body[1:].partition("/")
    primary = _PRIMARY.fullmatch(first)
    if primary:
        labeller, product, _ = primary.groups()
        named = Reading(Form.HIBC, labeller=labeller, product=product)
        if not slash:
            return named, f"An HIBC product code: it names the product only. {_TYPE_LOT}"
        return _secondary(named, rest, today)
    if first.startswith("$") or first[:5].isdigit():
        # Alone, a secondary message ends with the link character, the primary's check character.
        found = _secondary(Reading(Form.HIBC), body[1:-1], today)
        if isinstance(found, str):
            return found
        reading, remark = found
        return reading, f"{remark} It does not name the product: scan its other code too.".strip()
    return "This HIBC message names neither a product nor a lot."


def _secondary(named: Reading, text: str, today: date) -> tuple[Reading, str] | str:
    found = _YEAR_AND_DAY.fullmatch(text)
    if not found:
        return named, f"This form of HIBC lot and date is kept as scanned only. {_TYPE_LOT}"
    expiry = read_yyjjj(found[1], today)
    if expiry is None:
        return f"The HIBC date {found[1]} is no day of a year. Read the label."
    if too_old(expiry, today):
        return (
            f"The expiry reads {expiry.isoformat()}, more than ten years ago. Read the label: "
            "this is a misprint or a misread."
        )
    reading = Reading(
        Form.HIBC,
        lot=found[2],
        expiry=expiry,
        labeller=named.labeller,
        product=named.product,
    )
    return reading, ""
