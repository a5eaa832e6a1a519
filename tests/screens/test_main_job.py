"""The whole path by keyboard at 80x24, on a real pty and a real database."""

from __future__ import annotations

from kiosk.desk import journal, stock
from kiosk.inventory.model import Kind


async def test_whole_path_by_keyboard_at_80x24(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        assert "UNANCHORED" in chair.text()
        assert "90 % between" in chair.text()
        advised = chair.app.state.sitting.advice.recommendation.advised_ratio
        assert advised in (30, 35, 40, 45, 50)
        await chair.to_done()
        mix = chair.app.state.sitting.mix
        assert mix.ratio == advised
        assert mix.diluent_ul == mix.pigment_ul * advised
        assert mix.head[:32] in chair.text()
        desk = chair.app.state.desk
        verified = journal.verify_ledger(desk)
        assert verified.ok
        assert verified.head == mix.head
        drawn = next(p for p in mix.parts if p.role == "pigment")
        left = next(
            o.bottle for o in stock.next_bottles(desk, Kind.PIGMENT) if o.bottle.id == drawn.bottle
        )
        assert left.remaining_ul == 10_000 - 2_600 - drawn.qty_ul
        await chair.press("f1")
        await chair.on("client")
        assert chair.app.state.sitting is None


async def test_darker_than_advised_needs_a_reason(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        advised = chair.app.state.sitting.ratio
        await chair.press("f3")
        await chair.pilot.pause()
        assert f"Darker than the advised 1:{advised}" in chair.text()
        await chair.press("f1")
        await chair.on("bottles")
        await chair.until(lambda: chair.app.screen.bar.cell("take").available, "bottles")
        await chair.press("f1")
        await chair.on("mix")
        await chair.until(lambda: chair.app.screen.bar.cell("mixed").available, "plan")
        assert "RATIO-DARKER" in chair.text()
        await chair.press("f1")
        await chair.on("confirm")
        await chair.until(lambda: chair.app.screen.query_one("#reason").display, "reason field")
        chair.app.screen.query_one("#pin").focus()
        await chair.type("2468")
        await chair.press("enter")
        await chair.until(lambda: "RATIO-DARKER" in chair.text(), "the refusal")
        assert chair.screen == "confirm"
        chair.app.screen.query_one("#reason").value = "proven with this client"
        chair.app.screen.query_one("#pin").focus()
        await chair.type("2468")
        await chair.press("enter")
        await chair.on("done")
        texts = [line.text for line in journal.latest(chair.app.state.desk)]
        assert any("RATIO-DARKER passed, reason: proven with this client" in t for t in texts)


async def test_wrong_pin_records_nothing(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        before = journal.verify_ledger(chair.app.state.desk).events
        await chair.press("f1")
        await chair.on("bottles")
        await chair.until(lambda: chair.app.screen.bar.cell("take").available, "bottles")
        await chair.press("f1")
        await chair.on("mix")
        await chair.until(lambda: chair.app.screen.bar.cell("mixed").available, "plan")
        await chair.press("f1")
        await chair.on("confirm")
        await chair.pilot.pause(0.2)
        await chair.type("9999")
        await chair.press("enter")
        await chair.until(lambda: "not right" in chair.text(), "the refusal")
        assert chair.screen == "confirm"
        after = journal.latest(chair.app.state.desk)
        assert after[0].text.startswith("wrong PIN")
        # Besides, the plan has claimed its two bottles.
        assert len(after) == before + 3
        assert all("claimed by" in line.text for line in after[1:3])


async def test_blocked_bottle_cannot_be_taken_and_says_why(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        await chair.press("f1")
        await chair.on("bottles")
        await chair.until(lambda: chair.app.screen.bar.cell("take").available, "bottles")
        seen = set()
        for _ in range(6):
            await chair.press("down")
            await chair.pilot.pause()
            marked = chair.app.screen.marked(Kind.PIGMENT)
            if not marked.usable:
                seen.add(marked.stops[0].rule)
                assert not chair.app.screen.bar.cell("take").available
                assert marked.stops[0].sentence.split(".")[0] in " ".join(chair.text().split())
                await chair.press("f1")
                assert chair.screen == "bottles"
        assert {"INK-B06", "EXPIRED-B02", "LOT-QUARANTINE"} <= seen


async def test_healed_result_is_judged_by_key_and_says_what_it_changed(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        await chair.to_done()
        await chair.press("f1")
        await chair.on("client")
        await chair.type("JM")
        await chair.until(lambda: len(chair.app.screen._found) == 1, "the client")
        await chair.press("f3")
        await chair.on("healed")
        await chair.until(lambda: chair.app.screen.marked is not None, "the mix")
        await chair.pilot.pause()
        assert "Not healed: day 0" in chair.text()
        await chair.press("f1")
        await chair.until(lambda: "Nothing is learned" in chair.text(), "the lesson")
        texts = [line.text for line in journal.latest(chair.app.state.desk)]
        assert "nothing learned" in texts[0]
