"""What a scan says, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from kiosk.inventory.scanning.syntax import Element


class Status(StrEnum):
    """What may be done with a scan: take it, let a person choose, or read the label by eye."""

    OK = "ok"
    ASK = "ask"
    REFUSED = "refused"


class Form(StrEnum):
    """In which words a symbol speaks."""

    GS1 = "gs1"
    DIGITAL_LINK = "digital-link"
    #: A number of a trade item and nothing else: EAN, UPC.
    GTIN = "gtin"
    #: Health Industry Bar Code.
    HIBC = "hibc"
    #: A label of the clinic's own, stuck on a bottle.
    BOTTLE = "bottle"


@dataclass(frozen=True, slots=True)
class Reading:
    """One complete reading; a field is None where the symbol does not say it.

    `gtin` always has 14 digits. `bottle` is one of the clinic's own bottle ids. `labeller` and
    `product` are what HIBC has in place of a GTIN. `elements` holds everything a GS1 symbol said,
    by application identifier, in its order; for other forms it is empty.
    """

    form: Form | None = None
    gtin: str | None = None
    lot: str | None = None
    expiry: date | None = None
    production: date | None = None
    serial: str | None = None
    bottle: str | None = None
    labeller: str | None = None
    product: str | None = None
    elements: tuple[Element, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The reading for JSON: dates as ISO 8601, elements as pairs."""
        return {
            "form": self.form.value if self.form else None,
            "gtin": self.gtin,
            "lot": self.lot,
            "expiry": self.expiry.isoformat() if self.expiry else None,
            "production": self.production.isoformat() if self.production else None,
            "serial": self.serial,
            "bottle": self.bottle,
            "labeller": self.labeller,
            "product": self.product,
            "elements": [list(element) for element in self.elements],
        }

    @property
    def described(self) -> str:
        """The fields that are filled, for a button or a sentence."""
        fields = (
            ("bottle", self.bottle),
            ("GTIN", self.gtin),
            ("product", self.product and f"{self.labeller} {self.product}"),
            ("lot", self.lot),
            ("expiry", self.expiry and self.expiry.isoformat()),
            ("made", self.production and self.production.isoformat()),
            ("serial", self.serial),
        )
        return ", ".join(f"{name} {value}" for name, value in fields if value) or "no field"


@dataclass(frozen=True, slots=True)
class Scan:
    """A scan and what was made of it.

    `raw` is the text exactly as it came; `symbology` the AIM identifier without its bracket, None
    where the scanner sent none. `reading` is the reading for OK; for ASK it holds what all
    `choices` agree on, and each choice is complete; for REFUSED it is empty. `reason` is a
    sentence, empty for an OK scan that needs no word.
    """

    status: Status
    raw: str
    symbology: str | None = None
    reading: Reading = field(default=Reading())
    reason: str = ""
    choices: tuple[Reading, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The scan for JSON, the reading's fields beside the status."""
        return {
            "status": self.status.value,
            **self.reading.as_dict(),
            "symbology": self.symbology,
            "reason": self.reason,
            "choices": [choice.as_dict() for choice in self.choices],
            "raw": self.raw,
        }


def agreed(choices: tuple[Reading, ...]) -> Reading:
    """What all choices say alike; fields they differ in are None."""
    first = choices[0]
    kept = {
        name: getattr(first, name)
        for name in Reading.__slots__
        if all(getattr(one, name) == getattr(first, name) for one in choices)
    }
    return Reading(**kept)
