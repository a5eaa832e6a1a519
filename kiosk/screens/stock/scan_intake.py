"""How scans and typed words get into the form of a delivery: code, product, date."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from textual import work
from textual.markup import escape
from textual.widgets import Input

from kiosk.desk.stock import scans
from kiosk.inventory.label_dates import Ambiguous, Unreadable
from kiosk.inventory.model import Product
from kiosk.inventory.scanning import Status
from kiosk.inventory.volumes.quantities import say_ml
from kiosk.screens.stock.delivery_form import Scanned, read_expiry
from kiosk.screens.stock.handling_screen import HandlingScreen
from kiosk.screens.widgets.numbered import MOST

if TYPE_CHECKING:
    from kiosk.inventory.scanning import Reading, Scan

#: A scanner that sees one label twice sends it twice within this time; to take up the next bottle
#: and aim takes longer.
SAME_LABEL_S = 1.0
#: What 24 rows show below the form.
FEW = 5


class ScanIntake(HandlingScreen):
    """A form with the lines of `delivery_form`, filled by scans or by hand.

    `_product` is the chosen product, `_scanned` what scans said beside the lines.
    """

    def __init__(self) -> None:
        super().__init__()
        self._product: Product | None = None
        self._scanned = Scanned()
        self._last_scan = ("", 0.0)

    def forget_last_scan(self) -> None:
        """From here on the same label is a new bottle at once."""
        self._last_scan = ("", 0.0)

    def on_scan(self, scan: Scan) -> None:
        """A maker's code fills the form; the same one again is one bottle more."""
        last, at = self._last_scan
        self._last_scan = (scan.raw, time.monotonic())
        if scan.raw == last and time.monotonic() - at < SAME_LABEL_S:
            self.say("[$wait]…[/] The same label twice within a second counts once.")
        elif scan.status is Status.REFUSED:
            self.say(f"[$check]▲[/] {escape(scan.reason)}")
        elif scan.status is Status.ASK:
            self.say(f"[$check]▲[/] {escape(scan.reason)}")
            self._choose_reading(scan)
        else:
            self._take(scan.reading)

    @work(exclusive=True, group="scan")
    async def _take(self, reading: Reading) -> None:
        desk = self.state.desk
        if desk is None:
            return
        meaning = await self.ask(scans.recognise, desk, reading)
        if meaning is None:
            return
        if reading.bottle:
            said = "is a bottle of this clinic already" if meaning.bottle else "is nowhere here"
            self.say(f"[$check]▲[/] {reading.bottle} {said}. Scan the maker's code.")
            return
        if self._one_more(reading):
            return
        if self._filled():
            self.say(
                "[$check]▲[/] Another lot was scanned and this one is not booked yet.\n"
                "  F1 books this one, F2 empties the form; then scan again."
            )
            return
        serials = (reading.serial,) if reading.serial else ()
        self._scanned = Scanned(scans.article_of(reading), serials)
        self.say()
        self._fill("lot_no", reading.lot or "")
        self._fill("expiry", reading.expiry.isoformat() if reading.expiry else "")
        if len(meaning.products) == 1:
            await self._use(meaning.products[0])
            self._to_next_empty()
        else:
            await self._ask_for_product(meaning.products)

    def _one_more(self, reading: Reading) -> bool:
        """Whether this is a further bottle of the lot in the form; then it is counted."""
        if not self._filled() or scans.article_of(reading) != self._scanned.article:
            return False
        if (reading.lot or "") != self.typed("lot_no"):
            return False
        if reading.serial and reading.serial in self._scanned.serials:
            self.say(f"[$wait]…[/] This bottle was scanned already (serial {reading.serial}).")
            return True
        if reading.serial:
            self._scanned = replace(self._scanned, serials=(*self._scanned.serials, reading.serial))
        number = self.typed("bottles")
        count = int(number) + 1 if number.isdigit() else 2
        self.line("bottles").value = str(count)
        self.say(f"[$pass]✓[/] Bottle {count} of lot {escape(self.typed('lot_no'))}.")
        return True

    def _filled(self) -> bool:
        return bool(self._product or self.typed("lot_no") or self._scanned.article)

    def _fill(self, name: str, text: str) -> None:
        if text:
            self.line(name).value = text
            self._check_expiry()

    async def _ask_for_product(self, products: tuple[Product, ...]) -> None:
        desk = self.state.desk
        assert desk is not None
        if not products:
            products = await self.ask(scans.find_products, desk, "") or ()
            if not products:
                self.say("[$check]▲[/] The catalogue is empty. Add the product first.")
                return
            self.say(
                f"[$wait]…[/] {self._scanned.article or 'This code'} is not known yet: choose its "
                "product, or type its name.\n  Booking remembers it."
            )
        self._choose_product(products)

    # ── choices ──────────────────────────────────────────────────────────────────────────────────

    def _choose_reading(self, scan: Scan) -> None:
        choices = scan.choices
        self.choose_from(
            "Which of these stands on the label?",
            [choice.described for choice in choices],
            lambda index: self._take(choices[index]),
        )

    def _choose_product(self, products: tuple[Product, ...]) -> None:
        room = FEW if self.size.height < 32 else MOST
        more = "  Type more of its name for others." if len(products) > room else ""
        products = products[:room]
        self.choose_from(
            f"Which product is it?{more}",
            [f"{product.name}  ({product.id})" for product in products],
            lambda index: self._take_product(products[index]),
        )

    @work(exclusive=True, group="scan")
    async def _take_product(self, product: Product) -> None:
        self.say()
        await self._use(product)
        self._to_next_empty()

    async def _use(self, product: Product) -> None:
        desk = self.state.desk
        assert desk is not None
        self._product = product
        with self.prevent(Input.Changed):
            self.line("product").value = product.name
        self.line("product").complain()
        if not self.typed("each") and (ul := await self.ask(scans.usual_size, desk, product.id)):
            self.line("each").value = say_ml(ul)

    def _to_next_empty(self) -> None:
        """To the first line that is needed and empty; at the end to the seal."""
        for name in ("product", "lot_no", "expiry", "bottles", "each"):
            if not self.typed(name):
                self.focus_line(name)
                return
        self.focus_line("seal")

    async def _search(self, text: str) -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(scans.find_products, desk, text) or ()
        if not found:
            self.line("product").complain("nothing is called so")
        elif len(found) == 1:
            await self._use(found[0])
            self.focus_line("lot_no")
        else:
            self._choose_product(found)

    def _choose_date(self, typed: str, found: Ambiguous) -> None:
        def take(index: int) -> None:
            self.line("expiry").value = found.choices[index].on.isoformat()
            self._check_expiry()
            self.focus_line("bottles")

        words = [choice.sentence for choice in found.choices]
        self.choose_from(f"'{typed}' may be either. Which day is it?", words, take)

    def _check_expiry(self) -> bool:
        """Show how the date was read; False where a person has to choose or type again."""
        desk, line = self.state.desk, self.line("expiry")
        if desk is None:
            return False
        found = read_expiry(line.value, desk.today())
        line.complain()
        if isinstance(found, Ambiguous):
            line.complain("which is the day?")
            self._choose_date(line.value.strip(), found)
            return False
        if isinstance(found, Unreadable):
            line.complain("cannot be read")
            self.say(f"[$check]▲[/] {escape(found.reason)}\n  [$faint]{escape(found.mend)}[/]")
            return False
        if found is not None:
            end = ", month's end" if found.whole_month else ""
            line.tell(f"{found.on:%-d %B %Y}{end}")
        return True
