"""The stock of ten years: 100,000 bottles and 1,000,000 movements, in two builds.

In the first about 2,000 bottles are at hand, as in a clinic of three or four chairs that orders
every week. In the second all 100,000 are, which no clinic has: the worst case for reading. What is
timed is a desk function as a screen calls it; the other side are statements that fetch the same
rows by Python's own sqlite3, without judging, summing up or explaining anything.

A statement by way of SQLAlchemy has a price of its own, about 0.1 ms. Where the bare side takes
little more than that, the ratio tells of this price and of nothing that grows; so what lies within
a few milliseconds of the bare side counts as good whatever the ratio.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from benchmarks.table import Row, duration
from benchmarks.ten_years import SHADES, Shelf, built, lot_id, maker
from kiosk.desk.office import Desk
from kiosk.desk.stock.board import day_board
from kiosk.desk.stock.lot_page import lot_page
from kiosk.desk.stock.recalling import plan_recall
from kiosk.desk.stock.shelf import next_bottles
from kiosk.inventory.model import Kind
from kiosk.inventory.recalls.notice import (
    LotNumber,
    Notice,
    NoticeKind,
    NumberKind,
    ProductName,
    Reach,
    Scope,
)

ROUNDS, WARM_UP = 21, 2
#: Milliseconds, and times what the bare statements take.
BUDGET_MS, RECALL_MS, RATIO = 50.0, 100.0, 3.0
#: So many milliseconds above the bare side no ratio is asked.
PRICE_MS = 5.0
#: The same shelf after half a year instead of ten.
SMALL = Shelf(3_000, 10_000)
CLINIC = Shelf(100_000, 1_000_000)
WORST = Shelf(100_000, 1_000_000, everything=True)

Work = Callable[[], object]


def measure() -> list[Row]:
    """A line for each task and build; growth stands in the clinic's line."""
    rows: list[Row] = []
    small = _timed(SMALL)
    for what, shelf in (("2,000 at hand", CLINIC), ("100,000 at hand", WORST)):
        for name, (ours, bare) in _timed(shelf).items():
            grown = median(ours) / median(small[name][0])
            growth = f", {grown:.2g}x that of 10,000 movements" if shelf is CLINIC else ""
            rows.append(_row(f"{name}, {what}{growth}", ours, bare))
    return rows


def _row(name: str, ours: list[float], bare: list[float]) -> Row:
    budget = RECALL_MS if name.startswith("recall") else BUDGET_MS
    ratio = median(ours) / median(bare)
    above_ms = (median(ours) - median(bare)) * 1e3
    low, _, high = quantiles([a / b for a, b in zip(ours, bare, strict=True)], n=4)
    return Row(
        name,
        duration(median(ours)),
        f"{duration(median(bare))} bare SQL",
        f"{ratio:.3g}x",
        f"{low:.3g}-{high:.3g}",
        f"at most {budget:g} ms, {RATIO:g}x or {PRICE_MS:g} ms above",
        median(ours) * 1e3 <= budget and (ratio <= RATIO or above_ms <= PRICE_MS),
    )


def _timed(shelf: Shelf) -> dict[str, tuple[list[float], list[float]]]:
    with TemporaryDirectory(prefix="smp-kiosk-bench-", dir="/var/tmp") as name:
        desk = built(Path(name), shelf)
        try:
            with closing(sqlite3.connect(Path(name) / "kiosk.db")) as connection:
                return {
                    task: _turns(ours, bare)
                    for task, (ours, bare) in _tasks(desk, connection, shelf).items()
                }
        finally:
            desk.close()


def _turns(ours: Work, bare: Work) -> tuple[list[float], list[float]]:
    took: tuple[list[float], list[float]] = [], []
    for round_ in range(ROUNDS + WARM_UP):
        for times, work in zip(took, (ours, bare), strict=True):
            start = time.perf_counter()
            work()
            if round_ >= WARM_UP:
                times.append(time.perf_counter() - start)
    return took


