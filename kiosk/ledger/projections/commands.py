"""What a command was called when it was given, so that giving it twice does it once."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta
from sqlalchemy import Connection, insert

from kiosk.ledger.events import Recorded
from kiosk.storage.tables import commands

#: Empty where a command was given without a name.
Token = Annotated[str, Meta(max_length=64)]

_REMEMBER = insert(commands)


def remember(connection: Connection, event: Recorded, token: str) -> None:
    """Keep that `token` led to this event; IntegrityError where it did so before."""
    if token:
        connection.execute(_REMEMBER, {"token": token, "seq": event.seq})
