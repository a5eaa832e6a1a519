"""Documents: kept under their hash, read back whole, and what follows when one is withdrawn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from kiosk.desk import stock
from kiosk.desk.errors import DeskError, NotFound
from kiosk.desk.stock import papers
from kiosk.desk.stock.lot_page import lot_page
from kiosk.desk.stock.papers import Paper, attach, folder_of, list_documents, read_file, withdraw
from kiosk.desk.stock.suppliers import add_supplier
from kiosk.inventory.model import Document, LotState
from tests.desk.clinic import CARBON, Clinic
from tests.desk.stock.parts import require_whole

SCAN = b"%PDF-1.7 certificate of analysis"
#: `printf '%%PDF-1.7 certificate of analysis' | sha256sum`
SCAN_SHA256 = "ebbc92e2c986da711d1c96da36313c3ae89d682ae4484440f971f6ebdd76affb"
PAPER = Paper("certificate", "coa.pdf", SCAN, date(2026, 1, 12), {"lot_no": "24-117"})


def put(clinic: Clinic, subject: str, paper: Paper = PAPER) -> Document:
    return attach(clinic.desk, clinic.owner, subject, paper)


def files(clinic: Clinic) -> list[Path]:
    return sorted(path for path in folder_of(clinic.desk).rglob("*") if path.is_file())


def state_of(clinic: Clinic, lot: str) -> LotState:
    return lot_page(clinic.desk, lot).lot.state


def test_a_document_is_kept_and_read_back_byte_for_byte(clinic: Clinic) -> None:
    clinic.add(CARBON)
    lot = clinic.lot_of(clinic.deliver())
    kept = put(clinic, lot)
    assert (kept.subject, kept.kind, kept.name) == (lot, "certificate", "coa.pdf")
    assert (kept.dated, kept.facts, kept.withdrawn) == (PAPER.dated, PAPER.facts, "")
    assert kept.sha256 == SCAN_SHA256
    assert read_file(clinic.desk, kept) == SCAN
    assert list_documents(clinic.desk, lot) == (kept,)
    assert lot_page(clinic.desk, lot).documents == (kept,)
    require_whole(clinic)


def test_the_same_file_lies_there_once(clinic: Clinic) -> None:
    clinic.add(CARBON)
    add_supplier(clinic.desk, clinic.owner, "S-1", "Meridian")
    for subject in ("SMP-CARBON", "S-1", "S-1"):
        put(clinic, subject)
    (file,) = files(clinic)
    assert file.read_bytes() == SCAN
    put(clinic, "S-1", Paper("other", "coa.pdf", SCAN + b"\n"))
    assert len(files(clinic)) == 2
    assert len(list_documents(clinic.desk, "S-1")) == 3


def test_a_file_with_one_other_byte_is_not_shown_as_the_document(clinic: Clinic) -> None:
    clinic.add(CARBON)
    kept = put(clinic, "SMP-CARBON")
    (file,) = files(clinic)
    file.write_bytes(SCAN.replace(b"1.7", b"1.8"))
    with pytest.raises(DeskError, match="changed after it was attached"):
        read_file(clinic.desk, kept)
    # The original mends it, whoever attaches it again.
    put(clinic, "SMP-CARBON")
    assert read_file(clinic.desk, kept) == SCAN
    file.unlink()
    with pytest.raises(DeskError, match="cannot be read") as missing:
        read_file(clinic.desk, kept)
    assert str(file) in missing.value.hint


def test_a_folder_that_cannot_be_written_keeps_the_event_out(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    # A file where the folder should be: not even the superuser writes into that.
    folder_of(sqlite_clinic.desk).write_bytes(b"")
    with pytest.raises(DeskError, match="cannot be kept"):
        put(sqlite_clinic, "SMP-CARBON")
    assert "document.attached" not in sqlite_clinic.kinds()


def test_the_files_of_a_file_database_lie_beside_it(sqlite_clinic: Clinic) -> None:
    database = Path(str(sqlite_clinic.desk.engine.url.database))
    assert folder_of(sqlite_clinic.desk).parent == database.parent


@pytest.mark.postgresql
def test_the_files_of_a_server_database_lie_in_the_users_data_folder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.desk.clinic import found

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    clinic = found(request.getfixturevalue("postgresql_url"))
    clinic.add(CARBON)
    kept = put(clinic, "SMP-CARBON")
    (file,) = (tmp_path / "data").rglob(kept.sha256)
    assert file.read_bytes() == SCAN
    clinic.desk.close()


def test_a_withdrawn_certificate_sends_its_lot_back_and_lists_its_uses(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    lot, other = clinic.lot_of(pigment), clinic.lot_of(clinic.deliver(lot_no="24-200"))
    kept = put(clinic, lot)
    record = clinic.confirm(clinic.order(clinic.visit(), pigment, water))
    gone = withdraw(clinic.desk, clinic.owner, kept.seq, "the laboratory revoked it")
    assert gone.lots == (lot,)
    assert [(use.mix, use.client) for use in gone.uses] == [(record.mix, record.client)]
    page = lot_page(clinic.desk, lot)
    assert page.lot.state is LotState.QUARANTINE
    assert "coa.pdf" in page.lot.reason
    assert "the laboratory revoked it" in page.lot.reason
    assert page.documents[0].withdrawn == "the laboratory revoked it"
    assert state_of(clinic, other) is LotState.RELEASED
    with pytest.raises(DeskError, match="withdrawn already"):
        withdraw(clinic.desk, clinic.owner, kept.seq, "again")
    # The file stays: what was believed, and on what, must remain to be read.
    assert read_file(clinic.desk, kept) == SCAN


def test_a_withdrawn_data_sheet_speaks_for_every_lot_of_its_product(clinic: Clinic) -> None:
    pigment, water = clinic.stock_up()
    second = clinic.lot_of(clinic.deliver(lot_no="24-200"))
    waiting = clinic.lot_of(clinic.deliver(lot_no="24-300", release=False))
    kept = put(clinic, "SMP-CARBON", Paper("sds", "sds.pdf", SCAN))
    gone = withdraw(clinic.desk, clinic.owner, kept.seq, "of another product")
    assert gone.lots == (clinic.lot_of(pigment), second)
    assert gone.uses == ()
    assert state_of(clinic, clinic.lot_of(water)) is LotState.RELEASED
    # It waits already, for its own reason.
    assert lot_page(clinic.desk, waiting).lot.reason == ""


@pytest.mark.parametrize(
    ("subject", "paper", "said"),
    [
        ("SMP-CARBON", Paper("selfie", "x", b"x"), "kind: 'selfie'"),
        ("SMP-CARBON", Paper("sds", "x", b""), "file: is empty"),
        ("NOTHING", Paper("sds", "x", b"x"), "'NOTHING'"),
    ],
)
def test_what_cannot_be_attached_leaves_nothing(
    sqlite_clinic: Clinic, subject: str, paper: Paper, said: str
) -> None:
    sqlite_clinic.add(CARBON)
    with pytest.raises(DeskError, match=said):
        put(sqlite_clinic, subject, paper)
    assert "document.attached" not in sqlite_clinic.kinds()
    assert files(sqlite_clinic) == []


def test_a_film_is_no_document(sqlite_clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    sqlite_clinic.add(CARBON)
    monkeypatch.setattr(papers, "LARGEST_FILE", 8)
    with pytest.raises(DeskError, match="larger than"):
        put(sqlite_clinic, "SMP-CARBON")


def test_withdrawing_asks_for_a_document_and_a_reason(sqlite_clinic: Clinic) -> None:
    sqlite_clinic.add(CARBON)
    kept = put(sqlite_clinic, "SMP-CARBON")
    with pytest.raises(DeskError, match="reason: "):
        withdraw(sqlite_clinic.desk, sqlite_clinic.owner, kept.seq, " ")
    with pytest.raises(NotFound):
        withdraw(sqlite_clinic.desk, sqlite_clinic.owner, kept.seq + 1, "x")


def test_a_released_lot_needs_its_papers_no_less_after_a_bottle_was_opened(
    sqlite_clinic: Clinic,
) -> None:
    pigment, _ = sqlite_clinic.stock_up()
    lot = sqlite_clinic.lot_of(pigment)
    kept = put(sqlite_clinic, lot)
    stock.open_bottle(sqlite_clinic.desk, sqlite_clinic.owner, pigment)
    assert withdraw(sqlite_clinic.desk, sqlite_clinic.owner, kept.seq, "x").lots == (lot,)
