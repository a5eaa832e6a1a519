"""One lot on one page: where it stands and why, its life, its evidence, its bottles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.markup import escape
from textual.widgets import Static

from kiosk.desk.stock.lot_details import CardOnFile, lot_card
from kiosk.desk.stock.lot_page import LotPage, lot_page
from kiosk.inventory.model import LotState
from kiosk.inventory.picking import Offer
from kiosk.screens.failures import stop_cards
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.lot_facts import fact_lines, life_of
from kiosk.screens.stock.rows import (
    OF_SEVERITY,
    STANDING,
    bottle_level,
    bottle_sign,
    bottle_word,
    counted,
    ml,
    short_day,
    sign_markup,
    until_cell,
)
from kiosk.screens.widgets.list_table import ListTable
from kiosk.screens.widgets.timeline import timeline_lines
from kiosk.stops import blocking, gravest


@dataclass(frozen=True, slots=True)
class _Step:
    """The next sensible step: what its key is called and which screen takes it."""

    label: str
    route: str


_STEPS: dict[LotState, _Step] = {
    LotState.QUARANTINE: _Step("Inspect", "inspect"),
    LotState.HOLD: _Step("Inspect", "inspect"),
    LotState.RELEASED: _Step("Open", "handle"),
    LotState.OPEN: _Step("Handle", "handle"),
    LotState.RECALLED: _Step("Dispose", "handle"),
    LotState.REJECTED: _Step("Dispose", "handle"),
    LotState.EXPIRED: _Step("Dispose", "handle"),
}


class LotScreen(LookingScreen):
    """Verdict, timeline, facts, bottles; F1 is what the lot needs next."""

    NAME = "lot"
    PLACE = "Lots"
    QUESTION = "Which lot is this?"

    def __init__(self) -> None:
        super().__init__()
        self._page: LotPage | None = None
        self._card: CardOnFile | None = None
        self._bottles: tuple[Offer, ...] = ()

    def compose_task(self) -> ComposeResult:
        """Four blocks of text and the bottles."""
        yield Static("", id="verdict")
        yield Static("", id="life")
        yield Static("", id="facts")
        yield ListTable(
            (("", 1), ("bottle", 10), ("left", 18), ("until", 10), ("state", 10), ("opened", 9),
             ("place", None)),
            id="bottles",
        )  # fmt: skip

    def begin(self) -> None:
        """Load the lot."""
        self.bar.allow("step", False, "–")
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        desk, lot = self.state.desk, self.state.shelf.lot
        if desk is None:
            return
        page = await self.ask(lot_page, desk, lot)
        if page is None:
            for action in ("papers", "uses", "history"):
                self.bar.allow(action, False)
            return
        self._page = page
        self._card = await self.ask(lot_card, desk, lot)
        # What is open is what is in the hand; empty bottles are history.
        self._bottles = tuple(
            sorted(
                page.bottles,
                key=lambda o: (o.bottle.remaining_ul == 0, not o.bottle.opened_on, o.bottle.id),
            )
        )
        self._draw()

    def _draw(self) -> None:
        page = self._page
        desk = self.state.desk
        if page is None or desk is None:
            return
        width = self.query_one("#verdict").size.width
        self._draw_title(page)
        self._draw_verdict(page)
        self.query_one("#life", Static).update(
            "\n".join(timeline_lines(life_of(page, desk.today()), width))
        )
        self.query_one("#facts", Static).update("\n".join(fact_lines(page, self._card)))
        step = self._step()
        self.bar.allow("step", step is not None, step.label if step else "–")
        marked = self.state.shelf.bottle
        ids = [item.bottle.id for item in self._bottles]
        today = desk.today()
        self.query_one(ListTable).show_all(
            self._bottles,
            lambda item: _row(item, today),
            cursor=ids.index(marked) if marked in ids else 0,
        )

    def _draw_verdict(self, page: LotPage) -> None:
        sign, word = STANDING[page.standing]
        stops = blocking(page.stops)
        ink = gravest(stop for stop in stops if stop.rule.startswith(("INK-", "DILUENT-")))
        # Where something stops the lot its card takes the place of the sentence, and of the gaps.
        self.set_class(bool(stops), "stopped")
        self.query_one("#verdict", Static).update(
            f"{sign_markup(sign)} [$strong b]{word}[/]   {sign_markup(OF_SEVERITY[ink])} "
            f"[$strong b]{page.finding.verdict.value.replace('_', ' ')}[/]\n"
            + (stop_cards(stops) if stops else escape(page.finding.sentence))
        )

    def _draw_title(self, page: LotPage) -> None:
        question = self.query_one("#question", Static)
        left = f"Lot {page.lot.lot_no or 'without a number'} · {page.lot.product.name}"
        at_hand = sum(item.bottle.remaining_ul != 0 for item in page.bottles)
        right = f"{counted(at_hand, 'bottle')}, {ml(page.balance.remaining_ul)}"
        room = question.content_size.width - len(right) - 2
        if len(left) > room:
            left = left[: room - 1] + "…"
        question.update(f"{escape(left.ljust(room))}  {right}")

    @on(ListTable.RowHighlighted)
    def _mark(self) -> None:
        row = self.query_one(ListTable).marked
        if row is not None and self._bottles:
            self.state.shelf.bottle = self._bottles[row].bottle.id

    def _step(self) -> _Step | None:
        page = self._page
        if page is None or not page.balance.remaining_ul:
            return None
        return _STEPS.get(page.standing)

    # ── going on ─────────────────────────────────────────────────────────────────────────────────

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("step")

    def do_step(self) -> None:
        """What the lot needs next."""
        if (step := self._step()) is not None:
            self.kiosk.go(step.route)

    def do_papers(self) -> None:
        """To the papers."""
        self.state.shelf.subject = ""
        self.kiosk.go("papers")

    def do_uses(self) -> None:
        """Whom it reached."""
        self.kiosk.go("lot-uses")

    def do_history(self) -> None:
        """What was recorded."""
        self.kiosk.go("lot-history")

    def do_back(self) -> None:
        """To where one came from."""
        self.kiosk.go(self.state.shelf.came_from)


def _row(item: Offer, today: date) -> tuple[str | Text, ...]:
    bottle = item.bottle
    return (
        bottle_sign(item),
        bottle.id,
        bottle_level(item, 8),
        until_cell(item),
        bottle_word(item, today),
        short_day(bottle.opened_on) if bottle.opened_on else "",
        bottle.place,
    )
