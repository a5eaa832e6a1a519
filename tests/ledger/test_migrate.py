"""Making, recognising and upgrading a database."""

import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, make_url, text

from kiosk.storage import migrate, standing
from kiosk.storage.address import parse
from kiosk.storage.connections import for_migration
from kiosk.storage.engine import open_engine, reading
from kiosk.storage.errors import DatabaseUnusable
from kiosk.storage.migrate import Standing, check, create, upgrade
from kiosk.storage.migrations import REVISIONS
from kiosk.storage.tables import metadata
from tests.ledger.stories import DAY, tell


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where a database could be made."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new.db'}"
    url: str = request.getfixturevalue("empty_postgresql_url")
    return url


def run(url: str, *statements: str) -> None:
    engine = for_migration(parse(url))
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def test_a_new_database_is_current_and_can_be_used(new_url: str) -> None:
    assert check(new_url) in (Standing.MISSING, Standing.EMPTY)
    create(new_url)
    assert check(new_url) is Standing.CURRENT
    engine = open_engine(new_url)
    assert len(tell(engine)) == len(DAY)
    engine.dispose()


def test_the_migrated_schema_is_that_of_the_tables(database_url: str) -> None:
    engine = for_migration(parse(database_url))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
        columns = {column["name"] for column in inspect(connection).get_columns("ledger")}
        assert "payload" in columns
    engine.dispose()


def test_the_known_revisions_are_the_scripts_in_their_order() -> None:
    config = Config()
    config.set_main_option("path_separator", "os")
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    walked = ScriptDirectory.from_config(config).walk_revisions()
    assert [script.revision for script in walked][::-1] == list(REVISIONS)


def test_a_new_file_is_for_its_user_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        create(f"sqlite:///{tmp_path / 'new.db'}")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "new.db").stat().st_mode) == 0o600


def test_a_second_create_leaves_the_first_alone(database_url: str) -> None:
    engine = open_engine(database_url)
    tell(engine)
    with pytest.raises(DatabaseUnusable, match="already"):
        create(database_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM ledger")) == len(DAY)
    engine.dispose()


def test_a_foreign_database_is_recognised_and_not_touched(new_url: str) -> None:
    if make_url(new_url).get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(make_url(new_url).database))) as connection:
            connection.execute("CREATE TABLE recipes (name TEXT)")
    else:
        run(new_url, "CREATE TABLE recipes (name TEXT)")
    path = parse(new_url).path
    before = path.read_bytes() if path else None
    assert check(new_url) is Standing.FOREIGN
    for use in (create, upgrade, open_engine):
        with pytest.raises(DatabaseUnusable, match="another program"):
            use(new_url)
    if path:
        assert path.read_bytes() == before
        assert [entry.name for entry in path.parent.iterdir()] == [path.name]


def test_another_programs_alembic_database_is_foreign(new_url: str) -> None:
    if (path := parse(new_url).path) is not None:
        path.touch()
    run(
        new_url,
        "CREATE TABLE alembic_version (version_num VARCHAR(32))",
        "INSERT INTO alembic_version VALUES ('0001')",
    )
    assert check(new_url) is Standing.FOREIGN


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    run(database_url, "UPDATE alembic_version SET version_num = '9999'")
    assert check(database_url) is Standing.NEWER
    for use in (create, upgrade, open_engine):
        with pytest.raises(DatabaseUnusable, match="newer version"):
            use(database_url)


