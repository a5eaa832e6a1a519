"""One bottle or one lot, and what is done with it: a list of deeds, and the marked one's lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import signing
from kiosk.desk.stock.book import blocked_for
from kiosk.desk.stock.lot_page import LotPage, find_stock, lot_page
from kiosk.inventory.model import Lot
from kiosk.inventory.picking import Offer
from kiosk.inventory.volumes.quantities import say_ml
from kiosk.screens.failures import stop_cards
from kiosk.screens.scanning import said
from kiosk.screens.stock.deeds import Deed, Job, deeds_with, deeds_with_lot
from kiosk.screens.stock.handling_screen import HandlingScreen
from kiosk.screens.stock.rows import STANDING, bottle_level, bottle_word, counted, sign_markup
from kiosk.screens.stock.tokens import new_token
from kiosk.screens.stock.typed import Typo
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.numbered import Numbered
from kiosk.stops import Stop, blocking

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Scan

_WHOLE_LOT = "The whole lot …"


class Handle(HandlingScreen):
    """Deeds at the left, their lines at the right; a stop stands in the notice."""

    NAME = "handle"
    PLACE = "Lots"
    QUESTION = "What is done with it?"
    AUTO_FOCUS = "#deeds"

    def compose_task(self) -> ComposeResult:
        """Which one, what it is, the deeds and the form."""
        yield Static("", id="thing")
        with Horizontal(classes="row"):
            yield Numbered(id="deeds", stays=True)
            yield Vertical(id="form")
        with Vertical(classes="form-part hidden", id="which"):
            yield FormLine("Which", id="name", hint="bottle, lot or number; or scan it")

    def begin(self) -> None:
        """Load what was chosen elsewhere."""
        self._page: LotPage | None = None
        self._item: Offer | None = None
        self._deeds: tuple[Deed, ...] = ()
        self._deed: Deed | None = None
        self._blocked = self._busy = False
        self._token = new_token("H")
        self._load()

    # ── which one ────────────────────────────────────────────────────────────────────────────────

    def on_scan(self, scan: Scan) -> None:
        """A label shows its bottle, a maker's code its lot."""
        if text := scan.reading.bottle or scan.reading.lot:
            self._find(text)
        else:
            self.say(said(scan))

    @work(exclusive=True, group="load")
    async def _find(self, text: str) -> None:
        desk = self.state.desk
        found = await self.ask(find_stock, desk, text) if desk is not None else None
        if found:
            self.state.shelf.lot, self.state.shelf.bottle = found[0].lot, found[0].bottle
            self.query_one("#which").add_class("hidden")
            await self._show(fresh=True)

    @work(exclusive=True, group="load")
    async def _load(self) -> None:
        await self._show(fresh=True)

    async def _show(self, *, fresh: bool) -> None:
        """Draw the thing and its deeds; `fresh` says that the notice has nothing to keep."""
        desk, shelf = self.state.desk, self.state.shelf
        if desk is None or not shelf.lot:
            self._no_thing()
            return
        page = await self.ask(lot_page, desk, shelf.lot)
        if page is None:
            self._no_thing()
            return
        today = desk.today()
        self._page = page
        self._item = next((i for i in page.bottles if i.bottle.id == shelf.bottle), None)
        if self._item is not None:
            self._blocked = bool(blocked_for(self._item.bottle, today))
            self._deeds = deeds_with(self._item.bottle, today)
            stops: tuple[Stop, ...] = self._item.stops
            self._draw_bottle(self._item)
        else:
            self._blocked = any(blocked_for(i.bottle, today) for i in page.bottles)
            self._deeds = deeds_with_lot(page.lot)
            stops = page.stops
            self._draw_lot(page)
        self._offer_deeds()
        await self._choose(0)
        if fresh:
            hard = blocking(stops)
            self.say(stop_cards(hard) if hard else "")
        self.query_one("#deeds", Numbered).focus()

    def _no_thing(self) -> None:
        self.bar.allow("do", False)
        self.bar.allow("lot", False)
        self.query_one("#deeds", Numbered).offer("", ())
        self.write("thing", "[$wait]…[/] Nothing is chosen. Type a bottle or a lot, or scan it.")
        self.do_other()

    def _draw_bottle(self, item: Offer) -> None:
        desk, bottle, lot = self.state.desk, item.bottle, item.bottle.lot
        assert desk is not None
        self.ask_for(f"What is done with bottle {bottle.id}?")
        opened = f"opened {bottle.opened_on:%-d %b %Y}" if bottle.opened_on else "sealed"
        until = f"until {item.expiry.on:%-d %b %Y}" if item.expiry else "no date"
        where = f" · {escape(bottle.place)}" if bottle.place else ""
        sign = sign_markup("stop" if self._blocked else "pass")
        self.write(
            "thing",
            f"{_title(lot)}\n"
            f"{bottle_level(item)} of {say_ml(bottle.size_ul)} · {opened} · {until}{where}\n"
            f"{sign} {bottle_word(item, desk.today())}",
        )

    def _draw_lot(self, page: LotPage) -> None:
        lot = page.lot
        self.ask_for(f"What is done with all of lot {lot.id}?")
        sign, word = STANDING[page.standing]
        left = [item for item in page.bottles if item.bottle.remaining_ul]
        self.write(
            "thing",
            f"{_title(lot)}\n"
            f"{counted(len(left), 'bottle')} with {say_ml(page.balance.remaining_ul)}\n"
            f"{sign_markup(sign)} {word}",
        )

    # ── deeds and their lines ────────────────────────────────────────────────────────────────────

    def _offer_deeds(self) -> None:
        words = [deed.label for deed in self._deeds]
        if self._item is not None:
            words.append(_WHOLE_LOT)
        self.query_one("#deeds", Numbered).offer("", words)
        self.bar.allow("lot", True)

    @on(Numbered.Moved)
    async def _moved(self) -> None:
        await self._choose(self.query_one("#deeds", Numbered).at)

    @on(Numbered.Chosen, "#deeds")
    def _deed_chosen(self, event: Numbered.Chosen) -> None:
        if event.index >= len(self._deeds):
            self.state.shelf.bottle = ""
            self._load()
        else:
            self._begin_deed(event.index)

    @work(exclusive=True, group="form")
    async def _begin_deed(self, index: int) -> None:
        await self._choose(index)
        if self._deed is not None:
            self.focus_line(self._names[0])

    @property
    def _witness_needed(self) -> bool:
        return self._deed is not None and self._deed.witnessed and self._blocked

    @property
    def _names(self) -> tuple[str, ...]:
        """The ids of the form's fields, in order."""
        if self._deed is None:
            return ()
        names = tuple(f"deed-{asked.id}" for asked in self._deed.lines)
        return (*names, "second", "pin") if self._witness_needed else names

    async def _choose(self, index: int) -> None:
        """Show the lines of a deed; those of the one before go."""
        self._deed = self._deeds[index] if index < len(self._deeds) else None
        form = self.query_one("#form", Vertical)
        await form.remove_children()
        lines = []
        if self._deed is not None:
            for asked in self._deed.lines:
                line = FormLine(asked.label, id=f"deed-{asked.id}", note=False)
                line.field.placeholder = asked.hint
                lines.append(line)
        if self._witness_needed:
            second = FormLine("Second", id="second", note=False)
            second.field.placeholder = "who else signs; alone: you again"
            pin = FormLine("Their PIN", id="pin", note=False, password=True, max_length=12)
            lines += [second, pin]
        await form.mount(*lines)
        self.bar.allow("do", self._deed is not None, self._deed.verb if self._deed else "Do it")

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        name = event.input.id or ""
        if name == "name":
            self._find(event.value)
        elif name in self._names[-1:]:
            self.run_action_id("do")
        elif name in self._names:
            self.next_line(name, self._names)

    # ── doing it ─────────────────────────────────────────────────────────────────────────────────

    @work(group="do")
    async def do_do(self) -> None:
        """Do the marked deed with what was typed, once."""
        signed, deed, page = self.signed_in, self._deed, self._page
        if signed is None or deed is None or page is None or self._busy:
            return
        desk, operator = signed
        self._busy = True
        try:
            second = None
            if self._witness_needed:
                second = await self._second_signature()
                if second is None:
                    return
            name = self._item.bottle.id if self._item is not None else page.lot.id
            typed = {asked.id: self.typed(f"deed-{asked.id}") for asked in deed.lines}
            done = await self._try(deed, Job(desk, operator, name, typed, second, self._token))
        finally:
            self._busy = False
        if done is not None:
            self._token = new_token("H")
            self.say(f"[$pass]✓[/] {escape(done)}")
            await self._show(fresh=False)

    async def _try(self, deed: Deed, job: Job) -> str | None:
        """Run a deed; a slip of the finger and a refusal are said, and nothing was done."""
        try:
            return await self.ask(deed.do, job)
        except Typo as slip:
            self.say(f"[$check]▲[/] {escape(str(slip))}")
            self.focus_line(self._names[0])
            return None

    async def _second_signature(self) -> signing.Witness | None:
        signed = self.signed_in
        assert signed is not None
        second, pin = self.typed("second"), self.typed("pin")
        if not second or not pin:
            self.say("[$check]▲[/] Blocked stock leaves before a witness: a second id and PIN.")
            self.focus_line("pin" if second else "second")
            return None
        self.clear("pin")
        return await self.ask(signing.witness, *signed, second, pin)

    # ── elsewhere ────────────────────────────────────────────────────────────────────────────────

    def do_choose(self) -> None:
        """To the list of deeds."""
        self.query_one("#deeds", Numbered).focus()

    def do_other(self) -> None:
        """Ask for another bottle or lot."""
        self.query_one("#which").remove_class("hidden")
        self.clear("name")
        self.focus_line("name")

    def do_lot(self) -> None:
        """To the lot's page."""
        self.kiosk.go("lot")

    def do_back(self) -> None:
        """To the lot's page, or to the board where none is chosen."""
        self.kiosk.go("lot" if self.state.shelf.lot else "board")


def _title(lot: Lot) -> str:
    number = escape(lot.lot_no or "without a number")
    return f"[$strong]{escape(lot.product.name)}[/], lot {number}"
