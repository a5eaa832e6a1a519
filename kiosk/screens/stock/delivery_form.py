"""The lines of a delivery: what stands in them, and what they make together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from kiosk.desk.stock.recall_view import ARTICLE
from kiosk.desk.stock.receiving import Delivery
from kiosk.inventory.label_dates import Ambiguous, LabelDate, Unreadable, read_label_date
from kiosk.inventory.model import Identifier, Product
from kiosk.screens.stock.typed import Typo, identifiers, past_day, volume_ul


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the form; `kept` ones stay for the next lot of the delivery."""

    id: str
    label: str
    hint: str
    kept: bool = False


LINES: Final = (
    Line("product", "Product", "scan, or part of its name"),
    Line("lot_no", "Lot number", "as printed"),
    Line("expiry", "Expiry", "as printed"),
    Line("bottles", "Bottles", "of this lot"),
    Line("each", "Each holds", "for example 10 ml"),
    Line("numbers", "More numbers", "BATCH RX44; MARK 12"),
    Line("supplier", "Supplier", "stays for the next lot", kept=True),
    Line("invoice", "Invoice", "stays for the next lot", kept=True),
    Line("arrived", "Arrived", "empty: today; 'unknown'", kept=True),
    Line("seal", "Seal", "i intact, b broken"),
)

_SEALS: Final = {"": "unknown", "i": "intact", "b": "broken", "u": "unknown"}


@dataclass(frozen=True, slots=True)
class Complaint(Exception):
    """A line that cannot be used, and why."""

    line: str
    problem: str


@dataclass(frozen=True, slots=True)
class Scanned:
    """What scans have told about the lot in the form, beside its lines."""

    article: str = ""
    serials: tuple[str, ...] = ()


def read_expiry(text: str, today: date) -> LabelDate | Ambiguous | Unreadable | None:
    """The label's date as typed; None for an empty line."""
    return read_label_date(text, today=today) if text.strip() else None


def seal_of(text: str) -> str:
    """The word for how the seal was found.

    Raises:
        Complaint: none of the letters.
    """
    word = _SEALS.get(text.strip().lower()[:1])
    if word is None:
        raise Complaint("seal", "i intact, b broken, empty")
    return word


def delivery_of(
    lines: dict[str, str], product: Product | None, scanned: Scanned, *, today: date, token: str
) -> Delivery:
    """What the lines say together.

    Raises:
        Complaint: one of them cannot be used.
    """
    if product is None:
        raise Complaint("product", "choose one")
    expiry = read_expiry(lines["expiry"], today)
    if isinstance(expiry, Ambiguous):
        raise Complaint("expiry", "two dates are possible")
    if isinstance(expiry, Unreadable):
        raise Complaint("expiry", expiry.reason)
    number = lines["bottles"].strip()
    if not number.isascii() or not number.isdigit():
        raise Complaint("bottles", "a whole number")
    arrived = lines["arrived"].strip().lower()
    try:
        each = volume_ul(lines["each"])
    except Typo as error:
        raise Complaint("each", "type it as 10 ml") from error
    try:
        day = None if arrived in {"", "unknown"} else past_day(arrived, today)
    except Typo as error:
        raise Complaint("arrived", str(error)) from error
    numbers = [*identifiers(lines["numbers"])]
    numbers += [Identifier("SERIAL", serial) for serial in scanned.serials]
    if scanned.article:
        numbers.append(Identifier(ARTICLE, scanned.article))
    return Delivery(
        product.id,
        lines["lot_no"].strip(),
        expiry.on if expiry else None,
        lines["supplier"].strip(),
        each,
        int(number),
        day,
        arrived == "unknown",
        tuple(numbers),
        lines["invoice"].strip(),
        seal_of(lines["seal"]),
        token=token,
    )


def warnings(delivery: Delivery, today: date) -> tuple[str, ...]:
    """What a person must have meant before it is booked; the desk books it all the same."""
    found = []
    if not delivery.lot_no:
        found.append(
            "No lot number: nobody could trace it. It can only be rejected or returned, never used."
        )
    if delivery.label_expiry is None:
        found.append("No expiry date: it stays in quarantine; none is assumed.")
    elif delivery.label_expiry < today:
        found.append(f"Its date passed on {delivery.label_expiry:%-d %B %Y}: it is never released.")
    return tuple(found)
