"""Papers by key: attached by path, held against their hash, withdrawn."""

from __future__ import annotations

import hashlib
from datetime import date

from kiosk.desk import stock
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import papers
from kiosk.inventory.model import LotState
from tests.screens import recall_story as story
from tests.screens.recall_story import fill, shows


def lot(records, name: str = "L-0001"):
    with records.desk.engine.connect() as connection:
        return stock.find_lot(connection, name)


def app_on(records, subject: str):
    app = story.app_of(records)
    app.state.shelf.lot = subject
    return app


async def test_a_file_is_attached_by_its_path_with_what_it_says(sit_at, records, tmp_path):
    content = b"%PDF certificate of lot 24-117"
    (tmp_path / "coa.pdf").write_bytes(content)
    async with sit_at("papers", app=app_on(records, "L-0001")) as chair:
        await shows(chair, "Which papers speak for lot L-0001?", "No paper is on file.")
        await fill(chair, **{"paper-file": str(tmp_path / "no.pdf")})
        await chair.press("f1")
        await shows(chair, "cannot be read: No such file")
        chair.app.screen.query_one("#paper-file").value = ""
        await fill(
            chair, **{"paper-file": str(tmp_path / "coa.pdf")}, dated="2026-01-20", facts="PAH"
        )
        await chair.press("f1")
        await shows(chair, "'PAH' is not NAME=VALUE")
        await fill(chair, facts="=0.2; lot_no=24-117")
        await chair.press("enter")
        await shows(chair, "coa.pdf", "20 Jan 26", "whole", "lot_no: 24-117, PAH 0.2 mg/kg")
    (kept,) = papers.list_documents(records.desk, "L-0001")
    assert kept.sha256 == hashlib.sha256(content).hexdigest()
    assert (kept.kind, kept.dated) == ("certificate", date(2026, 1, 20))
    assert kept.facts == {"lot_no": "24-117", "values": {"PAH": 0.2}}
    assert papers.read_file(records.desk, kept) == content


async def test_withdrawing_says_first_what_rests_on_the_paper(sit_at, records):
    story.file_papers(records)
    async with sit_at("papers", app=app_on(records, "L-0001")) as chair:
        await shows(chair, "coa-24-117.pdf", "label-24-117.jpg")
        await chair.press("f2")
        await shows(chair, "Say in the last line why")
        await chair.type("forged")
        before = len(records.kinds())
        await chair.press("enter")
        await shows(chair, "In use on its word: L-0001", "3 uses on 2 clients so far")
        assert len(records.kinds()) == before
        # Another paper is another question.
        chair.app.screen.query_one("#papers").focus()
        await chair.press("down")
        await chair.until(lambda: "on its word" not in chair.text(), "the announcement to go")
        await chair.press("up")
        await chair.press("f2")
        await shows(chair, "F2 once more")
        await chair.press("f2")
        await shows(chair, "Back in quarantine: L-0001.", "Withdrawn: forged")
        assert not chair.app.screen.bar.cell("withdraw").available
    assert lot(records).state is LotState.QUARANTINE
    assert lot(records, "L-0003").state is LotState.RELEASED


async def test_a_file_that_was_changed_is_named(sit_at, records):
    story.file_papers(records)
    async with sit_at("papers", app=app_on(records, "L-0001")) as chair:
        await shows(chair, "coa-24-117.pdf")
        await chair.press("f3")
        await shows(chair, "2 files as attached, byte for byte.")
        first = papers.list_documents(records.desk, "L-0001")[0]
        file = papers.folder_of(records.desk) / first.sha256[:2] / first.sha256
        file.write_bytes(b"%PDF another certificate")
        await chair.press("f3")
        await shows(chair, "'coa-24-117.pdf' was changed after it was attached", "damaged")


async def test_papers_of_a_product_come_from_its_page(sit_at, records):
    story.file_papers(records)
    app = story.app_of(records)
    app.state.shelf.product = "SMP-CARBON"
    async with sit_at("product", app=app) as chair:
        await shows(chair, "SMP, carbon")
        await chair.press("f2")
        await chair.on("papers")
        await shows(chair, "product SMP-CARBON?", "halden-sds.pdf")
        await chair.press("f6")
        await chair.on("product")


async def test_nothing_by_that_name_and_a_role_that_may_not(sit_at, records, tmp_path):
    async with sit_at("papers", app=app_on(records, "L-9999")) as chair:
        await shows(chair, "there is no 'L-9999'")
        assert not chair.app.screen.bar.cell("attach").available
    (tmp_path / "a.pdf").write_bytes(b"%PDF")
    app = app_on(records, "L-0001")
    app.state.operator = Operator("P-02", Role.PRACTITIONER)
    async with sit_at("papers", app=app) as chair:
        await shows(chair, "No paper is on file.")
        await fill(chair, **{"paper-file": str(tmp_path / "a.pdf")})
        await chair.press("f1")
        await shows(chair, "may not change stock", "Rule ROLE")
