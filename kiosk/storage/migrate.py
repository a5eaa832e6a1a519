"""Making a database and bringing an older one up to date.

On PostgreSQL the role that owns the tables should not be the one the kiosk signs in with. Give
the kiosk's role no more than this, and the ledger holds even if its triggers are lost:

    GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO kiosk;
    REVOKE UPDATE, DELETE, TRUNCATE ON ledger FROM kiosk;
    REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM kiosk;
"""

from __future__ import annotations

import os
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

from kiosk.storage import connections, migrations, sentences, standing
from kiosk.storage.address import Address, parse
from kiosk.storage.engine import lock_log
from kiosk.storage.standing import Standing, check

SCRIPTS = Path(migrations.__path__[0])

__all__ = ["SCRIPTS", "Standing", "check", "create", "upgrade"]


def create(url: str) -> None:
    """Make a new database at `url`, readable by this user only where it is a file.

    Fills a missing or an empty database and touches no other; raises DatabaseUnusable otherwise.
    """
    address = parse(url)
    found = standing.look(address)
    if found not in (Standing.MISSING, Standing.EMPTY):
        raise standing.refuse(found, address)
    made = _make_file(address) if found is Standing.MISSING else None
    try:
        _migrate(address, Standing.EMPTY)
    except BaseException:
        # What would stay is an empty file, which the next start takes for a lost database.
        for suffix in ("", "-wal", "-shm") if made else ():
            Path(f"{made}{suffix}").unlink(missing_ok=True)
        raise


def upgrade(url: str) -> bool:
    """Bring the database at `url` up to this program's schema in one transaction.

    False where it was up to date; DatabaseUnusable where it is none of ours, or newer.
    """
    address = parse(url)
    found = standing.look(address)
    if found is Standing.CURRENT:
        return False
    if found is not Standing.NEEDS_MIGRATION:
        raise standing.refuse(found, address)
    _migrate(address, Standing.NEEDS_MIGRATION)
    return True


def _make_file(address: Address) -> Path | None:
    if address.path is None:
        return None
    try:
        # It will hold personal data, sealed as that is; the journal files inherit the mode.
        os.close(os.open(address.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError:
        # Somebody was quicker, and the file is theirs to fill or to remove.
        raise standing.refuse(Standing.CURRENT, address) from None
    except OSError as error:
        raise sentences.explain(error, address) or error from error
    return address.path


def _migrate(address: Address, expected: Standing) -> None:
    engine = connections.for_migration(address)
    try:
        with engine.begin() as connection:
            lock_log(connection)
            # Two people may have started this at once; the second finds it done.
            found = standing.of(connection)
            if found is not expected:
                raise standing.refuse(found, address)
            _run(connection)
            _check_references(connection)
    finally:
        engine.dispose()


def _run(connection: Connection) -> None:
    config = Config(attributes={"connection": connection})
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    command.upgrade(config, "head")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.execute(text("PRAGMA foreign_key_check")).all()
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            raise RuntimeError(f"the migration would leave broken references in {tables}")
