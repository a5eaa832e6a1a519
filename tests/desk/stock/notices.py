"""Notices for the tests of recalls, as a file and as a form say them."""

from __future__ import annotations

import json
from typing import Any

from kiosk.inventory.recalls.notice import Notice
from kiosk.inventory.recalls.notice_file import load
from kiosk.inventory.recalls.notice_form import NoticeForm, from_form

#: Halden SMP Carbon Black, lot 24-117: what `Clinic.deliver` brings unless it is told otherwise.
DOCUMENT: dict[str, Any] = {
    "format": "recall-notice/1",
    "id": "FDA-2026-07",
    "version": 1,
    "source": "FDA",
    "kind": "recall",
    "issued_on": "2026-02",
    "brand": "Halden",
    "products": [{"line": "SMP Carbon", "shade": "Black"}],
    "material": "any",
    "scope": {"lots": [{"numbers": [{"kind": "LOT", "value": "24-117"}]}]},
    "hazard": "Contaminated with microorganisms.",
    "reference": "F-1234",
}


def lots(*numbers: str) -> dict[str, Any]:
    """A scope of lots, each with one number."""
    return {"lots": [{"numbers": [{"kind": "LOT", "value": number}]} for number in numbers]}


def notice(**changes: Any) -> Notice:
    """The notice above with changes, read from a file."""
    return load(json.dumps(DOCUMENT | changes).encode())


def typed(**changes: Any) -> Notice:
    """The same notice, typed into the form."""
    fields: dict[str, Any] = {
        "id": "FDA-2026-07", "source": "FDA", "kind": "recall", "issued_on": "2026-02",
        "brand": "Halden", "products": "SMP Carbon | Black", "lots": "24-117",
        "hazard": "Contaminated with microorganisms.", "reference": "F-1234",
    }  # fmt: skip
    return from_form(NoticeForm(**(fields | changes)))
