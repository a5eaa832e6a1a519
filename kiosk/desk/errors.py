"""How the desk says that something did not work; stops are a different thing (kiosk.stops)."""

from __future__ import annotations

from kiosk.storage.errors import DatabaseUnusable

__all__ = ["DatabaseUnusable", "DeskError", "NotFound"]


class DeskError(Exception):
    """Input that cannot be used, or a thing that is not there.

    `message` names the field, `hint` the mend.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class NotFound(DeskError):
    """There is no such client, visit, lot or bottle."""
