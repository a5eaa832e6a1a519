"""Recalls by key: previewed, confirmed, drilled into, worked off, ended; and heard at the chair."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from kiosk.desk import journal, people, stock
from kiosk.desk.mixing import MixOrder
from kiosk.desk.people import Operator, Role
from kiosk.desk.stock import recalling
from kiosk.inventory.model import LotState
from kiosk.inventory.recalls.contacts import ContactState
from kiosk.screens.app import KioskApp
from kiosk.screens.state import Sitting
from tests.desk.clinic import OWNER, PIN, Clinic
from tests.screens import recall_story as story
from tests.screens.recall_story import fill, shows


def state_of(clinic: Clinic, lot: str) -> LotState:
    with clinic.desk.engine.connect() as connection:
        return stock.find_lot(connection, lot).state


def events(clinic: Clinic) -> int:
    return len(clinic.kinds())


async def test_a_typed_notice_is_previewed_confirmed_and_drilled_down_to_its_clients(
    sit_at, records
):
    story.open_cup(records)
    before = events(records)
    async with sit_at("recalls") as chair:
        await shows(chair, "No recall is on file")
        await chair.press("f2")
        await chair.on("recall-form")
        await fill(chair, id="FDA-2026-07", source="FDA", issued_on="2026-02",
                   hazard="Contaminated.", reference="F-1234")  # fmt: skip
        await chair.press("f1")
        await shows(chair, "Which products and lots are meant?")
        await fill(chair, brand="Halden", products="SMP Carbon | Black", lots="24-117")
        await chair.press("f1")
        await shows(chair, "1 lot recalled, 2 bottles", "3 clients", "1 open mix", "by number 1")
        assert events(records) == before
        assert state_of(records, "L-0001") is LotState.OPEN
        await chair.press("f1")
        await chair.on("recall")
        await shows(chair, "Open mix M-5f3a90c2d1e4 at kiosk-2: discarded or incident only")
        assert state_of(records, "L-0001") is LotState.RECALLED
        await chair.press("f1")
        await shows(chair, "B-0001", "4 uses, 3 clients", "B-0002", "none")
        await chair.press("f1")
        await shows(chair, "M-2c71e08ab943", "still open")
        await chair.press("f1")
        # Of the first mix of the first bottle of the first lot.
        await shows(chair, "C-0001 JM", "to contact", "drill 0:00.0")
        assert "C-0002" not in chair.text()
        for _ in range(3):
            await chair.press("f6")
            await chair.pilot.pause()
        await shows(chair, "hit by")
        await chair.press("f6")
        await chair.on("recalls")
        await shows(chair, "3 of 3")


async def test_problems_stand_beside_their_fields_and_nothing_is_lost(sit_at, records):
    async with sit_at("recall-form") as chair:
        await fill(chair, id="X-1", source="FDA", issued_on="yesterday", url="www.fda.gov")
        await chair.press("f1")
        await chair.pilot.pause()
        await fill(
            chair, brand="Halden", lots="24-117, LOT 24-118", distributed="2026-03-09 to 2026-03-01"
        )
        await chair.press("f1")
        await shows(chair, "issued on: is no date.", "more")
        screen = chair.app.screen
        wrong = {
            name
            for name in ("id", "source", "issued_on", "hazard", "url", "distributed", "brand")
            if screen.line(name).problem
        }
        assert wrong == {"issued_on", "hazard", "url", "distributed"}
        assert screen.focused.id == "issued_on"
        await chair.press("f1")
        # A sentence that its place cannot hold is told in full where one is.
        for name, said in (
            ("products", "products: does not say which products are meant."),
            ("lots", "looks like more than the number itself: 'LOT 24-118'"),
        ):
            screen.query_one(f"#{name}").focus()
            await shows(chair, said)
        assert screen.line("source").value == "FDA"
    assert recalling.list_recalls(records.desk) == ()


async def test_ac_s20_a_file_shows_dated_and_undated_lots_and_a_near_miss_can_be_taken_in(
    sit_at, records, tmp_path
):
    (tmp_path / "n.json").write_text(json.dumps(story.by_dates()))
    async with sit_at("recall-form") as chair:
        await fill(chair, file=str(tmp_path / "n.json"))
        before = events(records)
        await chair.press("enter")
        await shows(
            chair, "dated, in the window 2", "of unknown date 1", "like it, not hit 1",
            "its dates L-0001", "its dates L-0003", "no date L-0004", "like it? L-0005",
        )  # fmt: skip
        await chair.press("down", "down", "down")
        await chair.pilot.pause()
        assert "after the window" in " ".join(chair.text().split()) or "L-0005" in chair.text()
        await chair.press("f2")
        await shows(chair, "4 lots recalled", "taken in by hand 1", "by hand L-0005")
        # Leaving it out again is the same key.
        await chair.press("down", "down", "down")
        await chair.press("f2")
        await shows(chair, "3 lots recalled", "like it? L-0005")
        await chair.press("f3")
        await shows(chair, "C-0001 JM", "C-0002 AK", "5 Mar 26, 14 Mar 26")
        await chair.press("f3")
        await shows(chair, "find the date", "Put aside and mark: B-0001, B-0002.")
        assert events(records) == before
        await chair.press("f1")
        await chair.on("recall")
    assert [state_of(records, f"L-000{n}") for n in (1, 3, 4, 5)] == [
        *[LotState.RECALLED] * 3, LotState.RELEASED,
    ]  # fmt: skip


async def test_a_file_that_cannot_be_read_is_said_and_records_nothing(sit_at, records, tmp_path):
    (tmp_path / "bad.json").write_text('{"format": "recall-notice/1", "id": "X"}')
    async with sit_at("recall-form") as chair:
        await fill(chair, file=str(tmp_path / "none.json"))
        await chair.press("f2")
        await shows(chair, "cannot be read", "Check it.")
        chair.app.screen.query_one("#file").value = str(tmp_path / "bad.json")
        await chair.press("f2")
        await shows(chair, "file: is missing.")
        assert chair.app.screen.line("file").problem == "is missing."
    assert recalling.list_recalls(records.desk) == ()


async def test_ac_s22_clients_are_worked_off_and_a_near_miss_is_taken_in_later(sit_at, records):
    story.recall(records)
    async with sit_at("recalls") as chair:
        await shows(chair, "FDA-2026-07", "2 of 2")
        await chair.press("enter")
        await chair.on("recall")
        await shows(chair, "2 clients still to be reached")
        await chair.press("f2")
        await shows(chair, "C-0001 JM", "C-0002 AK")
        await chair.press("f1")
        await shows(chair, "reached", "1 client still to be reached")
        await chair.press("down")
        await chair.pilot.pause()
        await chair.press("f2")
        await shows(chair, "not reached")
        await chair.press("f6")
        await shows(chair, "like it?")
        await chair.press("down")
        await shows(chair, "LOT 24-118 is not LOT 24-117, but differs in one character.")
        await chair.press("f1")
        await shows(chair, "Lots 2", "by hand")
    assert state_of(records, "L-0003") is LotState.RECALLED
    entry = recalling.find_recall(records.desk, "FDA-2026-07")
    assert {c.client: c.state for c in entry.contacts} == {
        "C-0001": ContactState.REACHED, "C-0002": ContactState.NOT_REACHED,
    }  # fmt: skip
    assert journal.verify_ledger(records.desk).ok


async def test_ac_s23_an_amendment_that_frees_a_lot_needs_a_second_signature(sit_at, records):
    people.add_operator(records.desk, OWNER, "S-02", Role.STOCK_MANAGER, "13579")
    app = story.app_of(records)
    app.state.shelf.recall = story.recall(records)
    async with sit_at("recall", app=app) as chair:
        await shows(chair, "Lots 1")
        await chair.press("f4")
        await chair.on("recall-form")
        await chair.until(lambda: chair.app.screen.line("version").value == "2", "the form")
        await chair.press("f1")
        chair.app.screen.line("lots").value = "25-031"
        await chair.press("f1")
        await shows(chair, "1 lot freed", "set free L-0001", "Second", "Their PIN")
        await chair.press("f1")
        await shows(chair, "A second person signs with their PIN.")
        await fill(chair, second="P-01", pin=PIN)
        await chair.press("enter")
        await shows(chair, "P-01 is who does it")
        chair.app.screen.query_one("#second").value = ""
        await fill(chair, second="S-02", pin="13579")
        await chair.press("enter")
        await chair.on("recall")
        await shows(chair, "version 2", "of 2 versions")
        await chair.press("f3")
        await shows(chair, "lots LOT 24-117", "lots LOT 25-031")
    assert state_of(records, "L-0001") is LotState.QUARANTINE
    assert state_of(records, "L-0005") is LotState.RECALLED
    cleared = recalling.find_recall(records.desk, "FDA-2026-07").contacts
    assert {c.state for c in cleared} == {ContactState.CLEARED}
    assert '"second":"S-02"' in records.ledger_text()


async def test_a_recall_ends_with_outcome_and_reason(sit_at, records):
    app = story.app_of(records)
    app.state.shelf.recall = story.recall(records)
    async with sit_at("recall", app=app) as chair:
        await shows(chair, "Lots 1")
        await chair.press("f5")
        await chair.on("recall-close")
        await shows(chair, "Everything was done")
        await fill(chair, reason="all told")
        await chair.press("f1")
        # Nobody was called yet.
        await shows(chair, "C-0001, C-0002 were not contacted yet")
        chair.app.screen.query_one("#outcome").focus()
        await chair.press("right", "right")
        await shows(chair, "It never concerned this clinic", "Their PIN")
        # Alone in the records, the same person signs once more.
        await fill(chair, second="P-01", pin=PIN)
        await chair.press("enter")
        await chair.on("recall")
        await shows(chair, "closed, entered-by-mistake", "Lots 0")
        assert not chair.app.screen.bar.cell("close").available
    assert state_of(records, "L-0001") is LotState.QUARANTINE
    assert "P-01 (solo, signed again)" in records.ledger_text()


async def test_a_practitioner_may_not_confirm_a_recall(sit_at, records, tmp_path):
    (tmp_path / "n.json").write_text(json.dumps(story.by_dates()))
    app = story.app_of(records)
    app.state.operator = Operator("P-02", Role.PRACTITIONER)
    async with sit_at("recall-form", app=app) as chair:
        await fill(chair, file=str(tmp_path / "n.json"))
        await chair.press("f2")
        await shows(chair, "3 lots recalled")
        await chair.press("f1")
        await shows(chair, "may not change stock", "Rule ROLE")
        assert chair.screen == "recall-form"
        assert chair.app.screen.bar.cell("on").available
    assert recalling.list_recalls(records.desk) == ()


async def test_a_database_that_fails_is_said_on_the_screen(sit_at, records, tmp_path):
    story.recall(records)
    async with sit_at("products") as chair:
        await shows(chair, "4 found")
        records.desk.engine.dispose()
        for file in tmp_path.glob("kiosk.db*"):
            file.write_bytes(b"no database" * 1000)
        for name, key in (("recalls", "open"), ("suppliers", "judge"), ("law", "choose")):
            chair.app.go(name)
            await chair.on(name)
            await shows(chair, "▲")
            assert not chair.app.screen.bar.cell(key).available


# ── at the chair ─────────────────────────────────────────────────────────────────────────────────


def seated(records: Clinic, name: str) -> KioskApp:
    """The other kiosk, with a client in the chair and bottles of the first lot in hand."""
    there = replace(records, desk=replace(records.desk, kiosk="kiosk-2"))
    app = story.app_of(there)
    from kiosk.desk import visits

    client = visits.find_clients(there.desk, "JM")[0]
    visit = visits.open_visit(there.desk, OWNER, client.id)
    sitting = Sitting(client, visit, pigment="B-0001", diluent="B-0003", ratio=20)
    order: MixOrder = there.order(visit.id, "B-0001", "B-0003", token="M-000000000001")
    if name == "confirm":
        sitting.order = order
    elif name == "done":
        sitting.mix = there.confirm(order)
    app.state.sitting = sitting
    app.state.kiosk = "kiosk-2"
    return app


@pytest.mark.parametrize(
    ("name", "action"), [("mix", "mixed"), ("confirm", "confirm"), ("done", "cup")]
)
async def test_ac_p47_a_recall_at_one_kiosk_stops_the_other_within_ten_seconds(
    sit_at, records, monkeypatch, name, action
):
    monkeypatch.setattr("kiosk.screens.tasks.recall_watch.WATCH_S", 0.2)
    app = seated(records, name)
    async with sit_at(name, app=app) as chair:
        await chair.until(lambda: chair.app.screen.bar.cell(action).available, "the screen")
        assert "FDA" not in chair.text()
        story.recall(records)
        await shows(chair, "✕ Recall FDA-2026-07, version 1: Contaminated", "What lifts it")
        if name != "done":
            await chair.until(
                lambda: not chair.app.screen.bar.cell(action).available, "the key to be greyed"
            )
            return
        await chair.press("f4")
        await chair.on("cup")
        await chair.press("f1")
        await shows(chair, "Recall FDA-2026-07", "Discarded, or an incident")
        assert chair.screen == "cup"
        await chair.press("f2")
        await chair.on("done")
        await shows(chair, "The cup was closed: discarded.")
        assert not chair.app.screen.bar.cell("cup").available
    assert '"how":"discarded"' in records.ledger_text()


async def test_the_watch_is_within_its_time_and_rests_elsewhere(sit_at, records, monkeypatch):
    from kiosk.screens.tasks import recall_watch

    assert recall_watch.WATCH_S <= 5.0
    monkeypatch.setattr(recall_watch, "WATCH_S", 0.05)
    asked = []
    from kiosk.desk.stock import at_the_chair

    real = at_the_chair.stops_in_hand
    monkeypatch.setattr(
        "kiosk.screens.tasks.mix.stops_in_hand", lambda *a: asked.append(a) or real(*a)
    )
    async with sit_at("mix", app=seated(records, "mix")) as chair:
        await chair.until(lambda: len(asked) >= 3, "a few looks")
        # A page on top of it, and another screen in its place: nobody draws anything up there.
        await chair.press("f5")
        await chair.pilot.pause(0.2)
        known = len(asked)
        await chair.pilot.pause(0.3)
        assert len(asked) <= known + 1
        await chair.press("f6")
        chair.app.go("recalls")
        await chair.on("recalls")
        known = len(asked)
        await chair.pilot.pause(0.3)
        assert len(asked) <= known + 1
