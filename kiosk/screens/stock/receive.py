"""A delivery is booked in, bottle by bottle: scan, look at the seal, Enter."""

from __future__ import annotations

from dataclasses import dataclass, field

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import scans
from kiosk.desk.stock.label_files import write_labels
from kiosk.desk.stock.lot_page import LotPage, lot_page
from kiosk.desk.stock.receiving import Delivery, notices_on, receive
from kiosk.inventory.model import Product
from kiosk.screens.failures import stop_card
from kiosk.screens.stock.delivery_form import (
    LINES,
    Complaint,
    Scanned,
    delivery_of,
    warnings,
)
from kiosk.screens.stock.rows import counted, short_name
from kiosk.screens.stock.scan_intake import ScanIntake
from kiosk.screens.stock.tokens import new_token
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.numbered import Numbered
from kiosk.stops import Severity, blocking

_NAMES = tuple(line.id for line in LINES)
_DRAFT = "delivery"
_MORE = ("A delivery file (CSV)", "Labels for a label printer (ZPL)", "Set the scanner up")


@dataclass(frozen=True, slots=True)
class Draft:
    """The form while another screen is up."""

    lines: tuple[tuple[str, str], ...] = (("bottles", "1"),)
    product: Product | None = None
    scanned: Scanned = field(default_factory=Scanned)
    token: str = ""
    booked: tuple[LotPage, ...] = ()


