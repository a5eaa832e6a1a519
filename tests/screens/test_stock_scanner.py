"""A scanner is set up: one code, learned and kept, or what to change in the scanner."""

from __future__ import annotations

import json

import numpy
import pytest
import zxingcpp

from kiosk.desk.errors import DeskError
from kiosk.desk.preferences import save_scanner_settings, scanner_settings
from kiosk.inventory.scanning import DEFAULT, TEST_CODE
from kiosk.inventory.scanning.keyboards import LAYOUTS, arrive
from kiosk.inventory.scanning.set_up_symbol import QUIET, SYMBOL
from tests.desk.clinic import Clinic
from tests.screens.stockroom import GS, GTIN, stocked, working

SENT = f"]d2{TEST_CODE}"


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Clinic:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "documents"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return stocked(tmp_path)


async def test_one_scan_is_learned_kept_and_used_after_the_next_start(clinic, tmp_path):
    german = arrive(SENT.replace(GS, "{GS}"), LAYOUTS["German"])
    async with working(clinic, tmp_path, "scanner") as hand:
        await hand.sees("… Waiting for the scan.")
        assert not hand.app.screen.bar.cell("keep").available
        await hand.scan(german)
        await hand.sees("✓ The code was understood. F1 keeps this.")
        assert hand.says("German; turned back")
        await hand.press("f1")
        await hand.sees("✓ Kept.")
    kept = json.loads((tmp_path / "preferences.json").read_text())["scanner"]
    assert kept["separator"] == "{GS}"
    async with working(clinic, tmp_path, "receive") as hand:
        sent = f"]d201{GTIN}10AZ-7{GS}17270630"
        await hand.scan(arrive(sent.replace(GS, "{GS}"), LAYOUTS["German"]))
        await hand.until(lambda: hand.value("lot_no") == "AZ-7", "the lot as printed")
        await hand.press("escape")
        await hand.go("scanner")
        await hand.press("f3")
        await hand.until(
            lambda: scanner_settings(tmp_path / "preferences.json") == DEFAULT, "the default"
        )


async def test_a_scanner_that_drops_the_separator_is_not_kept(clinic, tmp_path):
    async with working(clinic, tmp_path, "scanner") as hand:
        await hand.scan(SENT.replace(GS, ""))
        await hand.sees("▲ The scanner drops the group separator")
        assert hand.says("Or use the scanner as a serial port")
        assert not hand.app.screen.bar.cell("keep").available
        await hand.scan("]d20109521234543213")
        await hand.sees("▲ What arrived is not the set-up code")
    assert not (tmp_path / "preferences.json").exists()


async def test_a_scanner_without_an_end_key_is_learned_and_then_heard(clinic, tmp_path):
    async with working(clinic, tmp_path, "scanner") as hand:
        await hand.scan(SENT, end="")
        await hand.sees("✓ The code was understood.")
        assert hand.says("silence")
        await hand.press("f1")
        await hand.sees("✓ Kept.")
        await hand.go("ledger")
        await hand.scan(f"]d201{GTIN}10AZ-7", end="")
        await hand.sees("lot AZ-7")


async def test_the_code_is_written_as_a_page_and_drawn_on_a_large_screen(clinic, tmp_path):
    async with working(clinic, tmp_path, "scanner", size=(120, 40)) as hand:
        assert hand.text().count("█") > 100
        await hand.press("f2")
        await hand.sees("✓ The set-up code to print")
        path = tmp_path / "documents" / "smp-kiosk" / "scanner-set-up.pdf"
        assert path.read_bytes().startswith(b"%PDF")


async def test_preferences_that_cannot_be_read_are_said_and_the_default_serves(clinic, tmp_path):
    (tmp_path / "preferences.json").write_text("{")
    async with working(clinic, tmp_path, "scanner") as hand:
        await hand.sees("cannot be understood: Input data was truncated")
        await hand.go("ledger")
        await hand.scan(f"]d201{GTIN}10AZ-7")
        await hand.sees("lot AZ-7")


def test_the_drawn_code_is_the_code_that_is_learned_from():
    grey = numpy.full((len(SYMBOL) + 2 * QUIET,) * 2, 255, numpy.uint8)
    for row, modules in enumerate(SYMBOL):
        for column, dark in enumerate(modules):
            grey[row + QUIET, column + QUIET] = 0 if dark else 255
    (found,) = zxingcpp.read_barcodes(grey.repeat(6, 0).repeat(6, 1))
    assert found.symbology_identifier == "]d2"
    assert found.bytes == TEST_CODE.encode()


def test_settings_keep_to_their_own_part_of_the_file(tmp_path):
    path = tmp_path / "preferences.json"
    path.write_text('{"filters": {"mine": {}}}')
    save_scanner_settings(DEFAULT, path)
    assert json.loads(path.read_text())["filters"] == {"mine": {}}
    assert scanner_settings(path) == DEFAULT
    path.write_text('{"scanner": {"arrives_as": "short"}}')
    with pytest.raises(DeskError, match="no set-up"):
        scanner_settings(path)