NEXT = """
from alembic import op
import sqlalchemy as sa

revision = "0002"
down_revision = "0001"

def upgrade():
    op.create_table("added", sa.Column("id", sa.Integer(), primary_key=True))
    # Rebuilt on SQLite, while bottles refer to it.
    with op.batch_alter_table("lots", recreate="auto") as batch:
        batch.alter_column("supplier", type_=sa.String(200))
        batch.add_column(sa.Column("note", sa.Text(), nullable=True))
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """This program as its next version will be: one more revision."""
    scripts = tmp_path / "migrations"
    shutil.copytree(migrate.SCRIPTS, scripts)
    script = scripts / "versions" / "0002_next.py"
    script.write_text(NEXT)
    monkeypatch.setattr(migrate, "SCRIPTS", scripts)
    monkeypatch.setattr(standing, "REVISIONS", (*REVISIONS, "0002"))
    return script


def test_an_older_database_is_upgraded_with_everything_in_it(
    database_url: str, monkeypatch: pytest.MonkeyPatch, next_version: Path
) -> None:
    with monkeypatch.context() as today:
        today.setattr(standing, "REVISIONS", REVISIONS)
        assert not upgrade(database_url)
        engine = open_engine(database_url)
        tell(engine)
        engine.dispose()
    assert check(database_url) is Standing.NEEDS_MIGRATION
    with pytest.raises(DatabaseUnusable, match="older version") as caught:
        open_engine(database_url)
    assert "db migrate" in caught.value.hint
    assert upgrade(database_url)
    assert check(database_url) is Standing.CURRENT
    engine = open_engine(database_url)
    with reading(engine) as connection:
        assert connection.scalar(text("SELECT count(*) FROM lots WHERE note IS NULL")) == 2
        assert connection.scalar(text("SELECT count(*) FROM ledger")) == len(DAY)
    engine.dispose()


def test_an_upgrade_that_fails_half_way_changes_nothing(
    database_url: str, next_version: Path
) -> None:
    next_version.write_text(NEXT + "    raise RuntimeError('power cut')\n")
    with pytest.raises(RuntimeError, match="power cut"):
        upgrade(database_url)
    assert check(database_url) is Standing.NEEDS_MIGRATION
    engine = for_migration(parse(database_url))
    with engine.connect() as connection:
        assert "added" not in inspect(connection).get_table_names()
        assert "note" not in {c["name"] for c in inspect(connection).get_columns("lots")}
    engine.dispose()


def test_an_upgrade_that_would_orphan_rows_is_undone(sqlite_url: str, next_version: Path) -> None:
    engine = for_migration(parse(sqlite_url))
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO clients (client, registered_at) VALUES ('C1', 'now')"))
        connection.execute(
            text(
                "INSERT INTO visits (visit, client, opened_at, opened_by) "
                "VALUES ('V1', 'C1', 'now', 'anna')"
            )
        )
    next_version.write_text(NEXT + "    op.execute('DELETE FROM clients')\n")
    with pytest.raises(RuntimeError, match="references in visits"):
        upgrade(sqlite_url)
    assert check(sqlite_url) is Standing.NEEDS_MIGRATION
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM clients")) == 1
    engine.dispose()


def test_a_create_that_fails_leaves_no_file_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, next_version: Path
) -> None:
    next_version.write_text(NEXT + "    raise RuntimeError('power cut')\n")
    path = tmp_path / "new.db"
    with pytest.raises(RuntimeError, match="power cut"):
        create(f"sqlite:///{path}")
    assert not list(tmp_path.glob("new.db*"))


def test_of_two_who_create_at_once_one_is_told_so(
    new_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = standing.look

    def look_and_be_overtaken(address: object) -> Standing:
        found = look(address)  # type: ignore[arg-type]
        monkeypatch.setattr(standing, "look", look)
        create(new_url)
        return found

    monkeypatch.setattr(standing, "look", look_and_be_overtaken)
    with pytest.raises(DatabaseUnusable, match="already"):
        create(new_url)
    assert check(new_url) is Standing.CURRENT


def test_a_path_with_a_percent_sign_a_space_and_a_question_mark_serves(tmp_path: Path) -> None:
    folder = tmp_path / "50 % off"
    folder.mkdir()
    url = f"sqlite:///{folder}/what%3F#1.db"
    create(url)
    assert check(url) is Standing.CURRENT
    open_engine(url).dispose()
    (found,) = folder.glob("*.db")
    assert found == parse(url).path
