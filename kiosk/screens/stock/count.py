"""A blind count: what is there is typed first, and only then the book is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.events import Key
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import counting as desk_counting
from kiosk.desk.stock import signing
from kiosk.desk.stock.weighing import found_by_weight
from kiosk.inventory import counting
from kiosk.inventory.counting import Found
from kiosk.inventory.volumes.balance_line import read_balance_line
from kiosk.inventory.volumes.quantities import QuantityError
from kiosk.screens.scanning import said
from kiosk.screens.stock.count_begin import CountBeginning
from kiosk.screens.stock.count_sheet import Sheet, row_of
from kiosk.screens.stock.rows import counted
from kiosk.screens.stock.typed import Typo, volume_ul
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.list_table import ListTable
from kiosk.screens.widgets.numbered import Numbered

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Scan

_KEPT = "count"
#: Where a balance stands; typed over where it is another.
_ROOM_C = "21"


class CountScreen(CountBeginning):
    """First what is counted, then bottle by bottle, then the signature."""

    NAME = "count"
    PLACE = "Count"
    QUESTION = "What is counted?"
    AUTO_FOCUS = "#what"

    def compose_task(self) -> ComposeResult:
        """What to count, the sheet, and the lines for one bottle; each when its time comes."""
        with Vertical(classes="form-part", id="choose"):
            yield FormLine("Count", id="what", hint="place, lot or bottles")
        yield Numbered(id="choices")
        yield Static("", id="counted")
        yield ListTable(
            (("", 1), ("bottle", 8), ("lot", 12), ("product", None), ("size", 9), ("found", 10),
             ("differs", 10)),
            id="sheet",
        )  # fmt: skip
        with Vertical(classes="form-part", id="typing"):
            yield FormLine("Holds", id="found", hint="6.1 ml; 0 where it is empty")
            yield FormLine("Full, g", id="gross", hint="with what is in it")
            yield FormLine("Empty, g", id="tare", hint="an empty one of its kind")
            yield FormLine("Room, °C", id="room", hint="where the balance stands")
            yield FormLine("Why", id="why", hint="or 'not known'")
        with Vertical(classes="form-part", id="signature"):
            yield FormLine("Second", id="second", hint="another person; alone: you")
            yield FormLine("Their PIN", id="pin", hint="signs the difference", password=True)

    def begin(self) -> None:
        """Go on with a count that was left, or begin one."""
        self._sheet: Sheet | None = self.state.extra.get(_KEPT)
        self._weighing = self._dropping = self._busy = False
        self._reason_for = self._recounting = ""
        self.line("room").value = _ROOM_C
        if self._sheet is not None:
            self._next_bottle()
        else:
            self._show_parts()
            self.line("what").value = self.state.shelf.bottle
            self._offer_places()

    def on_scan(self, scan: Scan) -> None:
        """A bottle's label marks it on the sheet, or puts it on the list of what to count."""
        bottle = scan.reading.bottle
        if not bottle:
            self.say(said(scan))
        elif self._sheet is None:
            listed = self.typed("what").split()
            if bottle not in listed:
                self.line("what").value = " ".join([*listed, bottle])
        elif bottle in self._sheet.bottles:
            self._mark(bottle)
        else:
            self.say(
                f"[$check]▲[/] {bottle} is not on this sheet. Lay it aside and count it after."
            )

    def begun(self, sheet: Sheet) -> None:
        """To the first bottle."""
        self._keep(sheet)
        self._next_bottle()

    def _keep(self, sheet: Sheet | None) -> None:
        self._sheet = self.state.extra[_KEPT] = sheet

    # ── drawing ──────────────────────────────────────────────────────────────────────────────────

    def _show_parts(self) -> None:
        """Show what belongs to this stage of the count."""
        sheet = self._sheet
        ready = self._ready
        typing = sheet is not None and not ready
        self.query_one("#choose").display = sheet is None
        self.query_one("#sheet").display = self.query_one("#counted").display = sheet is not None
        self.query_one("#typing").display = typing
        self.query_one("#signature").display = ready and sheet is not None and sheet.second_person
        reason = bool(self._reason_for)
        self.line("why").display = reason
        self.line("found").display = not reason and not self._weighing
        for name in ("gross", "tare", "room"):
            self.line(name).display = not reason and self._weighing
        self.bar.allow("on", True, "Begin" if sheet is None else "Book" if ready else "Next")
        self.bar.allow("weigh", typing, "In ml" if self._weighing else "By weight")
        for action in ("again", "missing", "drop"):
            self.bar.allow(action, sheet is not None)

    @property
    def _ready(self) -> bool:
        """Whether nothing is left but to book."""
        return self._sheet is not None and self._sheet.ready and not self._recounting

    def _show_sheet(self, marked: str = "") -> None:
        sheet = self._sheet
        if sheet is None:
            return
        names = [entry.bottle for entry in sheet.count.booked]
        self.query_one(ListTable).show(
            [row_of(sheet, name) for name in names],
            cursor=names.index(marked)
            if marked in names
            else self.query_one(ListTable).marked or 0,
        )
        done = len(names) - len(sheet.count.open)
        self.write("counted", f"[$faint]{done} of {counted(len(names), 'bottle')} counted[/]")

    @property
    def bottle(self) -> str:
        """The bottle that is marked."""
        row = self.query_one(ListTable).marked
        return self._sheet.count.booked[row].bottle if self._sheet and row is not None else ""

    def _mark(self, bottle: str) -> None:
        """Ask for what is in this bottle."""
        self._reason_for = ""
        for name in ("found", "gross", "why"):
            self.line(name).value = ""
        self._show_parts()
        self._show_sheet(bottle)
        self._ask_about(bottle)
        self.focus_line("gross" if self._weighing else "found")

    def _ask_about(self, bottle: str) -> None:
        self.ask_for(f"What is in bottle {bottle}?" if bottle else "Is this what is there?")

    def _next_bottle(self) -> None:
        """To the next bottle that was not counted or not explained; then to the signature."""
        sheet = self._sheet
        if sheet is None:
            return
        if sheet.count.open:
            self._mark(sheet.count.open[0])
        elif unexplained := sheet.unexplained():
            self._ask_why(unexplained[0])
        else:
            self._reason_for = ""
            self._show_parts()
            self._show_sheet()
            self._ask_about("")
            if sheet.second_person:
                self.say(
                    "[$check]▲[/] A difference is above the limit: another person signs as well."
                )
                self.focus_line("second")
            else:
                self.query_one(ListTable).focus()

    def _ask_why(self, bottle: str) -> None:
        sheet = self._sheet
        variance = sheet.variance(bottle) if sheet is not None else None
        if variance is None:
            return
        self._reason_for = bottle
        self._show_parts()
        self._show_sheet(bottle)
        self.ask_for(f"Why does bottle {bottle} differ?")
        self.say(f"[$check]▲[/] {escape(variance.sentence)}")
        self.line("why").value = ""
        self.focus_line("why")

    # ── typing ───────────────────────────────────────────────────────────────────────────────────

    async def on_key(self, event: Key) -> None:
        """The arrows mark another bottle while a line has the cursor."""
        in_line = self._sheet is not None and isinstance(self.focused, Input)
        if in_line and event.key in {"up", "down"}:
            table = self.query_one(ListTable)
            move = table.action_cursor_up if event.key == "up" else table.action_cursor_down
            move()
            event.stop()
            event.prevent_default()

    @on(ListTable.RowHighlighted)
    def _highlighted(self) -> None:
        if self._sheet is not None and not self._reason_for and not self._ready:
            self._ask_about(self.bottle)

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("on")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        name = event.input.id or ""
        after = {"gross": "tare", "second": "pin"}.get(name)
        if name == "tare" and not self.typed("room"):
            after = "room"
        if after:
            self.focus_line(after)
        else:
            self.run_action_id("on")

    def do_on(self) -> None:
        """The next step of the count, whatever it is."""
        sheet = self._sheet
        self._dropping = False
        if sheet is None:
            self._begin(self.typed("what"))
        elif self._reason_for:
            self._take_reason(sheet)
        elif self._ready:
            self._book(sheet)
        elif self._weighing:
            self._take_weight(sheet)
        else:
            try:
                self._take(sheet, Found(volume_ul(self.typed("found"))))
            except Typo as slip:
                self.say(f"[$check]▲[/] {escape(str(slip))}")

    @work(exclusive=True, group="weigh")
    async def _take_weight(self, sheet: Sheet) -> None:
        desk = self.state.desk
        if desk is None:
            return
        try:
            gross, tare = (
                read_balance_line(f"{text} g" if text[-1:].isdigit() else text)
                for text in (self.typed("gross"), self.typed("tare"))
            )
            room_c = float(self.typed("room").replace(",", "."))
        except (QuantityError, ValueError) as error:
            mend = getattr(error, "mend", "Type the temperature as 21.")
            self.say(f"[$check]▲[/] {escape(str(error))}\n  [$faint]{escape(mend)}[/]")
            return
        found = await self.ask(found_by_weight, desk, self.bottle, gross, tare, room_c=room_c)
        if found is not None:
            self._take(sheet, found)

    def _take(self, sheet: Sheet, found: Found) -> None:
        bottle = self.bottle
        try:
            count = counting.enter(sheet.count, bottle, found)
        except QuantityError as error:
            self.say(f"[$check]▲[/] {escape(str(error))}\n  [$faint]{escape(error.mend)}[/]")
            return
        self._recounting = ""
        reasons = {name: why for name, why in sheet.reasons.items() if name != bottle}
        sheet = replace(sheet, count=count, reasons=reasons)
        self._keep(sheet)
        variance = sheet.variance(bottle)
        if variance is not None and variance.needs_reason:
            self._ask_why(bottle)
            return
        sign = "[$pass]✓[/]"
        self.say(f"{sign} {escape(variance.sentence)}" if variance is not None else "")
        self._next_bottle()

    def _take_reason(self, sheet: Sheet) -> None:
        if not (why := self.typed("why")):
            self.say("[$check]▲[/] Say why, or 'not known'.")
            return
        self._keep(replace(sheet, reasons={**sheet.reasons, self._reason_for: why}))
        self._reason_for = ""
        self.say()
        self._next_bottle()

    # ── booking ──────────────────────────────────────────────────────────────────────────────────

    @work(group="book")
    async def _book(self, sheet: Sheet) -> None:
        signed = self.signed_in
        if signed is None or self._busy:
            return
        desk, operator = signed
        second = None
        self._busy = True
        try:
            if sheet.second_person:
                who, pin = self.typed("second"), self.typed("pin")
                if not who or not pin:
                    self.say("[$check]▲[/] Another person signs with id and PIN.")
                    self.focus_line("pin" if who else "second")
                    return
                self.clear("pin")
                second = await self.ask(signing.witness, desk, operator, who, pin)
                if second is None:
                    return
            done = await self.ask(
                desk_counting.finish_count,
                desk,
                operator,
                sheet.count,
                sheet.reasons,
                second=second,
                token=sheet.token,
            )
        finally:
            self._busy = False
        if done is None:
            return
        changed = [adjustment for adjustment in done if adjustment.qty_ul]
        total = sum(adjustment.qty_ul for adjustment in changed)
        self._keep(None)
        self.clear("what")
        self._show_parts()
        self.ask_for(self.QUESTION)
        self.say(
            f"[$pass]✓[/] {counted(len(done), 'bottle')} counted and booked, "
            f"{len(changed)} differed, {total / 1000:+.2f} ml in all."
        )
        self.focus_line("what")

    # ── what else ────────────────────────────────────────────────────────────────────────────────

    def do_weigh(self) -> None:
        """Weights instead of millilitres, or back."""
        self._weighing = not self._weighing
        self._show_parts()
        self.focus_line("gross" if self._weighing else "found")

    def do_again(self) -> None:
        """Another number for the marked bottle; the first one stays known."""
        if bottle := self.bottle:
            self._recounting = bottle
            self._mark(bottle)

    def do_missing(self) -> None:
        """Nothing of the marked bottle is there."""
        if self._sheet is not None and self.bottle:
            self._take(self._sheet, Found(0))

    def do_drop(self) -> None:
        """Give the count up; pressed twice."""
        if not self._dropping:
            self._dropping = True
            self.say("[$check]▲[/] F5 again gives this count up. Nothing of it was booked.")
            return
        self._dropping = False
        self._keep(None)
        self._reason_for = ""
        self.say()
        self.clear("what")
        self._show_parts()
        self.ask_for(self.QUESTION)
        self._offer_places()
        self.focus_line("what")
