"""Which documents are on file about something."""

from __future__ import annotations

import json
from datetime import date

from sqlalchemy import Connection, select

from kiosk.inventory.model import Document
from kiosk.storage import tables as t


def documents_of(connection: Connection, *subjects: str) -> tuple[Document, ...]:
    """The documents of some subjects, oldest first, withdrawn ones as well."""
    rows = connection.execute(
        select(t.documents).where(t.documents.c.subject.in_(subjects)).order_by(t.documents.c.seq)
    )
    return tuple(
        Document(
            row.seq,
            row.subject,
            row.kind,
            row.sha256,
            row.name,
            date.fromisoformat(row.dated) if row.dated else None,
            json.loads(row.facts),
            row.withdrawn,
        )
        for row in rows
    )
