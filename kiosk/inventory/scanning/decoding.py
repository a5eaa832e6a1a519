"""From the text of a scan to what it says: a pure function that guesses nothing.

OK means that the text says this and can say nothing else; ASK that a person must compare with the
label; REFUSED that the label must be scanned again or read by eye.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.inventory.scanning.answers import BY_EYE, SET_UP, asked, readings, refused
from kiosk.inventory.scanning.element_strings import GS
from kiosk.inventory.scanning.keyboards import ALPHABET, LAYOUTS, restore
from kiosk.inventory.scanning.model import Scan, Status
from kiosk.inventory.scanning.set_up import TEST_CODE
from kiosk.inventory.scanning.settings import DEFAULT, ScannerSettings
from kiosk.inventory.scanning.symbols import (
    KNOWN,
    by_symbology,
    with_caps_lock,
    without_identifier,
)

#: A QR code of version 40 holds 7,089 digits (ISO/IEC 18004).
LONGEST = 7_089


def decode(text: str, *, today: date, settings: ScannerSettings = DEFAULT) -> Scan:
    """Read a scan as it arrived, line end included or not; never raises.

    `today` is the clinic's day: two-digit years and too old expiries are judged by it.
    """
    scan = _decode(text, today, settings)
    return replace(scan, raw=text)


def _decode(text: str, today: date, settings: ScannerSettings) -> Scan:
    body = text.strip("\r\n\t").removeprefix("\x02").removesuffix("\x03")
    if not body:
        return refused("The scan is empty.")
    if len(body) > LONGEST:
        return refused("The scan is longer than any symbol: several ran together. Scan again.")
    if settings.separator != GS:
        body = body.replace(settings.separator, GS)
    if settings.arrives_as != ALPHABET:
        restored = restore(body, settings.arrives_as)
        if restored is None:
            return refused(
                "The keyboard layout is not the one of the set-up. Set the scanner up again."
            )
        return _identified(restored, today, settings)
    scan = _identified(body, today, settings)
    return _typed_elsewhere(body, scan, today, settings)


def _identified(body: str, today: date, settings: ScannerSettings) -> Scan:
    if body.endswith(TEST_CODE):
        return refused("This is the set-up code of the scanner, not a label.")
    if not body.startswith("]"):
        return without_identifier(body, today, settings)
    symbology, data = body[1:3], body[3:]
    if symbology in KNOWN:
        return by_symbology(symbology, data, today, settings)
    swapped = symbology.swapcase()
    if len(symbology) == 2 and swapped in KNOWN:
        return with_caps_lock(swapped, data, today, settings)
    return refused(
        f"Symbols of kind ]{symbology} carry no data a label of ink would. {BY_EYE}", symbology
    )


def _typed_elsewhere(body: str, scan: Scan, today: date, settings: ScannerSettings) -> Scan:
    """`scan`, or a question if the text makes sense on another keyboard."""
    for name, arrives_as in LAYOUTS.items():
        if body[0] != arrives_as[0]:
            continue
        sent = restore(body, arrives_as)
        if sent is None or sent[1:3] not in KNOWN:
            continue
        other = by_symbology(sent[1:3], sent[3:], today, settings)
        if other.status is Status.REFUSED:
            if scan.status is not Status.REFUSED:
                continue
            return refused(f"It looks typed on a {name} keyboard. {other.reason}", other.symbology)
        return asked(
            (*readings(other), *readings(scan)),
            f"It looks typed on a {name} keyboard: compare with the label. {SET_UP}",
            other.symbology,
        )
    return scan
