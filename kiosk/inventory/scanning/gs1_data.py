"""GS1 data in a symbol: element strings and Digital Links, with the doubts that belong to them."""

from __future__ import annotations

from datetime import date

from kiosk.inventory.scanning.answers import BY_EYE, SET_UP, asked, readings, refused, taken
from kiosk.inventory.scanning.digital_link import read_link
from kiosk.inventory.scanning.element_strings import GS, cut, old_expiry, problem, reading_of
from kiosk.inventory.scanning.lost_separators import doubtful, hidden_fields, swallowed_fields
from kiosk.inventory.scanning.model import Form, Scan, Status
from kiosk.inventory.scanning.settings import ScannerSettings

#: Forms a separator is sent in. None has a character a GS1 value may have, so they mean no other
#: thing; `<GS>` could stand in a lot.
TOKENS = ("\x00F12\x00", "{GS}", "^]", "\\F", "|", "~", "\u241d")
_MAYBE_TOKEN = "<GS>"  # noqa: S105
_LOST = (
    "A separator may have been lost, and a field may have swallowed the next: compare with the "
    "label, and scan again if nothing fits."
)


def read_elements(data: str, symbology: str | None, today: date, settings: ScannerSettings) -> Scan:
    """A text of GS1 elements, separators in whatever form the scanner sends them."""
    if "|]e" in data:
        return refused(f"Composite symbols are not read here. {BY_EYE}", symbology)
    for token in TOKENS:
        if token in data:
            data = data.replace(token, GS)
    if _MAYBE_TOKEN not in data:
        return _cut(data, symbology, today, settings)
    split = _cut(data.replace(_MAYBE_TOKEN, GS), symbology, today, settings)
    if split.status is Status.REFUSED:
        return split
    whole = _cut(data, symbology, today, settings)
    return asked(
        (*readings(split), *readings(whole)),
        f"The scanner may send the separator as <GS>: compare with the label. {SET_UP}",
        symbology,
    )


def read_address(data: str, symbology: str | None, today: date) -> Scan:
    """A text that is a web address, read as GS1 Digital Link."""
    elements = read_link(data)
    wrong = elements if isinstance(elements, str) else problem(elements, today)
    if isinstance(elements, str) or wrong:
        return refused(f"This is no GS1 Digital Link: {wrong}. {BY_EYE}", symbology)
    if old := old_expiry(elements, today):
        return refused(old, symbology)
    return taken(reading_of(elements, Form.DIGITAL_LINK, today), symbology)


def _cut(data: str, symbology: str | None, today: date, settings: ScannerSettings) -> Scan:
    elements = cut(data)
    wrong = elements if isinstance(elements, str) else problem(elements, today)
    if isinstance(elements, str) or wrong:
        return _swallowed(data, symbology, today) or refused(
            f"This is no valid GS1 data: {wrong}. {BY_EYE}", symbology
        )
    if old := old_expiry(elements, today):
        return refused(old, symbology)
    reading = reading_of(elements, Form.GS1, today)
    if reading.bottle:
        return taken(reading, symbology)
    unseen = not settings.separator_proven and GS not in data
    hidden = hidden_fields(elements, today, any_field=unseen)
    if not hidden.readings and hidden.complete and not doubtful(elements):
        return taken(reading, symbology)
    # A hidden expiry that is far past is offered too: should the label say so, the rules of stock
    # stop it; left out, the lot that swallowed it would be the only choice.
    choices = [reading_of(one, Form.GS1, today) for one in hidden.readings]
    return asked((reading, *choices), _LOST, symbology)


def _swallowed(data: str, symbology: str | None, today: date) -> Scan | None:
    """The question to ask where a field is too long because separators were lost."""
    hidden = swallowed_fields(data, today)
    choices = [
        reading_of(one, Form.GS1, today)
        for one in hidden.readings
        if old_expiry(one, today) is None
    ]
    # A list that may lack the right reading is no question to ask.
    return asked(choices, _LOST, symbology) if choices and hidden.complete else None
