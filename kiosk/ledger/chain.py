"""How an event is bound to the one before it.

The text that is kept (the envelope) names the previous leaf, and the leaf is the hash of that
text with RFC 6962's prefix for leaves, so that a Merkle tree can stand on the same leaves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from kiosk.ledger.canonical import LedgerValueError, encode

#: Version of the envelope; a reader that does not know it must not guess.
VERSION: Final = 1

#: What the first event names as the previous leaf: RFC 6962's hash of an empty tree, hex.
EMPTY: Final = hashlib.sha256(b"").hexdigest()


def leaf_hash(entry: bytes) -> bytes:
    """SHA-256 of 0x00 and the entry (RFC 6962, section 2.1): 32 bytes."""
    return hashlib.sha256(b"\x00" + entry).digest()


def envelope(
    *,
    kiosk: str,
    kiosk_seq: int,
    at: str,
    actor: str,
    kind: str,
    entity: str,
    prev: str,
    body: Mapping[str, Any],
) -> bytes:
    """The canonical text that the ledger keeps and hashes; `prev` is the previous leaf in hex."""
    return encode(
        {
            "v": VERSION,
            "kiosk": kiosk,
            "kiosk_seq": kiosk_seq,
            "at": at,
            "actor": actor,
            "kind": kind,
            "entity": entity,
            "prev": prev,
            "body": body,
        }
    )


def instant_text(at: datetime) -> str:
    """An aware datetime as UTC text in milliseconds, such as 2026-01-31T09:05:00.250Z.

    Cut, not rounded: no event is dated after it happened.
    """
    if at.tzinfo is None:
        raise LedgerValueError("at", "an instant needs its time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def instant(text: str) -> datetime:
    """The datetime of `instant_text`; ValueError for any other text."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None or instant_text(at) != text:
        raise ValueError(f"not an instant of the ledger: {text}")
    return at
