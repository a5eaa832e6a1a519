"""Rows for every list, drawn from their own annotations: a new column needs no new strategy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, get_type_hints

from hypothesis import strategies as st

from kiosk.inventory.sheets import rows

TEXTS = st.text(st.sampled_from("'=+-@ \t\r\n;,\"aß0")) | st.text(max_size=12)
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
INSTANTS = st.integers(1_600_000_000, 2_200_000_000).map(lambda s: datetime.fromtimestamp(s, UTC))
NUMBERS = st.integers(0, 10_000_000)
_OF: Mapping[Any, st.SearchStrategy[Any]] = {
    str: TEXTS,
    int: NUMBERS,
    bool: st.booleans(),
    date: DAYS,
    date | None: DAYS | st.none(),
    datetime: INSTANTS,
    datetime | None: INSTANTS | st.none(),
    tuple[str, ...]: st.lists(TEXTS, max_size=3).map(tuple),
}
ROWS: Mapping[str, type[Any]] = {
    "stock-on-hand": rows.StockRow,
    "lots-by-expiry": rows.LotRow,
    "movements": rows.MovementRow,
    "opened-bottles": rows.OpenedRow,
    "quarantine-and-recall": rows.HeldRow,
    "overrides": rows.OverrideRow,
    "non-conformances": rows.NonConformanceRow,
}


def strategy(row: type[Any]) -> st.SearchStrategy[Any]:
    fields = {name: _OF[hint] for name, hint in get_type_hints(row).items()}
    if row is rows.MovementRow:
        fields["qty_ul"] = st.integers(-10_000_000, 10_000_000)
    return st.builds(row, **fields)


LISTS = st.sampled_from(sorted(ROWS)).flatmap(
    lambda name: st.tuples(st.just(name), st.lists(strategy(ROWS[name]), max_size=5))
)
