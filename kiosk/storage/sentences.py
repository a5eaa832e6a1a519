"""From a driver's error to the sentence a person reads.

SQLite names its failures by result code (sqlite.org/rescode.html), PostgreSQL by SQLSTATE
(documentation, appendix A). Only a connection that never came to be has no SQLSTATE in libpq, so
there, and only there, the text decides.
"""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from kiosk.storage.address import Address
from kiosk.storage.errors import DatabaseUnusable

_RESTORE = "Keep the file as it is and restore the newest backup: 'smp-kiosk db restore FILE'."
_ASK_ADMIN = "Ask whoever runs the database server."
_FREE_SPACE = "Free some space on that disk, then try again; nothing was half-written."
_WAIT = "Close the other program that uses the database, or wait until it has finished."


def explain(error: BaseException, address: Address) -> DatabaseUnusable | None:
    """The sentence for `error`, or None where the database itself is not to blame."""
    if isinstance(error, DatabaseUnusable):
        return error
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sqlite3.Error):
        return _sqlite(error, address)
    if isinstance(error, OSError):
        return _system(error, address)
    if type(error).__module__.partition(".")[0] == "psycopg":
        return _postgresql(error, address)
    return None


def no_file(path: Path) -> DatabaseUnusable:
    """There is nothing at `path`; says whether it is the file or its folder that is missing."""
    if not path.parent.is_dir():
        return DatabaseUnusable(
            f"The folder {path.parent} does not exist.", "Create the folder or name another one."
        )
    return DatabaseUnusable(
        f"There is no database at {path}.", "Create one: 'smp-kiosk init', or start 'smp-kiosk'."
    )


def empty(address: Address) -> DatabaseUnusable:
    """The database holds nothing at all, which no kiosk database ever does."""
    if address.path is None:
        return DatabaseUnusable(
            f"The database {address.shown} is empty.", "Create its tables: 'smp-kiosk init'."
        )
    return DatabaseUnusable(
        f"The database file {address.shown} is empty.",
        "If there ever were events in it, restore a backup: 'smp-kiosk db restore FILE'; "
        "for a new clinic run 'smp-kiosk init'.",
    )


def foreign(address: Address) -> DatabaseUnusable:
    """The database is somebody else's."""
    return DatabaseUnusable(
        f"The database {address.shown} belongs to another program.",
        "Name another one with --database or SMP_KIOSK_DATABASE; this one was not touched.",
    )


def not_a_database(address: Address) -> DatabaseUnusable:
    """The file is something else, or its first page is gone."""
    return DatabaseUnusable(
        f"The file {address.shown} is not a database, or its first page is damaged.", _RESTORE
    )


#: How psycopg and SQLite begin what they say of a URL's query.
_BAD_OPTIONS = (
    "invalid connection option",
    "bad value for",
    "no such access mode",
    "no such cache mode",
    "no such vfs",
)


def _bad_option(said: str) -> DatabaseUnusable:
    return DatabaseUnusable(f"The database URL cannot be used: {said}.", "Correct the URL.")


# ── SQLite ───────────────────────────────────────────────────────────────────────────────────────


def _sqlite(error: sqlite3.Error, address: Address) -> DatabaseUnusable | None:
    # The low byte is the primary code, the rest refines it.
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK) & 0xFF
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such table"):
        return foreign(address)
    if code == sqlite3.SQLITE_ERROR and str(error).startswith(_BAD_OPTIONS):
        return _bad_option(str(error))
    sentence = _SQLITE.get(code)
    return sentence(address) if sentence is not None else None


def _cannot_open(address: Address) -> DatabaseUnusable:
    path = Path(address.shown)
    try:
        there = path.exists()
    except PermissionError:
        return _not_allowed(address)
    if not there:
        return no_file(path)
    if path.is_dir():
        return DatabaseUnusable(f"{path} is a folder, not a database file.", "Name a file in it.")
    return _not_allowed(address)


def _not_allowed(address: Address) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"This user may not open the database {address.shown}.",
        "Give this user read and write permission on the file and on its folder.",
    )


def _read_only(address: Address) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"The database {address.shown} can be read but not written.",
        "Give this user write permission on the file and on its folder, and check that the disk "
        "is not mounted read-only.",
    )


def _damaged(address: Address) -> DatabaseUnusable:
    return DatabaseUnusable(f"The database file {address.shown} is damaged.", _RESTORE)


def _full(address: Address) -> DatabaseUnusable:
    return DatabaseUnusable(f"The disk that holds {address.shown} is full.", _FREE_SPACE)


