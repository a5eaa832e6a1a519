"""What is found at an address: ours, older, newer, foreign, or nothing.

Without Alembic, whose import every start would pay for: the known revisions are a tuple.
"""

from __future__ import annotations

from enum import Enum
from typing import Final

from sqlalchemy import Connection, inspect, text

from kiosk.storage import connections, sentences
from kiosk.storage.address import Address, parse
from kiosk.storage.errors import DatabaseUnusable
from kiosk.storage.migrations import REVISIONS

_SQLITE_HEADER: Final = b"SQLite format 3\0"


class Standing(Enum):
    """What a database is to this version of the program."""

    MISSING = "missing"
    EMPTY = "empty"
    FOREIGN = "foreign"
    NEEDS_MIGRATION = "needs migration"
    CURRENT = "current"
    NEWER = "newer"


def check(url: str) -> Standing:
    """What is found at `url`; looks only, and raises DatabaseUnusable where it cannot look."""
    return look(parse(url))


def look(address: Address) -> Standing:
    """The same for an address already taken apart."""
    if address.path is not None:
        try:
            with address.path.open("rb") as file:
                header = file.read(len(_SQLITE_HEADER))
        except (FileNotFoundError, NotADirectoryError):
            return Standing.MISSING
        except OSError as error:
            raise sentences.explain(error, address) or error from error
        if not header:
            return Standing.EMPTY
        # SQLite itself takes a file shorter than a page for an empty database, and fills it.
        if header != _SQLITE_HEADER:
            raise sentences.not_a_database(address)
    engine = connections.bare(address)
    try:
        with engine.connect() as connection:
            return of(connection)
    finally:
        engine.dispose()


def of(connection: Connection) -> Standing:
    """The standing of the database behind an open connection."""
    tables = set(inspect(connection).get_table_names())
    if not tables:
        return Standing.EMPTY
    if not {"alembic_version", "ledger"} <= tables:
        return Standing.FOREIGN
    found = connection.scalars(text("SELECT version_num FROM alembic_version")).all()
    if len(found) != 1:
        return Standing.FOREIGN
    if found[0] not in REVISIONS:
        return Standing.NEWER
    return Standing.CURRENT if found[0] == REVISIONS[-1] else Standing.NEEDS_MIGRATION


def refuse(standing: Standing, address: Address) -> DatabaseUnusable:
    """The sentence for a database that this program cannot work with as it stands."""
    match standing:
        case Standing.MISSING if address.path is not None:
            return sentences.no_file(address.path)
        case Standing.MISSING | Standing.EMPTY:
            return sentences.empty(address)
        case Standing.NEEDS_MIGRATION:
            return DatabaseUnusable(
                f"The database {address.shown} was written by an older version.",
                "Back it up, then bring it up to date: 'smp-kiosk db migrate'.",
            )
        case Standing.NEWER:
            return DatabaseUnusable(
                f"The database {address.shown} was written by a newer version.",
                "Install that version of the program, or a later one.",
            )
        case Standing.CURRENT:
            return DatabaseUnusable(
                f"There is a kiosk database already: {address.shown}.",
                "Use it as it is, or name another one with --database.",
            )
        case Standing.FOREIGN:
            return sentences.foreign(address)
