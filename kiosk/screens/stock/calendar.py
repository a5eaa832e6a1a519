"""What may be used, by the month in which it ends, and the lots of a month."""

from __future__ import annotations

from rich.text import Text
from textual import on, work
from textual.app import ComposeResult
from textual.containers import Horizontal

from kiosk.desk.stock.expiring import Ending, EndingMonth, ExpiryCalendar, expiry_calendar
from kiosk.screens.failures import stop_card
from kiosk.screens.stock.looking import LookingScreen
from kiosk.screens.stock.rows import counted, faint, ml, short_day, short_name
from kiosk.screens.widgets.level_bar import bar
from kiosk.screens.widgets.list_table import ListTable

_BAR = 14


class Calendar(LookingScreen):
    """Months on the left, the lots of the marked month on the right."""

    NAME = "calendar"
    PLACE = "Board"
    QUESTION = "What ends when?"
    AUTO_FOCUS = "#months"

    def __init__(self) -> None:
        super().__init__()
        self._calendar: ExpiryCalendar | None = None
        self._month = -1

    def compose_task(self) -> ComposeResult:
        """Two tables."""
        with Horizontal():
            yield ListTable(
                (("month", 8), ("", None), ("bottles", 7)),
                id="months",
            )
            yield ListTable((("until", 9), ("lot", None), ("left", 10)), id="ending")

    def begin(self) -> None:
        """Load the calendar."""
        self.bar.allow("open", False)
        self._load()

    @work(exclusive=True)
    async def _load(self) -> None:
        desk = self.state.desk
        if desk is None:
            return
        found = await self.ask(expiry_calendar, desk)
        if found is None:
            return
        self._calendar = found
        if found.clock is not None:
            self.say(stop_card(found.clock))
            return
        nearest = [month for month in found.months if month.first is not None]
        unit = max(max((month.bottles for month in nearest), default=0) / _BAR, 1.0)
        self.query_one("#months", ListTable).show(
            (
                f"{month.first:%b %Y}" if month.first else "later",
                Text(bar(month.bottles, unit, _BAR)),
                f"{month.bottles:7,}",
            )
            for month in found.months
        )
        self._drill()

    @property
    def _here(self) -> EndingMonth | None:
        row = self.query_one("#months", ListTable).marked
        if self._calendar is None or row is None:
            return None
        return self._calendar.months[row]

    @on(ListTable.RowHighlighted, "#months")
    def _drill(self) -> None:
        month = self._here
        row = self.query_one("#months", ListTable).marked
        if month is None or row is None or row == self._month:
            return
        self._month = row
        self.bar.allow("open", bool(month.lots))
        name = f"{month.first:%B %Y}" if month.first else "later"
        if month.lots:
            count = f"{counted(len(month.lots), 'lot')}, {counted(month.bottles, 'bottle')}"
            self.say(f"[$strong b]{name}[/]: {count}, {ml(month.ul)} end here if nobody uses them.")
        else:
            self.say(f"[$strong b]{name}[/]: nothing ends.")
        self.query_one("#ending", ListTable).show_all(month.lots, _row)

    @on(ListTable.RowSelected)
    def _selected(self) -> None:
        self.run_action_id("open")

    def do_open(self) -> None:
        """Into the lots of the month; from there to a lot's page."""
        lots = self.query_one("#ending", ListTable)
        month = self._here
        if month is None or not month.lots:
            return
        if not lots.has_focus:
            lots.focus()
            return
        self.show_lot(month.lots[lots.marked or 0].lot.id)

    def do_back(self) -> None:
        """From the lots to the months, from the months to the board."""
        months = self.query_one("#months", ListTable)
        if months.has_focus:
            super().do_back()
        else:
            months.focus()


def _row(entry: Ending) -> tuple[str | Text, ...]:
    lot = entry.lot
    name = Text(f"{lot.lot_no}  ")
    name.append_text(faint(short_name(lot.product)))
    return short_day(entry.until), name, f"{ml(entry.ul):>10}"