def _disk_failed(address: Address) -> DatabaseUnusable:
    return DatabaseUnusable(
        f"The disk that holds {address.shown} failed to read or write.",
        "Check that the disk is connected, has free space and is sound; nothing was half-written.",
    )


def _locked(address: Address) -> DatabaseUnusable:
    return DatabaseUnusable(f"Another program keeps {address.shown} locked.", _WAIT)


_SQLITE: dict[int, Callable[[Address], DatabaseUnusable]] = {
    sqlite3.SQLITE_PERM: _not_allowed,
    sqlite3.SQLITE_BUSY: _locked,
    sqlite3.SQLITE_LOCKED: _locked,
    sqlite3.SQLITE_PROTOCOL: _locked,
    sqlite3.SQLITE_READONLY: _read_only,
    sqlite3.SQLITE_IOERR: _disk_failed,
    sqlite3.SQLITE_CORRUPT: _damaged,
    sqlite3.SQLITE_FULL: _full,
    sqlite3.SQLITE_CANTOPEN: _cannot_open,
    sqlite3.SQLITE_NOTADB: not_a_database,
}


def _system(error: OSError, address: Address) -> DatabaseUnusable | None:
    match error.errno:
        case errno.ENOENT | errno.ENOTDIR:
            return no_file(Path(error.filename or address.shown))
        case errno.EACCES | errno.EPERM:
            return _not_allowed(address)
        case errno.EROFS:
            return _read_only(address)
        case errno.ENOSPC | errno.EDQUOT:
            return _full(address)
        case errno.EISDIR:
            return _cannot_open(address)
        case errno.EIO:
            return _disk_failed(address)
        case _:
            return None


# ── PostgreSQL ───────────────────────────────────────────────────────────────────────────────────

#: SQLSTATE, or the class of it (two characters): what is wrong, and the mend.
_STATES: dict[str, tuple[str, str]] = {
    "08": ("The connection to {shown} broke.", "Check the network and that the server runs."),
    "25006": ("The database {shown} can be read but not written.", _ASK_ADMIN),
    "28": ("The server refused to let this user into {shown}.", "Check user name and password."),
    "3D000": ("There is no database {shown}.", "Create it on the server: 'createdb NAME'."),
    "42501": ("This user lacks a right in the database {shown}.", _ASK_ADMIN),
    "42P01": (
        "The database {shown} belongs to another program.",
        "Name another one with --database or SMP_KIOSK_DATABASE.",
    ),
    "53100": ("The disk of the server that holds {shown} is full.", _FREE_SPACE),
    "53300": ("The server that holds {shown} has no free connection.", _ASK_ADMIN),
    "55P03": ("Another kiosk keeps {shown} locked.", _WAIT),
    "57P": ("The server that holds {shown} is starting or stopping.", "Try again in a minute."),
    "58": ("The disk of the server that holds {shown} failed.", _ASK_ADMIN),
    "XX001": ("The database {shown} is damaged on the server.", _ASK_ADMIN),
    "XX002": ("The database {shown} is damaged on the server.", _ASK_ADMIN),
}

#: What libpq and an English-speaking server say before there is a connection.
_REFUSALS: tuple[tuple[str, str], ...] = (
    ("password", "28"),
    ("no pg_hba.conf entry", "28"),
    ("role ", "28"),
    ("does not exist", "3D000"),
    ("too many clients", "53300"),
    ("starting up", "57P"),
    ("shutting down", "57P"),
)


def _postgresql(error: BaseException, address: Address) -> DatabaseUnusable | None:
    state = getattr(error, "sqlstate", None)
    if state is None:
        return _unconnected(error, address)
    for length in (5, 3, 2):
        if found := _STATES.get(state[:length]):
            return DatabaseUnusable(found[0].format(shown=address.shown), found[1])
    return None


def _unconnected(error: BaseException, address: Address) -> DatabaseUnusable | None:
    import psycopg

    said = str(error).strip()
    for secret in address.secrets:
        said = said.replace(secret, "***")
    if isinstance(error, psycopg.ProgrammingError) and said.startswith(_BAD_OPTIONS):
        return _bad_option(said)
    if not isinstance(error, psycopg.OperationalError):
        return None
    for words, state in _REFUSALS:
        if "FATAL:" in said and words in said:
            message, hint = _STATES[state]
            return DatabaseUnusable(message.format(shown=address.shown), hint)
    # The first line says what happened, after whom it happened to; the rest is libpq's own hint.
    why = said.partition("\n")[0].rpartition("failed: ")[2]
    return DatabaseUnusable(
        f"The server that holds {address.shown} cannot be reached: {why}.",
        "Check that the server runs, its name and port, and the network.",
    )
