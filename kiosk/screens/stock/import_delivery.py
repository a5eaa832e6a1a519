"""A supplier's delivery file: looked at row by row, then booked in whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass

from textual import on, work
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.markup import escape
from textual.widgets import Input, Static

from kiosk.desk.files import read_given
from kiosk.desk.stock.importing import ImportPreview, import_delivery, preview_delivery
from kiosk.inventory.deliveries.rows import DeliveryRow
from kiosk.inventory.volumes.quantities import say_ml
from kiosk.screens.failures import stop_card
from kiosk.screens.stock.handling_screen import HandlingScreen
from kiosk.screens.stock.rows import Sign, counted, faint, short_day, sign_cell
from kiosk.screens.widgets.form_line import FormLine
from kiosk.screens.widgets.list_table import ListTable

#: How 05/06/2027 is read: asked about, day first, month first.
_DAYS = (None, True, False)
_DAY_WORDS = {None: "Day first", True: "Mth first", False: "Ask days"}


@dataclass(frozen=True, slots=True)
class _Shown:
    """One row of the file as the table has it."""

    number: int
    sign: Sign
    cells: tuple[str, str, str, str]
    words: str


class ImportDelivery(HandlingScreen):
    """Rows with a problem come first; F1 is grey until nothing is wrong."""

    NAME = "import-delivery"
    PLACE = "Receive"
    QUESTION = "Which delivery file?"
    AUTO_FOCUS = "#file"

    def compose_task(self) -> ComposeResult:
        """The path, the rows, what the marked row says."""
        with Vertical(classes="form-part"):
            yield FormLine("File", id="file", hint="path of a CSV file", max_length=1000)
        yield Static("", id="summary")
        yield ListTable(
            (("", 1), ("row", 4), ("product", None), ("lot", 14), ("until", 10), ("bottles", 14)),
            id="rows",
        )

    def begin(self) -> None:
        """Nothing is read yet."""
        self._data = b""
        self._dropped: frozenset[int] = frozenset()
        self._day_first: bool | None = None
        self._found: ImportPreview | None = None
        self._rows: tuple[_Shown, ...] = ()
        self._busy = False
        self._described: _Shown | None = None
        self._allow()

    def _allow(self) -> None:
        read = bool(self._data)
        self.bar.allow("book", self._found is not None and self._found.ready)
        row = self._marked
        dropped = row is not None and row.number in self._dropped
        self.bar.allow("drop", read and row is not None, "Keep row" if dropped else "Drop row")
        self.bar.allow("days", read, _DAY_WORDS[self._day_first])

    @property
    def _marked(self) -> _Shown | None:
        row = self.query_one(ListTable).marked
        return self._rows[row] if row is not None and row < len(self._rows) else None

    # ── reading ──────────────────────────────────────────────────────────────────────────────────

    @on(Input.Submitted, "#file")
    def _entered(self) -> None:
        self._read()

    @work(exclusive=True, group="read")
    async def _read(self) -> None:
        path = self.typed("file").strip("'\"")
        if not path:
            self.say("[$check]▲[/] Type or paste the path of the file.")
            return
        data = await self.ask(read_given, path, "file")
        if data is None:
            return
        self._data, self._dropped, self._day_first = data, frozenset(), None
        await self._preview()
        if self._rows:
            self.query_one(ListTable).focus()

    async def _preview(self) -> None:
        desk = self.state.desk
        if desk is None or not self._data:
            return
        found = await self.ask(
            preview_delivery,
            desk,
            self._data,
            drop_rows=self._dropped,
            day_first=self._day_first,
        )
        if found is None:
            self._data, self._found, self._rows = b"", None, ()
            self.query_one(ListTable).show(())
            self.write("summary", "")
            self._allow()
            return
        self._found = found
        self._rows = _shown(found)
        table = self.query_one(ListTable)
        table.show_all(
            self._rows,
            lambda row: (sign_cell(row.sign), faint(str(row.number)), *row.cells),
            cursor=table.marked or 0,
        )
        new = [row for row in found.file.rows if row.fingerprint not in found.booked]
        bottles = counted(sum(row.bottles for row in new), "bottle")
        parts = [f"{counted(len(new), 'row')} to book, {bottles}"]
        if found.booked:
            parts.append(f"{len(found.booked)} booked before")
        if found.file.problems:
            wrong = len({problem.row for problem in found.file.problems})
            parts.append(f"[$stop b]✕[/] {counted(wrong, 'row')} cannot be booked")
        if found.file.dropped:
            parts.append(f"{counted(len(found.file.dropped), 'row')} dropped")
        if found.file.ignored:
            parts.append(f"not read: {escape(', '.join(found.file.ignored))}")
        self.write("summary", " · ".join(parts))
        self._describe()

    @on(ListTable.RowHighlighted)
    def _describe(self) -> None:
        self._allow()
        row, found = self._marked, self._found
        # The table marks its row again whenever it is drawn; what was said since then stays.
        if row == self._described:
            return
        self._described = row
        if found is not None and found.stops:
            self.say(stop_card(found.stops[0]))
        elif row is not None:
            self.say(row.words)

    # ── deciding ─────────────────────────────────────────────────────────────────────────────────

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("book")

    @work(exclusive=True, group="read")
    async def do_drop(self) -> None:
        """Leave the marked row out, or take it in again."""
        if (row := self._marked) is not None:
            self._dropped ^= {row.number}
            await self._preview()

    @work(exclusive=True, group="read")
    async def do_days(self) -> None:
        """Read dates that may be two another way."""
        self._day_first = _DAYS[(_DAYS.index(self._day_first) + 1) % len(_DAYS)]
        await self._preview()

    @work(group="book")
    async def do_book(self) -> None:
        """Book all rows, once; rows of this file that were booked before stay as they are."""
        signed = self.signed_in
        if signed is None or self._busy or self._found is None:
            return
        self._busy = True
        try:
            lots = await self.ask(
                import_delivery,
                *signed,
                self._data,
                drop_rows=self._dropped,
                day_first=self._day_first,
            )
        finally:
            self._busy = False
        if lots is None:
            return
        await self._preview()
        self.query_one(ListTable).focus()
        span = lots[0].id if len(lots) == 1 else f"{lots[0].id} to {lots[-1].id}" if lots else ""
        self.say(
            f"[$pass]✓[/] [$strong b]{counted(len(lots), 'lot')} booked in: {span}[/].\n"
            "  All begin in quarantine; the board lists them for inspection."
        )

    def do_back(self) -> None:
        """To receiving."""
        self.kiosk.go("receive")


def _shown(found: ImportPreview) -> tuple[_Shown, ...]:
    """The rows of a file: what is wrong first, then what is new, what was booked, what is left."""
    wrong: dict[int, list[str]] = {}
    for problem in found.file.problems:
        said = f"[$stop b]✕[/] {escape(problem.sentence)}"
        wrong.setdefault(problem.row, []).append(said)
    remarks: dict[int, list[str]] = {}
    for remark in found.file.remarks:
        remarks.setdefault(remark.row, []).append(f"[$check]▲[/] {escape(remark.sentence)}")
    rows = [
        _Shown(number, "stop", ("cannot be booked", "", "", ""), "\n".join(said[:4]))
        for number, said in sorted(wrong.items())
    ]
    for row in found.file.rows:
        again = row.fingerprint in found.booked
        words = [f"[$wait]…[/] Row {row.number} was booked before."] if again else []
        words += remarks.get(row.number, [])
        rows.append(_Shown(row.number, "wait" if again else "pass", _cells(row), "\n".join(words)))
    rows += [
        _Shown(number, "wait", ("dropped", "", "", ""), f"[$wait]…[/] Row {number} is left out.")
        for number in found.file.dropped
    ]
    return tuple(rows)


def _cells(row: DeliveryRow) -> tuple[str, str, str, str]:
    return (
        row.product,
        row.lot_no or "no number",
        short_day(row.label_expiry),
        f"{row.bottles} × {say_ml(row.bottle_ul)}",
    )
