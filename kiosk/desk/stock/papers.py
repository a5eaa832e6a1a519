"""Documents of products, lots, suppliers and assets: label photos, data sheets, certificates.

The ledger keeps a document's hash and what was read off it; the file itself lies beside the
database under its hash, so that a copy with one other byte is another document.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import platformdirs
from sqlalchemy import Connection, make_url, select

from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.office import Desk, Work, look, work
from kiosk.desk.people import Duty, Operator, require
from kiosk.desk.stock.inspecting import inspection
from kiosk.desk.stock.on_file import documents_of
from kiosk.desk.stock.shelf import find_lot
from kiosk.desk.stock.uses import Use, uses_of_lots
from kiosk.inventory.model import USABLE_STATES, Document
from kiosk.inventory.verdict.judgement import Effect
from kiosk.ledger.events import Event
from kiosk.storage import tables as t

#: A scan of a certificate has some megabytes; a film of a label is none.
LARGEST_FILE = 32 * 1024 * 1024

KINDS = ("label-photo", "sds", "certificate", "invoice", "ifu", "statement", "other")


@dataclass(frozen=True, slots=True)
class Paper:
    """A file to attach: its bytes, its name, and what was read off it."""

    kind: str
    name: str
    content: bytes
    dated: date | None = None
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What a withdrawn document leaves behind: lots back in quarantine, and their uses."""

    lots: tuple[str, ...]
    uses: tuple[Use, ...]


def folder_of(desk: Desk) -> Path:
    """Where the files of a database lie: beside a SQLite file, else in the user's data folder."""
    url = make_url(desk.url)
    if url.get_backend_name() == "sqlite" and url.database:
        file = Path(url.database)
        return file.with_name(f"{file.name}.documents")
    return Path(platformdirs.user_data_dir("smp-kiosk")) / "documents"


def attach(desk: Desk, operator: Operator, subject: str, paper: Paper) -> Document:
    """Keep a document of a product, lot, supplier or asset.

    The file is whole on disk before the event is recorded; a file without an event is harmless.

    Raises:
        DeskError: the kind is unknown, the file is empty or too large, it cannot be written.
        NotFound: there is no such subject.
    """
    require(operator, Duty.STOCK)
    if paper.kind not in KINDS:
        raise DeskError(f"kind: '{paper.kind}' is not known", f"Choose one of: {', '.join(KINDS)}.")
    if not paper.content:
        raise DeskError("file: is empty", "Choose the file again.")
    if len(paper.content) > LARGEST_FILE:
        raise DeskError(
            f"file: is larger than {LARGEST_FILE // 2**20} MiB", "Scan it with fewer dots an inch."
        )
    digest = hashlib.sha256(paper.content).hexdigest()
    with work(desk, operator.id) as task:
        _require_subject(task.connection, subject)
        _write_once(_path(desk, digest), paper.content)
        (event,) = task.record(
            Event(
                "document.attached",
                subject,
                {
                    "subject": subject,
                    "kind": paper.kind,
                    "sha256": digest,
                    "name": paper.name,
                    "dated": paper.dated.isoformat() if paper.dated else None,
                    "facts": dict(paper.facts or {}),
                },
            )
        )
        _judge_again(task, subject)
        return next(d for d in documents_of(task.connection, subject) if d.seq == event.seq)


def _judge_again(task: Work, subject: str) -> None:
    """Back to quarantine with whatever a new document speaks against."""
    for lot_id in usable_lots(task.connection, subject):
        found = inspection(task.connection, find_lot(task.connection, lot_id), task.today)
        against = [
            reason
            for reason in found.judgement.reasons
            # A value over its limit, whatever the place; a paper alone says nothing of the rest.
            if reason.effect is Effect.SAFETY and reason.rule == "B04"
        ]
        if against:
            task.record(Event("lot.quarantined", lot_id, {"reason": against[0].text}))


def usable_lots(connection: Connection, subject: str) -> list[str]:
    """The lots in use that a document of this subject speaks for."""
    return list(
        connection.scalars(
            select(t.lots.c.lot)
            .where(
                (t.lots.c.lot == subject) | (t.lots.c.product == subject),
                t.lots.c.state.in_([state.value for state in USABLE_STATES]),
            )
            .order_by(t.lots.c.lot)
        )
    )


def withdraw(desk: Desk, operator: Operator, document: int, reason: str) -> Withdrawal:
    """Say that a document no longer counts; what was released on it goes back to quarantine.

    A document of a product speaks for every lot of it.

    Raises:
        NotFound: there is no such document.
        DeskError: no reason was given, or it is withdrawn already.
    """
    require(operator, Duty.STOCK)
    if not reason.strip():
        raise DeskError("reason: is empty", "Say why the document no longer counts.")
    with work(desk, operator.id) as task:
        connection = task.connection
        row = connection.execute(select(t.documents).where(t.documents.c.seq == document)).first()
        if row is None:
            raise NotFound(f"document: there is no {document}", "The lot's page lists them.")
        if row.withdrawn:
            raise DeskError(f"document: {document} is withdrawn already", row.withdrawn)
        task.record(
            Event(
                "document.withdrawn",
                row.subject,
                {"document": document, "reason": reason.strip()},
            )
        )
        lots = usable_lots(connection, row.subject)
        why = f"{row.kind} '{row.name}' withdrawn: {reason.strip()}"
        task.record(*(Event("lot.quarantined", lot, {"reason": why}) for lot in lots))
        return Withdrawal(tuple(lots), uses_of_lots(connection, lots))


def list_documents(desk: Desk, *subjects: str) -> tuple[Document, ...]:
    """`documents_of` for screens and commands."""
    with look(desk) as connection:
        return documents_of(connection, *subjects)


def read_file(desk: Desk, document: Document) -> bytes:
    """A document's file.

    Raises:
        DeskError: it is missing, or its content is not what was attached.
    """
    path = _path(desk, document.sha256)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DeskError(
            f"document: the file of '{document.name}' cannot be read: {error.strerror}",
            f"It should lie at {path}; attach it again from the original.",
        ) from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DeskError(
            f"document: the file of '{document.name}' was changed after it was attached",
            "Attach the original again; the ledger knows the hash it must have.",
        )
    return content


def _path(desk: Desk, digest: str) -> Path:
    return folder_of(desk) / digest[:2] / digest


def _write_once(path: Path, content: bytes) -> None:
    if path.exists() and hashlib.sha256(path.read_bytes()).hexdigest() == path.name:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            os.replace(name, path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise DeskError(
            f"file: cannot be kept at {path.parent}: {error.strerror}", "Nothing was saved."
        ) from error


def _require_subject(connection: Connection, subject: str) -> None:
    places = (
        t.products.c.product,
        t.lots.c.lot,
        t.suppliers.c.supplier,
        t.assets.c.asset,
    )
    if not any(
        connection.execute(select(column).where(column == subject)).first() for column in places
    ):
        raise NotFound(
            f"subject: there is no '{subject}'", "Name a product, a lot, a supplier or an asset."
        )
