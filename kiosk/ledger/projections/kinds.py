"""How a kind of event is tied to the shape of its body and to what it changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar

import msgspec
from msgspec import Meta
from sqlalchemy import Connection

from kiosk.ledger.events import Recorded

# The lengths are those of the columns: SQLite would keep more, PostgreSQL would refuse.
ID = Annotated[str, Meta(min_length=1, max_length=64)]
Ref = Annotated[str, Meta(max_length=64)]
Digest = Annotated[str, Meta(min_length=1, max_length=64)]
Word = Annotated[str, Meta(min_length=1, max_length=32)]
ShortWord = Annotated[str, Meta(min_length=1, max_length=16)]
Day = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}$", max_length=10)]
#: An instant as the ledger writes it.
Moment = Annotated[str, Meta(pattern=r"^\d{4}-\d{2}-\d{2}T[\d:.]{12}Z$", max_length=24)]
Count = Annotated[int, Meta(ge=0, lt=2**31)]
Volume = Annotated[int, Meta(ge=0)]

Projection = Callable[[Connection, Recorded], None]


class Body(msgspec.Struct, frozen=True):
    """The fields of an event that tables are made of; it may have more."""


class Unprojectable(ValueError):
    """An event contradicts those before it, or lacks what its tables need; names the event."""

    def __init__(self, event: Recorded, problem: str) -> None:
        super().__init__(f"event {event.seq} ({event.kind} {event.entity}) {problem}")
        self.event = event
        self.problem = problem


B = TypeVar("B", bound=Body)


def projection(shape: type[B], change: Callable[[Connection, Recorded, B], None]) -> Projection:
    """A projection that gets its body checked and typed."""

    def run(connection: Connection, event: Recorded) -> None:
        change(connection, event, msgspec.convert(event.body, shape))

    return run
