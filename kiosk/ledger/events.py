"""An event before and after it stands in the ledger."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to `entity`, not yet recorded.

    `body` must be what JSON can carry exactly, and never personal data: it is kept for good.
    """

    kind: str
    entity: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Recorded:
    """An event in its place: `seq` in this log, `kiosk_seq` in its kiosk's own sequence.

    `at` is UTC in whole milliseconds, `leaf` is hex, and `body` is as read back from the canonical
    text: a number written as 1.0 comes back as 1.
    """

    seq: int
    kiosk: str
    kiosk_seq: int
    at: datetime
    actor: str
    kind: str
    entity: str
    body: Mapping[str, Any]
    leaf: str
