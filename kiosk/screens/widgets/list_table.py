"""A table of rows of text that fills its width and is shown a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from rich.text import Text
from textual.events import Resize
from textual.message import Message
from textual.widgets import DataTable

#: Rows that are drawn at a time, however many items there are.
PAGE = 50
#: Cells between two columns.
GAP = 1

Line = Sequence[str | Text]


class ListTable(DataTable[Text]):
    """A DataTable by rows with one column that takes the room the others leave.

    Args:
        layout: label and width of each column; None for the one that takes the rest.
        id: Textual's own name for it.
        header: whether the labels are shown.
    """

    DEFAULT_CSS = """
    ListTable { height: 1fr; }
    ListTable:focus > .datatable--header { background-tint: transparent; }
    """

    class Turned(Message):
        """The cursor was moved over an end of all items: `by` is -1 or 1."""

        def __init__(self, table: ListTable, by: int) -> None:
            super().__init__()
            self.table = table
            self.by = by

        @property
        def control(self) -> ListTable:
            """The table whose page it is."""
            return self.table

    def __init__(
        self,
        layout: Sequence[tuple[str, int | None]],
        *,
        id: str,  # noqa: A002 - Textual's own name for it
        header: bool = True,
    ) -> None:
        super().__init__(
            id=id,
            cursor_type="row",
            show_header=header,
            cell_padding=0,
            # Or the sign of the marked row would lose its hue.
            cursor_foreground_priority="renderable",
        )
        self._layout_of_columns = tuple(layout)
        self._items: Sequence[Any] = ()
        self._draw_item: Callable[[Any], Line] = _as_it_is
        self._offset = 0
        self._cursor = 0
        self._drawn_for = 0

    def set_columns(self, layout: Sequence[tuple[str, int | None]]) -> None:
        """Other columns, for the rows that are shown next."""
        self._layout_of_columns = tuple(layout)

    def show(self, lines: Iterable[Line], *, cursor: int = 0) -> None:
        """Replace the rows by lines of cells; the cursor goes to that row, or the last."""
        self.show_all(tuple(lines), _as_it_is, cursor=cursor)

    def show_all(
        self, items: Sequence[Any], draw: Callable[[Any], Line], *, cursor: int = 0
    ) -> None:
        """Replace the rows by items of which each is drawn when its page is shown."""
        self._items, self._draw_item = items, draw
        self._show_page(min(cursor, max(len(items) - 1, 0)))

    def on_resize(self, event: Resize) -> None:
        """Give the open column its width; before the first resize nobody knows it."""
        if event.size.width != self._drawn_for:
            self._drawn_for = event.size.width
            self._show_page(self._offset + max(self.cursor_row, 0))

    def _show_page(self, cursor: int) -> None:
        self._offset = cursor // PAGE * PAGE
        self._cursor = cursor
        if not self.size.width:
            return
        self.clear(columns=True)
        taken = sum((width or 0) + GAP for _, width in self._layout_of_columns)
        rest = max(self.size.width - taken, 4)
        widths = [rest if width is None else width for _, width in self._layout_of_columns]
        for (label, _), width in zip(self._layout_of_columns, widths, strict=True):
            self.add_column(Text(label), width=width + GAP)
        for item in self._items[self._offset : self._offset + PAGE]:
            self.add_row(*map(_fitted, map(_cell, self._draw_item(item)), widths))
        if self.row_count:
            self.move_cursor(row=cursor - self._offset, animate=False)

    @property
    def marked(self) -> int | None:
        """The number of the item under the cursor, of all items; None where there is none."""
        if not self._items:
            return None
        row = self._cursor - self._offset if not self.row_count else max(self.cursor_row, 0)
        return min(self._offset + row, len(self._items) - 1)

    def _over_the_end(self, by: int) -> None:
        if by > 0 and self._offset + PAGE < len(self._items):
            self._show_page(self._offset + PAGE)
        elif by < 0 and self._offset:
            self._show_page(self._offset - 1)
        else:
            self.post_message(self.Turned(self, by))

    def action_cursor_down(self) -> None:
        """One row on, or to the next page."""
        if self.cursor_row >= self.row_count - 1:
            self._over_the_end(1)
        else:
            super().action_cursor_down()

    def action_cursor_up(self) -> None:
        """One row back, or to the page before."""
        if self.cursor_row <= 0:
            self._over_the_end(-1)
        else:
            super().action_cursor_up()

    def action_page_down(self) -> None:
        """A screenful on, or to the next page."""
        if self.cursor_row >= self.row_count - 1:
            self._over_the_end(1)
        else:
            super().action_page_down()

    def action_page_up(self) -> None:
        """A screenful back, or to the page before."""
        if self.cursor_row <= 0:
            self._over_the_end(-1)
        else:
            super().action_page_up()


def _as_it_is(line: Line) -> Line:
    return line


def _cell(said: str | Text) -> Text:
    # As Text, or brackets in a lot number would be taken for markup.
    return said if isinstance(said, Text) else Text(said)


def _fitted(cell: Text, width: int) -> Text:
    """Cut to the column's own width; the gap stays free."""
    fitted = cell.copy()
    fitted.truncate(width, overflow="ellipsis")
    return fitted