def _tasks(
    desk: Desk, connection: sqlite3.Connection, shelf: Shelf
) -> dict[str, tuple[Work, Work]]:
    # A lot that was drawn from, of pigment and so of an odd number.
    used = shelf.lots - 1 if shelf.everything else shelf.used * 2 - 21
    lot, today = lot_id(used), desk.today().isoformat()
    notice = _notice(used)

    def rows(*statements: tuple[str, tuple[object, ...]]) -> Work:
        return lambda: [connection.execute(sql, values).fetchall() for sql, values in statements]

    return {
        "lot page": (
            lambda: lot_page(desk, lot),
            rows(*((sql, (lot,)) for sql in _LOT_PAGE)),
        ),
        "first-expiring pick": (
            lambda: next_bottles(desk, Kind.PIGMENT, limit=50),
            rows(*((sql, (today,)) for sql in _PICK)),
        ),
        "day board": (lambda: day_board(desk), rows(*((sql, ()) for sql in _BOARD))),
        "recall of one lot to clients": (
            lambda: plan_recall(desk, notice),
            rows(
                *((sql, (notice.brand,)) for sql in _OF_BRAND),
                *((sql, (lot,)) for sql in _REACHED),
            ),
        ),
    }


def _notice(lot: int) -> Notice:
    number = LotNumber(NumberKind.LOT, f"n-{lot}")
    return Notice(
        "BENCH-1", 1, "Nobody", NoticeKind.RECALL, "2026", maker(lot % SHADES), (),
        (ProductName("Scalp", f"Shade {lot % SHADES}"),), None, Scope(Reach.LOTS, ((number,),)),
        "None.", "B-1", "",
    )  # fmt: skip


_ALL_OF_LOT = "lots.*, products.* FROM lots JOIN products USING (product)"
_LOT_PAGE = (
    f"SELECT {_ALL_OF_LOT} WHERE lot = ?",
    f"SELECT bottles.*, {_ALL_OF_LOT} JOIN bottles USING (lot) WHERE lot = ?",
    "SELECT type, sum(qty_ul) FROM movements JOIN bottles USING (bottle) WHERE lot = ? "
    "GROUP BY type",
    "SELECT at, kind, actor, seq FROM ledger WHERE entity = ? ORDER BY seq",
    "SELECT count(*), count(DISTINCT client) FROM movements JOIN bottles USING (bottle) "
    "JOIN mixes ON mix = ref WHERE lot = ?",
    "SELECT * FROM lot_identifiers WHERE lot = ?",
    "SELECT * FROM documents WHERE subject = ?",
    "SELECT * FROM recalled_lots WHERE lot = ?",
)
_USABLE = "state IN ('RELEASED', 'OPEN') AND remaining_ul != 0 AND label_expiry >= ?"
_PICK = (
    f"SELECT bottles.*, {_ALL_OF_LOT} JOIN bottles USING (lot) WHERE kind = 'pigment' "
    f"AND opened_on IS NOT NULL AND {_USABLE}",
    f"SELECT bottles.*, {_ALL_OF_LOT} JOIN bottles USING (lot) WHERE kind = 'pigment' "
    f"AND opened_on IS NULL AND {_USABLE} ORDER BY label_expiry, received_on, bottle LIMIT 50",
)
_AT_HAND = "(SELECT lot FROM bottles WHERE remaining_ul != 0)"
_BOARD = (
    f"SELECT {_ALL_OF_LOT} WHERE lot IN {_AT_HAND}",
    "SELECT lot, count(*), sum(remaining_ul) FROM bottles WHERE remaining_ul != 0 "
    "AND opened_on IS NULL GROUP BY lot",
    "SELECT lot, bottle, remaining_ul, opened_on FROM bottles WHERE remaining_ul != 0 "
    "AND opened_on IS NOT NULL",
    "SELECT product, sum(ul) FROM (SELECT bottle, sum(qty_ul) AS ul FROM movements WHERE seq >= "
    "(SELECT seq FROM ledger WHERE at >= strftime('%Y-%m-%d', 'now', '-84 days') ORDER BY at "
    "LIMIT 1) AND type IN ('mix_in', 'dispense') GROUP BY bottle || '') "
    "JOIN bottles USING (bottle) JOIN lots USING (lot) GROUP BY product",
    "SELECT product, min(received_on) FROM lots GROUP BY product",
)
_OF_BRAND = (
    "SELECT lot, received_on, products.* FROM lots JOIN products USING (product) WHERE brand = ?",
    "SELECT lot_identifiers.* FROM lot_identifiers JOIN lots USING (lot) "
    "JOIN products USING (product) WHERE brand = ? ORDER BY lot, line",
)
_REACHED = (
    "SELECT mixes.*, bottles.bottle, qty_ul, ledger.at, payload FROM bottles "
    "JOIN movements USING (bottle) JOIN mixes ON mix = ref JOIN ledger ON ledger.seq = mixes.seq "
    "WHERE lot = ? AND type = 'mix_in' ORDER BY mixes.seq",
)
