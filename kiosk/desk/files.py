"""Files that a person names by their path."""

from __future__ import annotations

from pathlib import Path

from kiosk.desk.errors import DeskError

#: More than any paper or notice has; a path typed wrong may lead to a disk image.
LARGEST = 32 * 1024 * 1024


def read_given(path: str, field: str) -> bytes:
    """A whole file; `~` is the home folder.

    Raises:
        DeskError: there is none, it is too large or may not be read; names the field.
    """
    if not path.strip():
        raise DeskError(f"{field}: is empty", "Type the path of the file.")
    try:
        file = Path(path.strip()).expanduser()
        if file.stat().st_size > LARGEST:
            raise DeskError(f"{field}: is larger than {LARGEST // 2**20} MiB", "Choose another.")
        return file.read_bytes()
    except (OSError, ValueError, RuntimeError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise DeskError(f"{field}: {path.strip()} cannot be read: {why}", "Check it.") from error
