"""A supplier's delivery file at the desk: shown first, then booked in whole or not at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look, require_trusted_clock, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.recall_view import ARTICLE
from kiosk.desk.stock.receiving import Delivery, book_in
from kiosk.desk.stock.shelf import find_lot
from kiosk.desk.stock.suppliers import blocked_supplier
from kiosk.inventory.deliveries.dates import printed_dates
from kiosk.inventory.deliveries.problems import DeliveryError, Problem
from kiosk.inventory.deliveries.reading import read_delivery
from kiosk.inventory.deliveries.rows import DeliveryPreview, DeliveryRow
from kiosk.inventory.deliveries.scans import label_scans
from kiosk.inventory.deliveries.wording import preview_text
from kiosk.inventory.model import Identifier, Lot
from kiosk.stops import Stop, ranked
from kiosk.storage import tables as t


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """A file as it would be booked.

    `booked` are the fingerprints of rows that were booked before, `stops` what refuses the whole
    file whatever its rows say.
    """

    file: DeliveryPreview
    booked: frozenset[str]
    stops: tuple[Stop, ...]

    @property
    def ready(self) -> bool:
        """Whether importing it now would book something."""
        new = any(row.fingerprint not in self.booked for row in self.file.rows)
        return new and not self.file.problems and not self.stops

    @property
    def text(self) -> str:
        """What booking would do, a line a row."""
        return "\n".join(
            [
                *(f"✕ {stop.sentence} {stop.lifts}" for stop in self.stops),
                preview_text(self.file, self.booked),
            ]
        )


def preview_delivery(
    desk: Desk, data: bytes, *, drop_rows: Collection[int] = (), day_first: bool | None = None
) -> ImportPreview:
    """What `import_delivery` would do with a file; records nothing.

    Args:
        desk: the open desk.
        data: the file's bytes.
        drop_rows: numbers of rows to leave out, the header being row 1.
        day_first: settles 05/06/2027 for the whole file.

    Raises:
        DeskError: the file as a whole cannot be read, or a row to drop is not in it.
    """
    with look(desk) as connection:
        return _previewed(connection, data, desk.today(), drop_rows, day_first)


def import_delivery(
    desk: Desk,
    operator: Operator,
    data: bytes,
    *,
    drop_rows: Collection[int] = (),
    day_first: bool | None = None,
) -> tuple[Lot, ...]:
    """Book a delivery file in, every row of it or none; arguments as for `preview_delivery`.

    Returns:
        The new lots in the order of the file; none where every row was booked before.

    Raises:
        DeskError: the file cannot be read, or a row is neither fine nor dropped.
        Refused: a supplier is blocked, or the clock cannot be trusted.
    """
    require(operator, Duty.STOCK)
    with work(desk, operator.id) as task:
        require_trusted_clock(task)
        found = _previewed(task.connection, data, task.today, drop_rows, day_first)
        try:
            rows = found.file.to_book(found.booked)
        except DeliveryError as error:
            raise DeskError(error.message, error.hint) from error
        return tuple(find_lot(task.connection, book_in(task, _delivery(row))) for row in rows)


def _previewed(
    connection: Connection,
    data: bytes,
    today: date,
    drop_rows: Collection[int],
    day_first: bool | None,
) -> ImportPreview:
    try:
        file = read_delivery(
            data,
            known_products=set(connection.scalars(select(t.products.c.product))),
            read_date=printed_dates(today=today, day_first=day_first),
            read_scan=label_scans(today=today),
            drop_rows=drop_rows,
        )
    except DeliveryError as error:
        raise DeskError(error.message, error.hint) from error
    file = _without_future(file, today)
    marks = [row.fingerprint for row in file.rows]
    booked = connection.scalars(select(t.commands.c.token).where(t.commands.c.token.in_(marks)))
    return ImportPreview(file, frozenset(booked), _blocked(connection, file.rows))


def _without_future(file: DeliveryPreview, today: date) -> DeliveryPreview:
    """The file with the rows that arrive tomorrow as problems; the reader knows no day."""
    early = {row.number for row in file.rows if row.received_on and row.received_on > today}
    wrong = [
        Problem(number, "received_on", "lies in the future", "Write the day it arrived.")
        for number in early
    ]
    return replace(
        file,
        rows=tuple(row for row in file.rows if row.number not in early),
        problems=tuple(sorted((*file.problems, *wrong), key=lambda problem: problem.row)),
    )


def _blocked(connection: Connection, rows: Iterable[DeliveryRow]) -> tuple[Stop, ...]:
    names = dict.fromkeys(row.supplier for row in rows)
    found = (blocked_supplier(connection, name) for name in names)
    return ranked(dict.fromkeys(stop for stop in found if stop is not None))


def _delivery(row: DeliveryRow) -> Delivery:
    # A file says "batch" and "mark"; labels, recalls and people say BATCH and MARK.
    numbers = [Identifier(i.kind.upper(), i.text) for i in row.identifiers]
    if row.gtin:
        numbers.append(Identifier(ARTICLE, row.gtin))
    return Delivery(
        product=row.product,
        lot_no=row.lot_no,
        label_expiry=row.label_expiry,
        supplier=row.supplier,
        bottle_ul=row.bottle_ul,
        bottles=row.bottles,
        received_on=row.received_on,
        identifiers=tuple(numbers),
        invoice=row.invoice,
        seal=row.seal.value,
        token=row.fingerprint,
    )
