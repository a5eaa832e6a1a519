"""A list as columns over plain rows, written as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar

from kiosk.inventory.sheets.guard import guarded

Row = TypeVar("Row")
Delimiter = Literal[";", ","]


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """One column: its heading, and how a row becomes its cell."""

    heading: str
    cell: Callable[[Row], str]


@dataclass(frozen=True, slots=True)
class Sheet(Generic[Row]):
    """A kind of list. `order` sorts rows; rows that it finds equal are sorted by their cells.

    `name` is fit for a file name.
    """

    name: str
    columns: tuple[Column[Row], ...]
    order: Callable[[Row], tuple[Any, ...]]

    @property
    def headings(self) -> tuple[str, ...]:
        """The first line's cells."""
        return tuple(column.heading for column in self.columns)

    def csv(self, rows: Iterable[Row], *, delimiter: Delimiter = ";") -> str:
        """The list as RFC 4180 text (CRLF), every cell guarded against being run as a formula.

        The same rows in any order give the same text.

        Raises:
            ValueError: a volume is negative or an instant has no time zone.
        """
        listed = sorted(
            (self.order(row), [guarded(column.cell(row)) for column in self.columns])
            for row in rows
        )
        text = io.StringIO(newline="")
        writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
        writer.writerow(self.headings)
        writer.writerows(cells for _, cells in listed)
        return text.getvalue()


def as_file(text: str, *, bom: bool) -> bytes:
    """The text as UTF-8 bytes.

    With the byte order mark spreadsheet programs show accents at a double click; without it the
    first heading is clean for programs that read plain UTF-8.
    """
    return text.encode("utf-8-sig" if bom else "utf-8")
