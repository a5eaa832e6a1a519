"""Notices typed into a form: the fields of a screen as text, and the same checks as for a file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kiosk.inventory.recalls.checks import Draft, DraftWindow, checked
from kiosk.inventory.recalls.notice import (
    Event,
    Notice,
    NoticeError,
    NumberKind,
    ProductName,
    Reach,
)

#: A lot number holds none of these; a slash may be part of one unless spaces stand around it.
_BETWEEN_NUMBERS = re.compile(r"\s/\s|[,;]")
_KINDS = "|".join(NumberKind)
_NUMBER = re.compile(rf"\s*(?:({_KINDS})\s*:)?\s*(.*?)\s*", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class NoticeForm:
    """The fields as typed; days are ISO 8601 text, empty where unknown.

    `aliases`: names with `;` or a new line between them. `products`: one a line, `line | shade` or
    one name; empty with `all_products`. `lots`: one lot a line; between its numbers a comma, a
    semicolon, or a slash with spaces around it; in front of a number its kind where that is not
    LOT (`BATCH: RX44 / LOT: SS199`). `version` is digits.
    """

    id: str
    source: str
    kind: str
    issued_on: str
    brand: str
    hazard: str
    version: str = "1"
    aliases: str = ""
    products: str = ""
    all_products: bool = False
    material: str = "any"
    lots: str = ""
    all_lots: bool = False
    unknown_lot: bool = False
    distributed_first: str = ""
    distributed_last: str = ""
    received_first: str = ""
    received_last: str = ""
    reference: str = ""
    url: str = ""


def from_form(form: NoticeForm) -> Notice:
    """The notice that a filled form says.

    Raises:
        NoticeError: as for a file; the fields have the same names, windows being `scope.windows`.
    """
    version = form.version.strip()
    return checked(
        Draft(
            id=form.id.strip(),
            version=int(version) if re.fullmatch("[0-9]{1,6}", version) else 0,
            source=form.source.strip(),
            kind=form.kind.strip().lower(),
            issued_on=form.issued_on.strip(),
            brand=form.brand.strip(),
            material=form.material.strip().lower(),
            hazard=form.hazard.strip(),
            reference=form.reference.strip(),
            url=form.url.strip(),
            aliases=_filled(re.split(r"[;\n]", form.aliases)),
            products=tuple(_product(text) for text in _filled(form.products.split("\n"))),
            all_products=form.all_products,
            lots=tuple(_lot(text) for text in _filled(form.lots.split("\n"))),
            all_lots=form.all_lots,
            unknown_lot=form.unknown_lot,
            windows=tuple(
                DraftWindow(event, first.strip(), last.strip())
                for event, first, last in (
                    (Event.DISTRIBUTED, form.distributed_first, form.distributed_last),
                    (Event.RECEIVED, form.received_first, form.received_last),
                )
                if first.strip() or last.strip()
            ),
        )
    )


def _filled(texts: list[str]) -> tuple[str, ...]:
    return tuple(text.strip() for text in texts if text.strip())


def _product(text: str) -> tuple[str, str]:
    line, _, shade = text.partition("|")
    return line.strip(), shade.strip()


def _lot(text: str) -> tuple[tuple[str, str], ...]:
    numbers = []
    for part in _filled(_BETWEEN_NUMBERS.split(text)):
        found = _NUMBER.fullmatch(part)
        kind, value = found.groups() if found else (None, part)
        numbers.append((str(kind or NumberKind.LOT).upper(), value))
    return tuple(numbers)


def to_form(notice: Notice) -> NoticeForm | None:
    """The filled form of a notice, to amend it; None where its fields cannot hold all it says."""
    scope = notice.scope
    days = dict.fromkeys(Event, ("", ""))
    for window in scope.windows:
        days[window.event] = (_day(window.first), _day(window.last))
    form = NoticeForm(
        id=notice.id,
        source=notice.source,
        kind=notice.kind.value,
        issued_on=notice.issued_on,
        brand=notice.brand,
        hazard=notice.hazard,
        version=str(notice.version),
        aliases="; ".join(notice.aliases),
        products="\n".join(_product_text(product) for product in notice.products),
        all_products=not notice.products,
        material=notice.material.value if notice.material else "any",
        lots="\n".join(
            " / ".join(f"{number.kind}: {number.value}" for number in lot) for lot in scope.lots
        ),
        all_lots=scope.reach is Reach.ALL_LOTS,
        unknown_lot=scope.reach is Reach.UNKNOWN_LOT,
        distributed_first=days[Event.DISTRIBUTED][0],
        distributed_last=days[Event.DISTRIBUTED][1],
        received_first=days[Event.RECEIVED][0],
        received_last=days[Event.RECEIVED][1],
        reference=notice.reference,
        url=notice.url,
    )
    try:
        # Two windows of one kind, or a name with a separator in it, would come back as another
        # notice: such a one is amended by a file.
        return form if from_form(form) == notice else None
    except NoticeError:
        return None


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _product_text(product: ProductName) -> str:
    return f"{product.line} | {product.shade}" if product.shade else product.line
