"""`init`, `audit` and `db`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.cli.conftest import Cli, Clinic


def file_of(clinic: Clinic) -> Path:
    return Path(clinic.url.removeprefix("sqlite:///"))


def forge(clinic: Clinic, statement: str) -> None:
    """What somebody with the file at hand can do."""
    connection = sqlite3.connect(file_of(clinic))
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
    for (name,) in found.fetchall():
        connection.execute(f'DROP TRIGGER "{name}"')
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_new_clinic_verifies(clinic: Clinic) -> None:
    document = clinic.ask("audit", "verify").json
    assert set(document) >= {"events", "head", "ok", "first_bad", "checkpoints", "last_anchored"}
    assert (document["events"], document["ok"], document["first_bad"]) == (2, True, None)
    assert len(document["head"]) == 64
    assert "error" not in document


def test_a_clinic_is_founded_once(cli: Cli, clinic: Clinic) -> None:
    again = cli(
        "init", "--clinic", "Other", "--operator", "P-02", "--database", clinic.url,
        "--pin-file", clinic.pin_file, "--json",
    )  # fmt: skip
    assert (again.code, again.error["kind"]) == (5, "database")
    assert clinic.ask("audit", "verify").json["events"] == 2


def test_init_without_a_database_uses_the_data_folder(cli: Cli, tmp_path: Path) -> None:
    made = cli("init", "--clinic", "Home", "--operator", "P-01", "--pin-file", "-", stdin="2468\n")
    assert made.code == 0
    assert (tmp_path / "home" / "smp-kiosk" / "kiosk.db").exists()
    assert cli("db", "check", "--json").json["usable"] is True


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (("--operator", "P 01"), "operator"),
        (("--operator", "P-01", "--role", "boss"), "role"),
        (("--operator", "P-01", "--timezone", "Mars/Base"), "timezone"),
        (("--operator", "P-01", "--clinic", " "), "clinic"),
    ],
)
def test_a_clinic_that_cannot_be_founded_leaves_no_file(
    cli: Cli, tmp_path: Path, options: tuple[str, ...], named: str
) -> None:
    file = tmp_path / "new.db"
    ended = cli(
        "init", "--clinic", "X", *options, "--database", f"sqlite:///{file}", "--pin-file", "-",
        "--json", stdin="2468",
    )  # fmt: skip
    assert ended.code == 2
    assert ended.error["message"].startswith(named)
    assert not file.exists()


def test_the_environment_names_the_database(
    cli: Cli, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SMP_KIOSK_DATABASE", clinic.url)
    assert cli("audit", "verify", "--json").json["events"] == 2


LOOKING = [
    ("audit", "verify"),
    ("db", "check"),
    ("db", "rebuild"),
    ("lots", "list"),
    ("lots", "next"),
    ("lots", "show", "L-0001"),
    ("calibrate", "report", "--serial", "X"),
]


def spoil(clinic: Clinic, how: str) -> None:
    file = file_of(clinic)
    if how == "missing":
        file.unlink()
    elif how == "empty":
        file.write_bytes(b"")
    elif how == "no database":
        file.write_text("a shopping list\n" * 400)
    elif how == "foreign":
        file.unlink()
        connection = sqlite3.connect(file)
        connection.execute("CREATE TABLE songs (name TEXT)")
        connection.commit()
        connection.close()
    elif how == "damaged":
        data = bytearray(file.read_bytes())
        data[100:4096] = b"\xa5" * 3996
        file.write_bytes(bytes(data))
    else:
        forge(clinic, "UPDATE alembic_version SET version_num = '9999'")


@pytest.mark.parametrize("command", LOOKING, ids=" ".join)
@pytest.mark.parametrize(
    "how", ["missing", "empty", "no database", "foreign", "damaged", "newer version"]
)
def test_a_database_that_cannot_be_used_is_exit_5(
    clinic: Clinic, command: tuple[str, ...], how: str
) -> None:
    spoil(clinic, how)
    file = file_of(clinic)
    before = file.read_bytes() if file.exists() else None
    ended = clinic.ask(*command)
    assert (ended.code, ended.error["kind"]) == (5, "database")
    assert ended.error["hint"]
    # Looking at it changed nothing.
    assert (file.read_bytes() if file.exists() else None) == before


@pytest.mark.parametrize(
    "url", ["sqlite://", "mysql://x/y", "nonsense", "postgresql://127.0.0.1:1/x"]
)
def test_an_address_that_leads_nowhere_is_exit_5(cli: Cli, url: str) -> None:
    ended = cli("db", "check", "--database", url, "--json")
    assert (ended.code, ended.error["kind"]) == (5, "database")


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_check_finds_a_damaged_page_that_nothing_has_read_yet(clinic: Clinic, share: float) -> None:
    file = file_of(clinic)
    data = bytearray(file.read_bytes())
    page = int(share * len(data) / 4096)
    data[page * 4096 : (page + 1) * 4096] = b"\xa5" * 4096
    file.write_bytes(bytes(data))
    ended = clinic.ask("db", "check")
    assert (ended.code, ended.error["kind"]) == (5, "database")


def test_a_writing_command_on_a_database_that_cannot_be_used(clinic: Clinic) -> None:
    spoil(clinic, "empty")
    ended = clinic.do("products", "add", "X", "--brand", "X", "--kind", "pigment")
    assert (ended.code, ended.error["kind"]) == (5, "database")


def test_an_altered_event_is_named_with_exit_1(clinic: Clinic) -> None:
    forge(clinic, "UPDATE ledger SET payload = replace(payload, 'Test', 'Best') WHERE seq = 1")
    ended = clinic.ask("audit", "verify")
    assert ended.code == 1
    document = ended.json
    assert document["ok"] is False
    assert document["first_bad"]["seq"] == 1
    assert document["first_bad"]["kiosk"] == "kiosk-1"
    assert "event 1" in ended.error["message"]
    # Tables made from a forged ledger would only look right.
    rebuilt = clinic.ask("db", "rebuild")
    assert (rebuilt.code, rebuilt.error["kind"]) == (5, "database")


def test_an_altered_table_is_found_by_verify_and_put_right_by_rebuild(clinic: Clinic) -> None:
    assert clinic.ask("db", "rebuild").json == {"events": 2, "differed": []}
    engine = create_engine(clinic.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE operators SET role = 'auditor'"))
    engine.dispose()
    found = clinic.ask("audit", "verify")
    assert found.code == 1
    assert found.json["tables_that_differ"] == ["operators"]
    rebuilt = clinic.ask("db", "rebuild")
    assert rebuilt.code == 1
    assert rebuilt.json["differed"] == ["operators"]
    assert "operators" in rebuilt.error["message"]
    assert clinic.ask("audit", "verify").code == 0
    assert clinic.ask("db", "rebuild").code == 0


def test_migrate_and_check(clinic: Clinic) -> None:
    assert clinic.ask("db", "migrate").json == {"migrated": False}
    assert clinic.ask("db", "check").json["usable"] is True


def test_a_clock_that_contradicts_nothing_needs_no_confirmation(clinic: Clinic) -> None:
    ended = clinic.do("db", "confirm-clock", "--reason", "new battery")
    assert (ended.code, ended.error["kind"]) == (2, "input")
