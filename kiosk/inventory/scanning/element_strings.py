"""GS1 element strings: cut by biip, then held against what biip lets pass.

biip 5.2 takes an empty lot, a lot without a GTIN, one identifier twice, a separator right behind
the symbology identifier, a variable field without its separator, and a wrong check digit; the
official GS1 Syntax Engine refuses them all.
"""

from __future__ import annotations

import re
from datetime import date

from biip import ParseConfig
from biip.gs1_messages import GS1Message

from kiosk.inventory.scanning.bottle_label import INTERNAL_AI, read_bottle
from kiosk.inventory.scanning.dates import read_yymmdd, too_old
from kiosk.inventory.scanning.model import Form, Reading
from kiosk.inventory.scanning.syntax import (
    Element,
    company_problem,
    dictionary,
    value_problem,
)

GS = "\x1d"
# Dates are judged here, against the clinic's day; biip would ask the computer's clock.
_PRINTABLE = re.compile(rf"[!-~{GS}]+")
CONFIG = ParseConfig(gs1_element_strings_verify_date=False)


def cut(data: str) -> list[Element] | str:
    """The elements of `data` without judging their values, or why it is no element string."""
    if data.startswith(GS):
        return "a separator stands before the first field; set the scanner to send none there"
    # One at the end is allowed and means nothing.
    data = data.removesuffix(GS)
    if data.endswith(GS) or GS + GS in data:
        return "two separators stand together"
    # Before biip, whose regular expressions take the digits of other scripts, and whose strip()
    # takes separators and control characters off both ends.
    if not _PRINTABLE.fullmatch(data):
        return "it holds a character GS1 does not allow"
    try:
        message = GS1Message.parse(data, config=CONFIG)
    except Exception:
        # What biip raises is not a closed set: it has met IndexError and TypeError.
        return _why_not(data)
    known = dictionary()
    elements: list[Element] = []
    position = 0
    for one in message.element_strings:
        ai = one.ai.ai
        if ai not in known:
            return f"GS1 knows no application identifier ({ai})"
        elements.append((ai, one.value))
        position += len(ai) + len(one.value)
        if position < len(data):
            if data[position] == GS:
                position += 1
            elif not known[ai].predefined:
                return f"({ai}) is too long, or a separator is missing behind it"
    return elements


def _why_not(data: str) -> str:
    if "]" in data:
        return "it holds a second symbology identifier: two scans ran together"
    return "it does not consist of GS1 fields from end to end"


def problem(elements: list[Element], today: date) -> str | None:
    """Why elements cannot be what a label says, or None."""
    for ai, value in elements:
        if wrong := value_problem(ai, value):
            return wrong
        if ai in _DATES and read_yymmdd(value, today) is None:
            return f"({ai}) {dictionary()[ai].title}: no such date"
    return company_problem(elements)


_DATES = frozenset({"11", "12", "13", "15", "16", "17"})


def old_expiry(elements: list[Element], today: date) -> str | None:
    """The sentence on an expiry that must be a misprint or a misread, or None."""
    text = dict(elements).get("17")
    expiry = read_yymmdd(text, today) if text else None
    if expiry is None or not too_old(expiry, today):
        return None
    return (
        f"The expiry reads {expiry.isoformat()}, more than ten years ago. Read the label: this is "
        "a misprint or a misread."
    )


def reading_of(elements: list[Element], form: Form, today: date) -> Reading:
    """The fields of elements that were found good."""
    values = dict(elements)

    def day(ai: str) -> date | None:
        return read_yymmdd(values[ai], today) if ai in values else None

    bottle = read_bottle(values[INTERNAL_AI]) if INTERNAL_AI in values else None
    return Reading(
        Form.BOTTLE if bottle else form,
        gtin=values.get("01"),
        lot=values.get("10"),
        expiry=day("17"),
        production=day("11"),
        serial=values.get("21"),
        bottle=bottle,
        elements=tuple(elements),
    )
