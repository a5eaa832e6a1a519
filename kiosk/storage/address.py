"""Where a database is: an SQLAlchemy URL taken apart, and what of it may be shown."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote, urlencode

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from kiosk.storage.errors import DatabaseUnusable

_FORMS = "Use sqlite:////path/to/file.db or postgresql://user@host/name."

# An append takes milliseconds; a backup or a migration may take seconds.
_WAIT_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Address:
    """One database; `path` is the SQLite file, or None where a server holds the data.

    `shown` names it in sentences and never holds a password, wherever in the URL that stood.
    `wait_seconds` is how long to wait for somebody else's transaction.
    """

    url: URL
    path: Path | None
    shown: str
    wait_seconds: float

    @property
    def secrets(self) -> tuple[str, ...]:
        """Parts of the URL that no message may repeat."""
        query = self.url.query
        named = (query[name] for name in ("password", "passfile", "sslpassword") if name in query)
        flat = (part for value in named for part in ((value,) if isinstance(value, str) else value))
        return tuple(part for part in (self.url.password, *flat) if part)

    def sqlite_uri(self) -> str:
        """The file as SQLite's own URI; `mode=rw` unless the URL asks for another mode.

        The plain path would make SQLite create a missing file, so that a database deleted under a
        running kiosk came back empty.
        """
        ours = {name: value for name, value in self.url.query.items() if name not in _FOR_PYTHON}
        return f"file:{quote(str(self.path))}?{urlencode({'mode': 'rw'} | ours, doseq=True)}"


#: Query parameters that SQLAlchemy hands to Python's sqlite3 and not to SQLite.
_FOR_PYTHON = frozenset(
    {"uri", "timeout", "isolation_level", "detect_types", "check_same_thread", "cached_statements"}
)


def parse(url: str) -> Address:
    """Take a database URL apart; DatabaseUnusable where no database of ours can be meant."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # The text itself stays out of the sentence: it may hold a password in a broken URL.
        raise DatabaseUnusable("The database URL cannot be read.", _FORMS) from None
    match parsed.drivername:
        case "sqlite" | "sqlite+pysqlite":
            path, seconds = _sqlite_path(parsed), _sqlite_timeout(parsed)
            return Address(parsed.set(drivername="sqlite+pysqlite"), path, str(path), seconds)
        case "postgresql" | "postgresql+psycopg":
            server = parsed.set(drivername="postgresql+psycopg")
            return Address(server, None, _server(parsed), _WAIT_SECONDS)
        case other:
            raise DatabaseUnusable(f"'{other}' databases are not supported.", _FORMS)


def _sqlite_path(url: URL) -> Path:
    name = url.database or ""
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:").removeprefix("//"))
    if name in ("", ":memory:") or url.query.get("mode") == "memory":
        raise DatabaseUnusable(
            "A database in memory would forget every event when the program ends.", _FORMS
        )
    return Path(os.path.abspath(name))


def _sqlite_timeout(url: URL) -> float:
    try:
        return float(str(url.query.get("timeout", _WAIT_SECONDS)))
    except ValueError:
        raise DatabaseUnusable("The URL's timeout is not a number.", _FORMS) from None


def _server(url: URL) -> str:
    host = url.host or url.query.get("host") or "this machine"
    if not isinstance(host, str):
        host = ", ".join(host)
    return f"{url.database or url.username or 'postgres'} on {host}"
