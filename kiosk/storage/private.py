"""The erasable store: what is personal, sealed under one key for each client.

The ledger holds only a keyed digest of a record. Deleting a client's key makes the sealed record
unreadable and the digest meaningless, while the chain of events stays whole.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from kiosk.storage.tables import client_keys, private_records


@dataclass(frozen=True, slots=True)
class SealedRecord:
    """Where a record lies and the digest that the ledger may know."""

    record: str
    digest: str


class RecordErased(LookupError):
    """The record or its client's key has been erased."""


def _key(connection: Connection, client: str) -> bytes | None:
    row = connection.execute(
        select(client_keys.c.key).where(client_keys.c.client == client)
    ).first()
    return bytes(row.key) if row else None


def create_key(connection: Connection, client: str) -> None:
    """Give a new client a key of their own."""
    from cryptography.fernet import Fernet

    connection.execute(insert(client_keys).values(client=client, key=Fernet.generate_key()))


def _digest(key: bytes, content: bytes) -> str:
    # The label keeps this use of the key apart from sealing.
    raw = base64.urlsafe_b64decode(key)
    return hmac.new(raw, b"smp-kiosk record digest v1\0" + content, hashlib.sha256).hexdigest()


def seal(connection: Connection, client: str, kind: str, content: bytes) -> SealedRecord:
    """Keep `content` for a client, encrypted and authenticated.

    Raises:
        RecordErased: the client has no key.
    """
    from cryptography.fernet import Fernet

    key = _key(connection, client)
    if key is None:
        raise RecordErased(f"client {client} has no key; nothing can be kept for them")
    record = uuid.uuid4().hex
    connection.execute(
        insert(private_records).values(
            record=record, client=client, kind=kind, sealed=Fernet(key).encrypt(content)
        )
    )
    return SealedRecord(record, _digest(key, content))


def unseal(connection: Connection, record: str, digest: str | None = None) -> bytes:
    """The content of a record; checked against the ledger's digest where one is given.

    Raises:
        RecordErased: the record or its key is gone.
        ValueError: the content is not what the ledger's digest was made of.
    """
    from cryptography.fernet import Fernet, InvalidToken

    row = connection.execute(
        select(private_records.c.client, private_records.c.sealed).where(
            private_records.c.record == record
        )
    ).first()
    key = _key(connection, row.client) if row else None
    if row is None or key is None:
        raise RecordErased(f"record {record} has been erased")
    try:
        content = Fernet(key).decrypt(bytes(row.sealed))
    except InvalidToken as error:
        raise ValueError(f"record {record} was changed after it was kept") from error
    if digest is not None and not hmac.compare_digest(_digest(key, content), digest):
        raise ValueError(f"record {record} does not match the digest in the ledger")
    return content
