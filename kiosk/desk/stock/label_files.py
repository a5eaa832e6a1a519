"""Labels, and the set-up code of scanners, as files that somebody prints."""

from __future__ import annotations

from pathlib import Path

import platformdirs

from kiosk.desk.errors import DeskError
from kiosk.desk.office import Desk
from kiosk.desk.stock.printing import labels_for, print_labels

#: What a form's file is called.
_ENDINGS = {"pdf": "pdf", "zpl": "zpl", "escpos": "bin", "text": "txt"}


def labels_folder() -> Path:
    """Where files of labels are put for whoever prints them."""
    return Path(platformdirs.user_documents_dir()) / "smp-kiosk"


def write_labels(
    desk: Desk, *bottles: str, lot: str = "", form: str = "pdf", folder: Path | None = None
) -> Path:
    """Write the labels of named bottles, or of a lot, as one file; returns its path.

    A file of the same name is replaced: its labels are out of date.

    Raises:
        NotFound: no such bottle or lot.
        DeskError: nothing to print, no such form, or the file cannot be written.
    """
    labels = labels_for(desk, *bottles, lot=lot)
    printed = print_labels(labels, form)
    name = lot or (bottles[0] if len(bottles) == 1 else f"{bottles[0]}-to-{bottles[-1]}")
    return _write(folder, f"labels-{name}.{_ENDINGS[form]}", printed.data)


def write_set_up_code(folder: Path | None = None) -> Path:
    """Write the code that a scanner is set up with as a page to print; returns its path.

    Raises:
        DeskError: the file cannot be written.
    """
    # The library for PDF takes a fifth of a second to load.
    from kiosk.inventory.labelling.set_up_sheet import set_up_sheet

    return _write(folder, "scanner-set-up.pdf", set_up_sheet())


def _write(folder: Path | None, name: str, data: bytes) -> Path:
    path = (folder or labels_folder()) / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise DeskError(
            f"file: {path} cannot be written: {error.strerror or error}",
            "Free some space, or set another folder for documents.",
        ) from error
    return path
