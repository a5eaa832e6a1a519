"""The three answers to a scan, and the words they share."""

from __future__ import annotations

from collections.abc import Iterable

from kiosk.inventory.scanning.model import Reading, Scan, Status, agreed

BY_EYE = "Scan again, or type lot and date from the label."
SET_UP = "Set the scanner up to be asked less."


def taken(reading: Reading, symbology: str | None) -> Scan:
    """A scan that says one thing."""
    return Scan(Status.OK, "", symbology, reading)


def asked(choices: Iterable[Reading], reason: str, symbology: str | None) -> Scan:
    """A scan that may say several; equal choices are one."""
    different = tuple(dict.fromkeys(choices))
    return Scan(Status.ASK, "", symbology, agreed(different), reason, different)


def refused(reason: str, symbology: str | None = None) -> Scan:
    """A scan that says nothing one may use."""
    return Scan(Status.REFUSED, "", symbology, reason=reason)


def readings(scan: Scan) -> tuple[Reading, ...]:
    """All that a scan may say."""
    return (scan.reading,) if scan.status is Status.OK else scan.choices


def doubted(scan: Scan, reason: str) -> Scan:
    """A scan that says something, with a reason to ask put in front."""
    return asked(readings(scan), f"{reason} {scan.reason}".strip(), scan.symbology)
