"""This machine's own preferences: small things that are no events, in the kiosk's data folder.

How a scanner sends is a fact about one scanner on one computer; another kiosk must not take it
over, and nobody needs to prove it later. The file is shared: each part keeps to its own section.
"""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from kiosk.desk.errors import DeskError
from kiosk.desk.stock.filters import preferences_file
from kiosk.inventory.scanning.keyboards import ALPHABET
from kiosk.inventory.scanning.settings import DEFAULT, ScannerSettings

_SCANNER = "scanner"


def scanner_settings(path: Path | None = None) -> ScannerSettings:
    """How this machine's scanner sends; the recommended settings where none were learned yet.

    Raises:
        DeskError: the file cannot be read or understood.
    """
    path = path or preferences_file()
    try:
        found = msgspec.convert(
            _read(path).get(_SCANNER, msgspec.to_builtins(DEFAULT)), ScannerSettings
        )
    except msgspec.ValidationError as error:
        raise _foreign(path, error) from error
    if len(found.arrives_as) != len(ALPHABET) or not found.separator or found.shortest < 1:
        raise _foreign(path, ValueError("the scanner's section is no set-up"))
    return found


def save_scanner_settings(settings: ScannerSettings, path: Path | None = None) -> None:
    """Keep how the scanner sends; a power cut leaves the file as it was or as it should be.

    Raises:
        DeskError: the file cannot be read or written.
    """
    path = path or preferences_file()
    whole = _read(path) | {_SCANNER: msgspec.to_builtins(settings)}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(whole, ensure_ascii=False, indent=2).encode())
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


def _read(path: Path) -> dict[str, Any]:
    try:
        return msgspec.json.decode(path.read_bytes(), type=dict[str, Any])
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise DeskError(f"preferences: {path} cannot be read: {error.strerror}", "") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise _foreign(path, error) from error


def _foreign(path: Path, why: Exception) -> DeskError:
    return DeskError(
        f"preferences: {path} cannot be understood: {why}",
        "Move the file away to begin with none; nothing else is lost with it.",
    )
