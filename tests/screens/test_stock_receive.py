"""Receiving by scan and by hand, and a supplier's file; every key a person would press."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.desk import stock
from kiosk.desk.people import Role, add_operator
from kiosk.desk.stock import recalling, suppliers
from kiosk.desk.stock.judging import release
from kiosk.desk.stock.lot_page import lot_page
from kiosk.desk.stock.scans import find_products
from kiosk.inventory.model import Identifier, LotState
from kiosk.inventory.scanning import bottle_payload
from kiosk.stops import Refused
from tests.desk.clinic import Clinic
from tests.desk.stock import notices
from tests.screens.stockroom import GS, GTIN, code, stocked, working


@pytest.fixture
def clinic(tmp_path, monkeypatch) -> Clinic:
    monkeypatch.setenv("XDG_DOCUMENTS_DIR", str(tmp_path / "documents"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return stocked(tmp_path)


def lots(clinic: Clinic) -> list:
    offers = stock.list_stock(clinic.desk)
    return sorted({item.bottle.lot.id: item.bottle.lot for item in offers}.values(), key=str)


async def test_an_unknown_article_is_chosen_once_and_then_a_scan_is_enough(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code("A-77"))
        await hand.sees("Which product is it?")
        await hand.press("1")
        await hand.until(lambda: hand.value("product") == "Halden SMP Carbon Black", "product")
        assert (hand.value("lot_no"), hand.value("expiry")) == ("A-77", "2027-06-30")
        # It has never been here: how much a bottle holds is asked.
        await hand.until(lambda: hand.app.focused.id == "each", "the size to be asked for")
        await hand.enter("10 ml")
        hand.app.screen.line("supplier").value = "Meridian"
        hand.app.screen.focus_line("seal")
        await hand.enter("i")
        await hand.sees("✓ L-0001: B-0001, in quarantine")
        (known,) = find_products(clinic.desk, "SMP-CARBON")
        assert known.declared["gtins"] == [GTIN]
        # The next lot: scan, seal, Enter.
        await hand.scan(code("A-78"))
        await hand.until(lambda: hand.value("lot_no") == "A-78", "the scan")
        await hand.until(lambda: hand.app.focused.id == "seal", "the seal to be asked for")
        await hand.enter("i")
        await hand.sees("✓ L-0002: B-0002, in quarantine")
    page = lot_page(clinic.desk, "L-0002")
    lot = page.lot
    assert (lot.lot_no, lot.label_expiry, lot.seal) == ("A-78", date(2027, 6, 30), "intact")
    assert (lot.supplier, lot.product.id) == ("Meridian", "SMP-CARBON")
    assert Identifier("GTIN", GTIN) in page.identifiers
    assert [item.bottle.size_ul for item in page.bottles] == [10_000]
    assert lot.state is LotState.QUARANTINE


async def test_ten_bottles_of_a_delivery_take_ten_scans_and_two_keys(clinic, tmp_path, monkeypatch):
    clinic.deliver(lot_no="22-209")
    from kiosk.desk.stock.scans import remember_article

    remember_article(clinic.desk, clinic.owner, "SMP-CARBON", GTIN)
    # A hand takes longer from bottle to bottle than a scanner that sees a label twice.
    monkeypatch.setattr("kiosk.screens.stock.scan_intake.SAME_LABEL_S", 0.0)
    async with working(clinic, tmp_path, "receive") as hand:
        for number in range(1, 11):
            await hand.scan(code("A-77"))
            await hand.until(lambda n=number: hand.value("bottles") == str(n), f"bottle {number}")
        await hand.until(lambda: hand.app.focused.id == "seal", "the seal to be asked for")
        await hand.press("i", "enter")
        await hand.sees("✓ L-0002: B-0002 to B-0011, in quarantine")
    assert len(clinic.bottles_of("L-0002")) == 10


async def test_a_label_seen_twice_and_a_doubled_enter_count_once(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code("A-77"))
        await hand.scan(code("A-77"))
        assert hand.value("bottles") == "1"
        await hand.press("escape")
        await hand.enter("SMP-CARBON")
        hand.app.screen.focus_line("each")
        await hand.enter("10")
        hand.app.screen.do_book()
        hand.app.screen.do_book()
        await hand.sees("✓ L-0001: B-0001")
        assert len(lots(clinic)) == 1
        # The same lot once more is asked about, because it is usually a slip.
        await hand.scan(code("A-77"))
        await hand.until(lambda: hand.app.focused.id == "seal", "the form")
        await hand.press("enter")
        await hand.sees("▲ Lot A-77 was booked just now (1 bottle). Have more arrived?")
        assert len(lots(clinic)) == 1


async def test_serial_numbers_tell_bottles_apart(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code("A-77", more=f"{GS}21S1"))
        await hand.press("1")
        await hand.until(lambda: hand.value("product"), "the product")
        await hand.scan(code("A-77", more=f"{GS}21S2"))
        await hand.sees("✓ Bottle 2 of lot A-77.")
        await hand.scan(code("A-77", more=f"{GS}21S1"))
        await hand.sees("This bottle was scanned already (serial S1)")
        assert hand.value("bottles") == "2"


async def test_without_a_lot_number_it_is_booked_only_knowingly_and_never_released(
    clinic, tmp_path
):
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.enter("SMP-CARBON")
        hand.app.screen.focus_line("expiry")
        await hand.enter("2027-06")
        hand.app.screen.focus_line("each")
        await hand.enter("10")
        await hand.press("f1")
        await hand.sees("It can only be rejected or returned, never used.")
        assert not lots(clinic)
        await hand.press("f1")
        await hand.sees("✕ This bottle has no lot number, so nobody could trace it.")
        assert lots(clinic)[0].label_expiry == date(2027, 6, 30)
    with pytest.raises(Refused):
        release(clinic.desk, clinic.owner, "L-0001")


async def test_an_ambiguous_date_asks_which_is_the_day_and_an_impossible_one_says_why(
    clinic, tmp_path
):
    async with working(clinic, tmp_path, "receive") as hand:
        hand.app.screen.focus_line("expiry")
        await hand.enter("05/06/27")
        await hand.sees("Which day is it?")
        assert hand.says("6 May 2027 (month, day, year)")
        assert hand.says("5 June 2027 (day, month, year)")
        line = next(r for r in hand.text().splitlines() if "5 June 2027" in r)
        await hand.press(line.strip().lstrip("▸")[0])
        await hand.until(lambda: hand.value("expiry") == "2027-06-05", "the day")
        hand.app.screen.focus_line("expiry")
        hand.app.screen.line("expiry").value = ""
        await hand.enter("02/30/2027")
        await hand.sees("February 2027 has 28 days and no 30.")
        assert hand.app.focused.id == "expiry"


async def test_a_code_that_may_say_two_things_is_chosen_by_its_number(clinic, tmp_path):
    async with working(clinic, tmp_path, "receive") as hand:
        # The separator behind the lot was lost on the way.
        await hand.scan(f"]d201{GTIN}10AB17271231")
        await hand.sees("Which of these stands on the label?")
        lines = [r.strip().lstrip("▸") for r in hand.text().splitlines()]
        right = next(r for r in lines if "lot AB," in r and "2027-12-31" in r)
        await hand.press(right[0])
        await hand.until(lambda: hand.value("lot_no") == "AB", "the choice")
        assert hand.value("expiry") == "2027-12-31"


async def test_what_ends_sooner_goes_in_front(clinic, tmp_path):
    clinic.deliver(lot_no="22-209", label=date(2028, 1, 31))
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code("A-77", until="260531"))
        await hand.press("1")
        await hand.until(lambda: hand.app.focused.id == "seal", "the form")
        await hand.press("enter")
        await hand.sees("▲ Place in front: this delivery ends on 31 May 2026")


async def test_a_lot_that_a_notice_in_force_means_is_recalled_as_it_arrives(clinic, tmp_path):
    meant = notices.notice(scope=notices.lots("A-77"))
    recalling.apply_recall(clinic.desk, clinic.owner, meant)
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code("A-77"))
        await hand.press("1")
        await hand.until(lambda: hand.value("product"), "the product")
        hand.app.screen.line("each").value = "10"
        await hand.press("f1")
        await hand.sees("✕ Lot A-77 is recalled.")


async def test_a_blocked_supplier_is_a_stop_card_and_nothing_is_booked(clinic, tmp_path):
    suppliers.add_supplier(clinic.desk, clinic.owner, "S-1", "Meridian")
    suppliers.block_supplier(clinic.desk, clinic.owner, "S-1", "no papers")
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.scan(code("A-77"))
        await hand.press("1")
        await hand.until(lambda: hand.value("product"), "the product")
        hand.app.screen.line("each").value = "10"
        hand.app.screen.line("supplier").value = "meridian"
        await hand.press("f1")
        await hand.sees("✕ Supplier Meridian is blocked: no papers.")
        assert not lots(clinic)
        assert hand.value("lot_no") == "A-77"


async def test_who_may_not_change_stock_is_told_and_own_labels_are_no_delivery(clinic, tmp_path):
    treats = add_operator(clinic.desk, clinic.owner, "P-02", Role.PRACTITIONER, "13579")
    bottle = clinic.deliver()
    async with working(clinic, tmp_path, "receive", operator=treats) as hand:
        await hand.scan(bottle_payload(bottle))
        await hand.sees(f"▲ {bottle} is a bottle of this clinic already.")
        await hand.enter("SMP-CARBON", "X", "2027-06-30", "1")
        await hand.press("f1")
        await hand.sees("✕ P-02 is signed in as practitioner and may not change stock.")


async def test_labels_are_written_as_a_file_and_what_was_typed_is_there_on_coming_back(
    clinic, tmp_path
):
    clinic.deliver(lot_no="22-209")
    async with working(clinic, tmp_path, "receive") as hand:
        assert not hand.app.screen.bar.cell("labels").available
        await hand.enter("SMP-CARBON", "X-1", "2027-06-30", "2")
        await hand.press("f1")
        await hand.sees("✓ L-0002: B-0002 to B-0003")
        await hand.press("f3")
        await hand.sees("✓ 2 labels to print")
        written = tmp_path / "documents" / "smp-kiosk" / "labels-B-0002-to-B-0003.pdf"
        assert written.read_bytes().startswith(b"%PDF")
        await hand.enter("SMP-CARBON")
        await hand.type("X-2")
        await hand.press("f5")
        await hand.press("3")
        await hand.on("scanner")
        await hand.press("f6")
        await hand.on("receive")
        assert hand.value("lot_no") == "X-2"
        assert hand.says("1 lot, 2 bottles booked in")


async def test_labels_that_cannot_be_written_say_so(clinic, tmp_path):
    clinic.deliver(lot_no="22-209")
    (tmp_path / "documents").write_text("in the way")
    async with working(clinic, tmp_path, "receive") as hand:
        await hand.enter("SMP-CARBON", "X-1", "2027-06-30", "1")
        await hand.press("f1")
        await hand.sees("✓ L-0002: B-0002")
        await hand.press("f3")
        await hand.sees("cannot be written")


class TestFile:
    """A supplier's delivery file."""

    @pytest.fixture
    def file(self, tmp_path) -> Path:
        path = tmp_path / "d.csv"
        path.write_text(
            "product;lot_no;label_expiry;supplier;invoice;bottle_ml;bottles;seal\n"
            "SMP-CARBON;A-1;2027-06-30;Meridian;R-9;10;4;intact\n"
            "SMP-CARBON;A-2;05/06/2027;Meridian;R-9;10;2;intact\n"
            "NOPE;A-3;2027-06-30;Meridian;R-9;10;1;intact\n"
        )
        return path

    async def test_nothing_is_booked_until_every_row_is_fine_or_dropped(
        self, clinic, tmp_path, file
    ):
        async with working(clinic, tmp_path, "import-delivery") as hand:
            hand.app.screen.line("file").value = str(file)
            await hand.press("enter")
            await hand.sees("1 row to book, 4 bottles · ✕ 2 rows cannot be booked")
            assert hand.says("Which number is the day?")
            await hand.press("f1")
            assert not lots(clinic)
            await hand.press("f3")
            await hand.sees("2 rows to book, 6 bottles · ✕ 1 row cannot be booked")
            await hand.press("f2")
            await hand.sees("2 rows to book, 6 bottles · 1 row dropped")
            await hand.press("f1")
            await hand.sees("✓ 2 lots booked in: L-0001 to L-0002.")
            assert hand.says("2 booked before")
            assert not hand.app.screen.bar.cell("book").available
        assert [(lot.lot_no, lot.label_expiry) for lot in lots(clinic)] == [
            ("A-1", date(2027, 6, 30)),
            ("A-2", date(2027, 6, 5)),
        ]

    async def test_a_file_that_is_not_there_is_said(self, clinic, tmp_path):
        async with working(clinic, tmp_path, "import-delivery") as hand:
            await hand.enter("/no.csv")
            await hand.sees("/no.csv cannot be read")
            assert not hand.app.screen.bar.cell("drop").available
