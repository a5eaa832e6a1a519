"""Names of commands: made when a form opens, so that sending it twice books it once."""

from __future__ import annotations

import uuid


def new_token(letter: str) -> str:
    """A fresh name that begins with a letter for its kind."""
    return f"{letter}-{uuid.uuid4().hex[:12]}"
