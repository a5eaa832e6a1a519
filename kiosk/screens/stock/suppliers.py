"""Who delivers, and from whom nothing is bought any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.stock import suppliers
from kiosk.desk.stock.suppliers import BLOCKED, Supplier
from kiosk.screens.stock.record_screen import RecordScreen
from kiosk.screens.stock.rows import counted, sign_cell
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.list_table import ListTable

if TYPE_CHECKING:
    from kiosk.desk.office import Desk
    from kiosk.desk.people import Operator


class Suppliers(RecordScreen):
    """A block stops new deliveries; what is here is listed for a second look."""

    NAME = "suppliers"
    PLACE = "Products"
    QUESTION = "From whom do we buy?"

    def compose_task(self) -> ComposeResult:
        """List, what the marked one has here, and the lines to type into."""
        yield ListTable(
            (("", 1), ("id", 12), ("name", None), ("standing", 10), ("lots here", 9)),
            id="suppliers",
        )
        yield Static("", id="about")
        with Vertical(classes="form-part below"):
            yield FormLine("Reason", id="reason", hint="to block or approve")
            yield FormLine("New: id", id="id", hint="to add one", max_length=64)
            yield FormLine("Name", id="name", hint="as on the invoice")

    def begin(self) -> None:
        """Load the list."""
        self._rows: tuple[Supplier, ...] = ()
        for action in ("judge", "papers"):
            self.bar.allow(action, False)
        self._load()

    @work(exclusive=True, group="load")
    async def _load(self, mark: str = "") -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(suppliers.list_suppliers, desk)
        if found is None:
            return
        self._rows = found
        at = next((i for i, row in enumerate(found) if row.id == mark), 0)
        self.query_one("#suppliers", ListTable).show(
            (
                (
                    sign_cell("stop" if row.state == BLOCKED else "pass"),
                    row.id,
                    row.name,
                    row.state.lower(),
                    f"{len(row.lots_at_hand):9}",
                )
                for row in found
            ),
            cursor=at,
        )
        self._describe()

    @property
    def marked(self) -> Supplier | None:
        """The supplier under the cursor."""
        row = self.query_one("#suppliers", ListTable).marked
        return self._rows[row] if row is not None and row < len(self._rows) else None

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        row = self.marked
        self.bar.allow("papers", row is not None)
        if row is None:
            self.bar.allow("judge", False, "Block")
            self.write("about", "[$faint]No supplier is on the list. F2 adds one.[/]")
            return
        blocked = row.state == BLOCKED
        self.bar.allow("judge", True, "Approve" if blocked else "Block")
        here = ", ".join(row.lots_at_hand) or "nothing"
        why = f"{'Blocked' if blocked else 'Approved'}: {escape(row.reason)}" if row.reason else ""
        look = "Look at again: " if blocked and row.lots_at_hand else "Here: "
        self.write("about", f"{why or escape(row.name)}\n[$faint]{look}{escape(here)}[/]")

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        if event.input.id == "id":
            self.focus_next()
        else:
            self.run_action_id("judge" if event.input.id == "reason" else "new")

    @work(exclusive=True, group="change")
    async def do_judge(self) -> None:
        """Block the marked supplier, or approve them again."""
        who, row = self.signed_in, self.marked
        if who is None or row is None:
            return
        act = suppliers.approve_supplier if row.state == BLOCKED else suppliers.block_supplier
        self.say()
        done = await self.ask(act, *who, row.id, self.typed("reason"))
        if done is None:
            self.query_one("#reason").focus()
            return
        self.clear("reason")
        if done.state == BLOCKED:
            self.say(
                f"[$pass]✓[/] {escape(done.name)} delivers nothing more. "
                f"{counted(len(done.lots_at_hand), 'lot')} here to look at again."
            )
        self._load(done.id)

    @work(exclusive=True, group="change")
    async def do_new(self) -> None:
        """Put a supplier on the list."""
        who, new = self.signed_in, self.typed("id")
        if who is None:
            return
        self.say()
        if not await self.ask(_added, *who, new, self.typed("name")):
            self.query_one("#name" if new else "#id").focus()
            return
        self.clear("id", "name")
        self._load(new)

    def do_papers(self) -> None:
        """The marked supplier's papers."""
        if (row := self.marked) is not None:
            self.state.shelf.subject = row.id
            self.kiosk.go("papers")

    def do_back(self) -> None:
        """To the catalogue."""
        self.kiosk.go("products")


def _added(desk: Desk, operator: Operator, supplier: str, name: str) -> bool:
    suppliers.add_supplier(desk, operator, supplier, name)
    return True
