"""What a person wants to see of the stock, and the filters that they saved under a name.

Saved filters are this kiosk's own preferences, in a small file; they are no part of the ledger.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import platformdirs

from kiosk.desk.errors import DeskError, NotFound
from kiosk.inventory.model import Kind

_LONGEST_NAME = 60


class Show(StrEnum):
    """Which bottles; every word but the last two leaves out what is empty."""

    AT_HAND = "at hand"
    USABLE = "usable"
    OPENED = "opened"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    QUARANTINE = "quarantine"
    HOLD = "hold"
    RECALLED = "recalled"
    REJECTED = "rejected"
    EMPTY = "empty"
    ALL = "all"


class Order(StrEnum):
    """By what bottles are sorted, the smallest first."""

    EXPIRY = "expiry"
    RECEIVED = "received"
    PRODUCT = "product"
    REMAINING = "remaining"


@dataclass(frozen=True, slots=True)
class Filter:
    """What to list and in which order.

    `text` is the beginning of a number on the container, a bottle's or lot's id, or part of a
    product's id or name. `kind` None shows both kinds. `within_days` is for `Show.EXPIRING`.
    """

    text: str = ""
    kind: Kind | None = None
    show: Show = Show.AT_HAND
    within_days: int = 30
    order: Order = Order.EXPIRY
    descending: bool = False


def preferences_file() -> Path:
    """Where this kiosk keeps preferences unless another place is named."""
    return Path(platformdirs.user_data_dir("smp-kiosk")) / "preferences.json"


def saved_filters(path: Path) -> dict[str, Filter]:
    """Every saved filter by its name, in alphabetical order; none where there is no file yet.

    Raises:
        DeskError: the file cannot be read or is no file of preferences.
    """
    return _filters(path, _read(path))


def save_filter(path: Path, name: str, wanted: Filter) -> None:
    """Keep a filter under a name; one of that name is replaced.

    Raises:
        DeskError: the name is empty or too long, or the file can be neither read nor written.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME:
        raise DeskError("name: is empty or too long", f"Type 1 to {_LONGEST_NAME} letters.")
    document = _read(path)
    _write(path, document, _filters(path, document) | {name: wanted})


def delete_filter(path: Path, name: str) -> None:
    """Forget a filter.

    Raises:
        NotFound: there is none of that name.
        DeskError: the file can be neither read nor written.
    """
    document = _read(path)
    filters = _filters(path, document)
    if name not in filters:
        raise NotFound(f"filter: there is no '{name}'", "Choose one from the list.")
    _write(path, document, {known: kept for known, kept in filters.items() if known != name})


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DeskError(f"preferences: {path} cannot be read: {error.strerror}", "") from error
    except (msgspec.DecodeError, ValueError) as error:
        raise _foreign(path, str(error)) from error


def _filters(path: Path, document: dict[str, Any]) -> dict[str, Filter]:
    try:
        found = msgspec.convert(document.get("filters", {}), dict[str, Filter])
    except msgspec.ValidationError as error:
        raise _foreign(path, str(error)) from error
    return dict(sorted(found.items()))


def _foreign(path: Path, why: str) -> DeskError:
    return DeskError(
        f"preferences: {path} cannot be understood: {why}",
        "Move the file away to begin with none; nothing else is lost with it.",
    )


def _write(path: Path, document: dict[str, Any], filters: dict[str, Filter]) -> None:
    # What else the file holds is another part's, and stays.
    whole = document | {"filters": msgspec.to_builtins(dict(sorted(filters.items())))}
    content = json.dumps(whole, ensure_ascii=False, indent=2).encode()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
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
            f"preferences: {path} cannot be written: {error.strerror}", "Nothing was saved."
        ) from error
