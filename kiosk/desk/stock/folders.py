"""All papers of one subject, held against their hashes, and what withdrawing one would do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, look
from kiosk.desk.stock.on_file import documents_of
from kiosk.desk.stock.papers import Withdrawal, read_file, usable_lots
from kiosk.desk.stock.uses import uses_of_lots
from kiosk.inventory.model import Document
from kiosk.storage import tables as t

_SUBJECTS = {
    "product": t.products.c.product,
    "lot": t.lots.c.lot,
    "supplier": t.suppliers.c.supplier,
    "asset": t.assets.c.asset,
}


@dataclass(frozen=True, slots=True)
class Folder:
    """The papers of one subject; `kind` is product, lot, supplier or asset.

    `damaged` says for the number of each document whose file is missing or changed what is wrong.
    """

    subject: str
    kind: str
    documents: tuple[Document, ...]
    damaged: Mapping[int, str]


def open_folder(desk: Desk, subject: str) -> Folder:
    """The papers of a subject, every file held against its hash.

    Raises:
        NotFound: there is no such subject.
    """
    with look(desk) as connection:
        kind = _kind_of(connection, subject)
        documents = documents_of(connection, subject)
    damaged = {}
    for document in documents:
        try:
            read_file(desk, document)
        except DeskError as error:
            damaged[document.seq] = error.message.removeprefix("document: ")
    return Folder(subject, kind, documents, damaged)


def _kind_of(connection: Connection, subject: str) -> str:
    for kind, column in _SUBJECTS.items():
        if connection.execute(select(column).where(column == subject)).first():
            return kind
    raise NotFound(
        f"subject: there is no '{subject}'", "Name a product, a lot, a supplier or an asset."
    )


def plan_withdrawal(desk: Desk, document: Document) -> Withdrawal:
    """Which lots withdrawing a document would put back into quarantine, and their uses so far."""
    with look(desk) as connection:
        lots = usable_lots(connection, document.subject)
        return Withdrawal(tuple(lots), uses_of_lots(connection, lots))
