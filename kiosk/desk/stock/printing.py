"""Labels of bottles as bytes for a printer or a file; whoever calls writes or sends them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk, look
from kiosk.desk.stock.shelf import bottles_of_lot, find_lot, named_bottles
from kiosk.inventory.labelling.content import BottleLabel, LabelError, Printout
from kiosk.inventory.model import Bottle
from kiosk.inventory.usability import expiry_of

#: What a printout can be: a sheet, a label printer, a receipt printer, a screen.
FORMS: Final = ("pdf", "zpl", "escpos", "text")


def labels_for(desk: Desk, *bottles: str, lot: str = "") -> tuple[BottleLabel, ...]:
    """The labels of named bottles in their order, or of a lot's bottles that hold something.

    On an opened bottle "use by" is its effective expiry; on a sealed one there is room to write.

    Raises:
        NotFound: no such bottle or lot.
        DeskError: not exactly one of the two was named, or the lot has nothing left.
    """
    if bool(bottles) == bool(lot):
        raise DeskError("labels: name bottles or a lot", "One of the two.")
    with look(desk) as connection:
        found = _of_lot(connection, lot) if lot else named_bottles(connection, *bottles)
        try:
            return tuple(_label(found[name]) for name in dict.fromkeys(bottles or found))
        except LabelError as error:
            raise DeskError(error.message, error.hint) from error


def _of_lot(connection: Connection, lot: str) -> dict[str, Bottle]:
    find_lot(connection, lot)
    found = {b.id: b for b in bottles_of_lot(connection, lot) if b.remaining_ul != 0}
    if not found:
        raise DeskError(f"labels: nothing is left of {lot}", "Name the bottles.")
    return found


def _label(bottle: Bottle) -> BottleLabel:
    expiry = expiry_of(bottle) if bottle.opened_on is not None else None
    return BottleLabel(
        bottle.id,
        bottle.lot.product.name,
        bottle.lot.lot_no,
        bottle.lot.label_expiry,
        bottle.opened_on,
        expiry.on if expiry else None,
    )


def print_labels(
    labels: Sequence[BottleLabel],
    form: str = "pdf",
    *,
    grid: str = "3x8",
    start: int = 1,
    roll: str = "57x32",
    columns: int = 42,
) -> Printout:
    """Labels as bytes; a label is never shortened but for its product's name.

    Args:
        labels: from `labels_for`.
        form: one of `FORMS`.
        grid: for "pdf", the sheet's division.
        start: for "pdf", the first free place on the sheet, from 1.
        roll: for "zpl", the size of a label in mm.
        columns: for "escpos", how many letters fit a line.

    Raises:
        DeskError: no such form, grid or roll, nothing to print, or a label is too small.
    """
    try:
        return _printed(tuple(labels), form, grid, start, roll, columns)
    except LabelError as error:
        raise DeskError(error.message, error.hint) from error


def _printed(
    labels: tuple[BottleLabel, ...], form: str, grid: str, start: int, roll: str, columns: int
) -> Printout:
    # Each printer's module alone: the one for PDF takes a fifth of a second to load.
    if form == "pdf":
        from kiosk.inventory.labelling.grids import grid_named
        from kiosk.inventory.labelling.pdf import label_sheet

        return label_sheet(labels, grid_named(grid), start=start)
    if form == "zpl":
        from kiosk.inventory.labelling.zpl import ROLLS, zpl_labels

        if roll not in ROLLS:
            raise LabelError(f"roll: there is no '{roll}'", f"One of {', '.join(ROLLS)}.")
        return zpl_labels(labels, ROLLS[roll])
    if form == "escpos":
        from kiosk.inventory.labelling.escpos import escpos_labels

        return escpos_labels(labels, columns=columns)
    if form == "text":
        from kiosk.inventory.labelling.plain import plain_labels

        return plain_labels(labels)
    raise LabelError(f"form: there is no '{form}'", f"One of {', '.join(FORMS)}.")