class Receive(ScanIntake):
    """The form of one lot; supplier and invoice stay for the next one."""

    NAME = "receive"
    PLACE = "Receive"
    QUESTION = "What has arrived? Scan the first bottle, or type."
    AUTO_FOCUS = "#product"

    def compose_task(self) -> ComposeResult:
        """Ten lines, choices when there is something to choose, what was booked."""
        with Vertical(classes="form-part"):
            for line in LINES:
                most = 8 if line.id == "seal" else 300
                yield FormLine(line.label, id=line.id, hint=line.hint, max_length=most)
        yield Numbered(id="choices")
        yield Static("", id="booked")

    def begin(self) -> None:
        """The form as it was left, or an empty one."""
        self._sure = self._busy = False
        draft = self.state.extra.pop(_DRAFT, None) or Draft()
        self._product, self._scanned = draft.product, draft.scanned
        self._token, self._booked = draft.token or new_token("D"), list(draft.booked)
        with self.prevent(Input.Changed):
            for name, text in draft.lines:
                self.line(name).value = text
        if self._booked:
            self._show_booked()
        self._allow()

    def _leave(self, route: str) -> None:
        """To another screen; what was typed and scanned is here again on coming back."""
        lines = tuple((name, self.typed(name)) for name in _NAMES)
        self.state.extra[_DRAFT] = Draft(
            lines, self._product, self._scanned, self._token, tuple(self._booked)
        )
        self.kiosk.go(route)

    def _allow(self) -> None:
        self.bar.allow("labels", bool(self._booked))
        self.bar.allow("inspect", bool(self._booked))

    # ── typing ───────────────────────────────────────────────────────────────────────────────────

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._sure = False
        if event.input.id == "product":
            self._product = None

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        name = event.input.id or ""
        if name == "product" and self._product is None:
            await self._search(event.value)
        elif name == "expiry" and not self._check_expiry():
            return
        elif name == "seal":
            self.do_book()
        else:
            self.next_line(name, _NAMES)

    # ── booking ──────────────────────────────────────────────────────────────────────────────────

    @work(group="book")
    async def do_book(self) -> None:
        """Book the lot of the form, once."""
        signed = self.signed_in
        if signed is None or self._busy:
            return
        desk, operator = signed
        lines = {name: self.typed(name) for name in _NAMES}
        for name in _NAMES:
            if name != "expiry":
                self.line(name).complain()
        if self._product is None and lines["product"]:
            await self._search(lines["product"])
            if self._product is None:
                return
        try:
            delivery = delivery_of(
                lines, self._product, self._scanned, today=desk.today(), token=self._token
            )
        except Complaint as complaint:
            if complaint.line == "expiry":
                self.focus_line("expiry")
                self._check_expiry()
                return
            self.line(complaint.line).complain(complaint.problem)
            self.focus_line(complaint.line)
            return
        doubts = (*warnings(delivery, desk.today()), *self._booked_just_now(delivery))
        if doubts and not self._sure:
            self._sure = True
            said = "\n  ".join(escape(doubt) for doubt in doubts)
            self.say(f"[$check b]▲[/] {said}\n  F1 again books it so.")
            return
        self._busy, self.state.saved = True, False
        self.show_status()
        lot = await self.ask(receive, desk, operator, delivery)
        if lot is not None and self._scanned.article:
            await self.ask(
                scans.remember_article, desk, operator, delivery.product, self._scanned.article
            )
        self._busy, self.state.saved = False, True
        self.show_status()
        if lot is not None:
            await self._told(lot.id)

    def _booked_just_now(self, delivery: Delivery) -> tuple[str, ...]:
        same = [
            page
            for page in self._booked
            if (page.lot.product.id, page.lot.lot_no) == (delivery.product, delivery.lot_no)
        ]
        if not same:
            return ()
        count = counted(sum(len(page.bottles) for page in same), "bottle")
        return (f"Lot {delivery.lot_no} was booked just now ({count}). Have more arrived?",)

    async def _told(self, lot: str) -> None:
        """Say what was booked and what to do with it; an empty form for the next lot."""
        desk = self.state.desk
        assert desk is not None
        page = await self.ask(lot_page, desk, lot)
        notices = await self.ask(notices_on, desk, lot) or ()
        if page is None:
            return
        self._booked.append(page)
        self.state.shelf.lot, self.state.shelf.bottle = lot, ""
        ids = [item.bottle.id for item in page.bottles]
        span = ids[0] if len(ids) == 1 else f"{ids[0]} to {ids[-1]}"
        said = [f"[$pass]✓[/] {lot}: [$strong b]{span}[/], in quarantine until inspected (F4)."]
        stops = [stop for stop in blocking(page.stops) if stop.rule != "LOT-QUARANTINE"]
        safety = [stop for stop in stops if stop.severity is Severity.SAFETY]
        said += [f"[$check b]▲[/] [$strong b]{escape(stop.sentence)}[/]" for stop in notices]
        self.say("\n".join([*said, stop_card(safety[0])] if safety else said))
        self._show_booked()
        self.do_clear(keep_notice=True)

    def _show_booked(self) -> None:
        rows = [
            f"[$pass]✓[/] {page.lot.id}  {escape(page.lot.lot_no or 'no number'):<14} "
            f"{escape(short_name(page.lot.product)):<22} {counted(len(page.bottles), 'bottle')}"
            for page in self._booked[-3 if self.size.height < 32 else -9 :]
        ]
        bottles = sum(len(page.bottles) for page in self._booked)
        title = f"{counted(len(self._booked), 'lot')}, {counted(bottles, 'bottle')} booked in"
        self.write("booked", "\n".join([f"[$faint]{title}[/]", *rows]))
        self._allow()

    def do_clear(self, keep_notice: bool = False) -> None:
        """Empty the form; what belongs to the whole delivery stays."""
        self._product, self._scanned, self._sure = None, Scanned(), False
        self._token = new_token("D")
        self.forget_last_scan()
        for line in LINES:
            if not line.kept:
                self.line(line.id).value = "1" if line.id == "bottles" else ""
            self.line(line.id).complain()
        self.close_choices()
        self.focus_line("product")
        if not keep_notice:
            self.say()

    # ── what else ────────────────────────────────────────────────────────────────────────────────

    def do_labels(self) -> None:
        """Labels of everything that was booked here, as one sheet."""
        self._write("pdf")

    def _zpl(self) -> None:
        self._write("zpl")

    @work(exclusive=True, group="labels")
    async def _write(self, form: str) -> None:
        desk = self.state.desk
        if desk is None or not self._booked:
            return
        ids = [item.bottle.id for page in self._booked for item in page.bottles]
        path = await self.ask(write_labels, desk, *ids, form=form)
        if path is not None:
            self.say(f"[$pass]✓[/] {counted(len(ids), 'label')} to print:\n  {escape(str(path))}")

    def do_inspect(self) -> None:
        """To the inspection of the lot that was booked last."""
        if self._booked:
            self.state.shelf.came_from = "receive"
            self._leave("inspect")

    def do_more(self) -> None:
        """What is needed less often."""
        deeds = (self._file, self._zpl, self._scanner)
        self.choose_from("What else?", _MORE, lambda index: deeds[index]())

    def _file(self) -> None:
        self._leave("import-delivery")

    def _scanner(self) -> None:
        self._leave("scanner")

    def do_back(self) -> None:
        """To the board; the form stays as it is."""
        self._leave("board")
