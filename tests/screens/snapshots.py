"""A picture of a screen, compared with the one that was looked at and kept."""

from __future__ import annotations

import re
from typing import Any

from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode
from textual import __version__ as textual_version

#: The pictures were made with this one; another draws boxes and cursors a little differently.
DRAWN_WITH = "8.2.8"


class ScreenPicture(SingleFileSnapshotExtension):
    """One SVG a picture."""

    file_extension = "svg"
    _write_mode = WriteMode.TEXT

    def serialize(self, data: Any, **_: Any) -> str:
        """The picture without the random id that Textual puts into every class name."""
        return re.sub(r"terminal-\d+", "terminal", data)


def right_textual() -> bool:
    """Whether pictures of this Textual can be compared."""
    return textual_version == DRAWN_WITH
