"""`clinic` and `init --profile`: whose law the clinic works under."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Clinic


def test_a_clinic_that_chose_nothing_says_so_and_what_there_is(clinic: Clinic, cli: Cli) -> None:
    shown = clinic.ask("clinic", "show").json
    assert (shown["clinic"], shown["timezone"], shown["profile"]) == ("Test", "UTC", None)
    assert {"EU", "AT", "FR", "GB", "US"} <= set(shown["profiles"])
    assert "Law: none chosen" in cli("clinic", "show", "--database", clinic.url).out


def test_the_law_is_chosen_by_an_owner_and_kept(clinic: Clinic) -> None:
    chosen = clinic.do("clinic", "profile", "at").json["profile"]
    assert (chosen["code"], chosen["name"], chosen["certificate"]) == ("AT", "Austria", "require")
    assert clinic.ask("clinic", "show").json["profile"] == chosen
    assert clinic.ask("audit", "verify").json["ok"] is True
    assert clinic.ask("db", "rebuild").json["differed"] == []


def test_a_code_that_is_none_names_the_nearest(clinic: Clinic) -> None:
    ended = clinic.do("clinic", "profile", "AUT")
    assert ended.code == 2
    assert "'AUT' is no profile" in ended.error["message"]
    assert clinic.ask("clinic", "show").json["profile"] is None


def test_a_stock_manager_may_not_choose(clinic: Clinic, tmp_path: Path) -> None:
    (tmp_path / "two").write_text("2468\n13579\n")
    clinic.ask(
        "operators", "add", "S-02", "--role", "stock-manager", "--operator", "P-01",
        "--pin-file", str(tmp_path / "two"),
    )  # fmt: skip
    (tmp_path / "theirs").write_text("13579\n")
    ended = clinic.ask(
        "clinic", "profile", "AT", "--operator", "S-02", "--pin-file", str(tmp_path / "theirs")
    )
    assert (ended.code, ended.error["stop"]["rule"]) == (4, "ROLE")


@pytest.mark.parametrize(("role", "code"), [("owner", "fr"), ("stock-manager", "GB")])
def test_init_founds_under_a_law(cli: Cli, tmp_path: Path, role: str, code: str) -> None:
    (tmp_path / "pin").write_text("2468\n")
    url = f"sqlite:///{tmp_path / 'new.db'}"
    made = cli(
        "init", "--clinic", "Neu", "--operator", "P-01", "--role", role, "--profile", code,
        "--pin-file", str(tmp_path / "pin"), "--database", url, "--json",
    )  # fmt: skip
    assert made.json["profile"] == code.upper()
    shown = cli("clinic", "show", "--database", url, "--json").json
    assert shown["profile"]["code"] == code.upper()
    assert cli("audit", "verify", "--database", url, "--json").json["ok"] is True


def test_init_with_an_unknown_law_makes_no_database(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("2468\n")
    ended = cli(
        "init", "--clinic", "Neu", "--operator", "P-01", "--profile", "XX",
        "--pin-file", str(tmp_path / "pin"), "--database", f"sqlite:///{tmp_path / 'new.db'}",
        "--json",
    )  # fmt: skip
    assert ended.code == 2
    assert not (tmp_path / "new.db").exists()
