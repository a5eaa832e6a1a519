"""Which symbols are read, and as what.

An AIM identifier says what kind of symbol a text comes from. Only kinds that are known to hold
something are read: biip alone would take two thirds of the others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.inventory.scanning.answers import (
    BY_EYE,
    asked,
    doubted,
    readings,
    refused,
    taken,
)
from kiosk.inventory.scanning.bottle_label import read_bottle
from kiosk.inventory.scanning.digital_link import is_address
from kiosk.inventory.scanning.element_strings import reading_of
from kiosk.inventory.scanning.gs1_data import read_address, read_elements
from kiosk.inventory.scanning.hibc import FLAG, read_hibc
from kiosk.inventory.scanning.model import Form, Reading, Scan, Status
from kiosk.inventory.scanning.settings import ScannerSettings
from kiosk.inventory.scanning.trade_items import expand_upc_e, read_gtin

#: AIM identifiers (ISO/IEC 15424) of symbols that hold GS1 elements.
GS1_SYMBOLS = frozenset({"d2", "C1", "Q3", "e0"})
#: Symbols that hold anything: a web address, HIBC, a label of ours.
PLAIN_SYMBOLS = frozenset({"d1", "Q1"})
#: Code 128 and Code 39: of what they hold, only HIBC and labels of ours prove themselves.
BARE_SYMBOLS = frozenset({"C0", *(f"A{n}" for n in range(8))})
KNOWN = GS1_SYMBOLS | PLAIN_SYMBOLS | BARE_SYMBOLS | {"E0", "E4", "J0", "J1"}


def by_symbology(symbology: str, data: str, today: date, settings: ScannerSettings) -> Scan:
    """The data of a symbol whose AIM identifier is one of `KNOWN`."""
    if symbology in GS1_SYMBOLS:
        scan = read_elements(data, symbology, today, settings)
        if symbology == "e0" and len(data) == 13 and (gtin := read_gtin(data)):
            # CapsLock turns ]E0 of an EAN-13 into ]e0.
            ean = Reading(Form.GTIN, gtin=gtin)
            reason = "CapsLock may be on: this is a GTIN, or GS1 data of the same digits."
            return asked((*readings(scan), ean), reason, symbology)
        return scan
    if symbology in {"E0", "E4"}:
        return _retail(symbology, data, today, settings)
    if symbology in {"J0", "J1"}:
        return refused(f"DotCode is not read here. {BY_EYE}", symbology)
    if data.startswith(FLAG):
        return _hibc(data, symbology, today)
    if bottle := read_bottle(data):
        return taken(Reading(Form.BOTTLE, bottle=bottle), symbology)
    if symbology in PLAIN_SYMBOLS:
        if is_address(data):
            return read_address(data, symbology, today)
        scan = read_elements(data, symbology, today, settings)
        if scan.status is not Status.REFUSED:
            return doubted(scan, "The symbol is not marked as GS1: compare with the label.")
        return refused(f"This symbol holds plain text, not GS1 data. {BY_EYE}", symbology)
    return refused(
        f"This bar code is not marked as GS1, so its text proves nothing. {BY_EYE}", symbology
    )


def without_identifier(body: str, today: date, settings: ScannerSettings) -> Scan:
    """The data of a symbol whose kind the scanner did not name."""
    if body.startswith(FLAG):
        return _hibc(body, None, today)
    if bottle := read_bottle(body):
        return taken(Reading(Form.BOTTLE, bottle=bottle), None)
    if len(body) in {12, 13, 14} and (gtin := read_gtin(body)):
        return taken(Reading(Form.GTIN, gtin=gtin), None)
    if len(body) == 8 and body.isdigit():
        return _eight_digits(body)
    if is_address(body):
        scan = read_address(body, None, today)
        if body.startswith("http"):
            # Intact punctuation and a small "http": neither another layout nor CapsLock.
            return scan
    else:
        scan = read_elements(body, None, today, settings)
    if scan.status is Status.REFUSED:
        return scan
    if settings.prefix:
        return doubted(
            scan,
            "The scanner named no kind of symbol (AIM identifier): compare with the label. "
            "Switch AIM identifiers on in the scanner, or set it up here.",
        )
    if any(c.islower() for one in readings(scan) for _, v in one.elements for c in v):
        return _in_both_cases(scan, today)
    return scan


def with_caps_lock(symbology: str, data: str, today: date, settings: ScannerSettings) -> Scan:
    """The data of a symbol whose identifier came with its letter in the wrong case."""
    scans = [by_symbology(symbology, text, today, settings) for text in (data.swapcase(), data)]
    choices = [reading for scan in scans for reading in readings(scan)]
    if not choices:
        return refused(f"CapsLock is on: switch it off. {scans[0].reason}", symbology)
    return asked(
        choices,
        "CapsLock is on, so capital and small letters may be exchanged: switch it off and scan "
        "again, or compare with the label.",
        symbology,
    )


def _retail(symbology: str, data: str, today: date, settings: ScannerSettings) -> Scan:
    if "|]e" in data:
        return refused(f"Composite symbols are not read here. {BY_EYE}", symbology)
    length = 13 if symbology == "E0" else 8
    gtin = read_gtin(data) if len(data) == length else None
    if gtin:
        return taken(Reading(Form.GTIN, gtin=gtin), symbology)
    if symbology == "E0" and len(data) != length:
        # CapsLock turns ]e0 of a GS1 DataBar into ]E0.
        scan = with_caps_lock("e0", data, today, settings)
        if scan.status is Status.ASK:
            return scan
    return refused(
        f"An EAN-{length} has {length} digits, the last of them a check digit; these are not. "
        "Scan again.",
        symbology,
    )


def _eight_digits(body: str) -> Scan:
    found = [gtin for gtin in (read_gtin(body), expand_upc_e(body)) if gtin]
    if not found:
        return refused(f"Eight digits without a valid check digit. {BY_EYE}")
    choices = tuple(Reading(Form.GTIN, gtin=gtin) for gtin in found)
    return asked(choices, "Eight digits may be an EAN-8, a UPC-E or anything else.", None)


def _hibc(data: str, symbology: str | None, today: date) -> Scan:
    found = read_hibc(data, today)
    if isinstance(found, str):
        return refused(found, symbology)
    reading, remark = found
    return replace(taken(reading, symbology), reason=remark)


def _in_both_cases(scan: Scan, today: date) -> Scan:
    choices = []
    for reading in readings(scan):
        swapped = [(ai, value.swapcase()) for ai, value in reading.elements]
        choices += [reading, reading_of(swapped, reading.form or Form.GS1, today)]
    return asked(choices, "CapsLock may be on: compare the letters with the label.", None)
