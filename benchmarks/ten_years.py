"""A SQLite database with the rows of a clinic's ten years, written in bulk.

The rows have the shape and the sizes of what the desk writes, and books that add up; the chain of
hashes is not computed, because nothing that is timed reads it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosk.desk import stock
from kiosk.desk.founding import found_clinic
from kiosk.desk.office import Desk
from kiosk.desk.people import Operator, Role
from kiosk.inventory.model import Kind, Product

OWNER = Operator("P-01", Role.OWNER)
#: Of a lot.
BOTTLES = 10
#: Mixes in a visit, and visits of a client, over ten years.
MIXES_A_VISIT, VISITS_A_CLIENT = 5, 18
SHADES = 20
#: Lots at hand of a clinic that orders once a week.
AT_HAND = 200
#: Pairs of lots whose bottles are open now.
_IN_USE = 2
_DAYS = 3650
#: Clients who are booked in the next four weeks.
_EXPECTED = 120


@dataclass(frozen=True, slots=True)
class Shelf:
    """What to build: `everything` leaves all bottles full but for some that are much used."""

    bottles: int
    movements: int
    everything: bool = False

    @property
    def lots(self) -> int:
        """How many lots; every second one is of a diluent."""
        return self.bottles // BOTTLES

    @property
    def mixes(self) -> int:
        """How many mixes; two movements each."""
        return (self.movements - self.bottles) // 2

    @property
    def clients(self) -> int:
        """How many clients there ever were."""
        return (self.mixes // MIXES_A_VISIT + 1) // VISITS_A_CLIENT + 1

    @property
    def used(self) -> int:
        """How many lots of a kind were drawn from."""
        if self.everything:
            return max(1, self.lots // 100)
        return max(1, self.lots // 2 - AT_HAND // 2)

    @property
    def draws(self) -> int:
        """How often each bottle of these was drawn from."""
        return max(1, self.mixes // (self.used * BOTTLES))


def built(folder: Path, shelf: Shelf) -> Desk:
    """The desk of a new database with that shelf."""
    file = folder / "kiosk.db"
    desk, owner = found_clinic(
        f"sqlite:///{file}",
        name="Benchmark",
        timezone="UTC",
        operator=OWNER.id,
        role=OWNER.role,
        pin="2468",
    )
    for number in range(SHADES):
        stock.add_product(desk, owner, _product(number, Kind.PIGMENT))
        stock.add_product(desk, owner, _product(number, Kind.DILUENT))
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        _fill(connection, shelf, desk.today())
    return desk


def maker(shade: int) -> str:
    """The brand of a shade; none is like another."""
    return ("Halden", "Nordlicht", "Tinta Viva", "Kopf & Co", "Umbra", "Arctis", "Meridian")[
        shade % 7
    ]


def lot_id(number: int) -> str:
    """Lots are numbered from 1, pigment and diluent by turns, the oldest first."""
    return f"L-{number:05d}"


def _product(number: int, kind: Kind) -> Product:
    if kind is Kind.PIGMENT:
        use = "Scalp micropigmentation (SMP)"
        return Product(
            f"INK-{number}", maker(number), "Scalp", f"Shade {number}", kind, use,
            ("CI 77266",), sterile=True, pao_months=12,
        )  # fmt: skip
    return Product(f"AQUA-{number}", "Aqua", "Vial", str(number), kind, "Dilution", (), True, 3)


def _fill(connection: sqlite3.Connection, shelf: Shelf, today: date) -> None:
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=-400000")
    guards = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'ledger'"
    ).fetchall()
    connection.execute("BEGIN")
    for name, _ in guards:
        connection.execute(f"DROP TRIGGER {name}")
    first = connection.execute("SELECT max(seq) FROM ledger").fetchone()[0] + 1
    began = today - timedelta(days=_DAYS)
    _stock(connection, shelf, first, began)
    _clients(connection, shelf, began)
    _mixes(connection, shelf, first + shelf.lots, began)
    connection.executemany(
        _insert(connection, "planned_sessions"),
        (
            (f"C-{n:05d}", (today + timedelta(days=1 + n % 28)).isoformat())
            for n in range(min(_EXPECTED, shelf.clients))
        ),
    )
    for _, statement in guards:
        connection.execute(statement)
    connection.execute("COMMIT")


_LEDGER = "INSERT INTO ledger VALUES (?,'kiosk-1',?,?,'P-01',?,?,?,?)"


def _event(seq: int, at: str, kind: str, entity: str, body: object) -> tuple[object, ...]:
    payload = json.dumps(
        {"actor": "P-01", "at": at, "body": body, "entity": entity, "kind": kind},
        separators=(",", ":"),
    )
    return seq, seq, at, kind, entity, payload, seq.to_bytes(32, "big")


def _instant(began: date, share: float) -> str:
    at = datetime(began.year, began.month, began.day, tzinfo=UTC) + timedelta(days=_DAYS * share)
    return at.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _draw(lot: int) -> int:
    """What one mix takes."""
    return 1_000 if lot % 2 else 10_000


def _size(lot: int, shelf: Shelf) -> int:
    """A bottle's size: used up by its draws, but for the lots that are in use now."""
    pair = (lot + 1) // 2
    in_use = shelf.everything or shelf.used - _IN_USE < pair <= shelf.used
    return shelf.draws * _draw(lot) * (2 if in_use else 1)


def _drawn(lot: int, shelf: Shelf) -> bool:
    # The oldest are used up; where everything is at hand, the newest are in use.
    pair = (lot + 1) // 2
    return pair > shelf.lots // 2 - shelf.used if shelf.everything else pair <= shelf.used


def _stock(connection: sqlite3.Connection, shelf: Shelf, first: int, began: date) -> None:
    def lots() -> Iterator[tuple[object, ...]]:
        for lot in range(1, shelf.lots + 1):
            share = lot / (shelf.lots + 1)
            came = began + timedelta(days=int(_DAYS * share))
            # What is at hand lasts for another year and more, each lot to a day of its own.
            expiry = came + timedelta(days=1100 + lot % 300)
            if shelf.everything:
                expiry = began + timedelta(days=_DAYS + 30 + lot % 900)
            kind = "INK" if lot % 2 else "AQUA"
            opened = _drawn(lot, shelf)
            yield (
                lot_id(lot), f"{kind}-{lot % SHADES}", f"N {lot}", expiry.isoformat(),
                came.isoformat(), "Meridian", f"R-{lot}", "intact", "{}",
                "OPEN" if opened else "RELEASED", "inspected", "SMP_SUITABLE", "2026.3",
            )  # fmt: skip

    connection.executemany(_insert(connection, "lots"), lots())
    connection.executemany(
        _insert(connection, "lot_identifiers"),
        ((lot_id(lot), 1, "LOT", f"N {lot}", f"n{lot}") for lot in range(1, shelf.lots + 1)),
    )

    def bottles() -> Iterator[tuple[object, ...]]:
        for lot in range(1, shelf.lots + 1):
            drawn, size = _drawn(lot, shelf), _size(lot, shelf)
            left = size - shelf.draws * _draw(lot) if drawn else size
            opened = (began + timedelta(days=int(_DAYS * lot / shelf.lots))).isoformat()
            for number in range(BOTTLES):
                yield (
                    _bottle(lot, number), lot_id(lot), size, left, opened if drawn else None,
                    "store", "", "", None, None, None, None, None,
                )  # fmt: skip

    connection.executemany(_insert(connection, "bottles"), bottles())
    connection.executemany(
        _LEDGER,
        (
            _event(
                first + lot - 1,
                _instant(began, lot / (shelf.lots + 1)),
                "lot.received",
                lot_id(lot),
                {"lot_no": f"N {lot}", "bottles": [_bottle(lot, n) for n in range(BOTTLES)]},
            )
            for lot in range(1, shelf.lots + 1)
        ),
    )
    connection.executemany(
        _insert(connection, "movements"),
        (
            (
                first + lot - 1,
                n + 1,
                _bottle(lot, n),
                "receive",
                _size(lot, shelf),
                lot_id(lot),
                "",
                None,
            )
            for lot in range(1, shelf.lots + 1)
            for n in range(BOTTLES)
        ),
    )


def _bottle(lot: int, number: int) -> str:
    return f"B-{(lot - 1) * BOTTLES + number + 1:06d}"


def _clients(connection: sqlite3.Connection, shelf: Shelf, began: date) -> None:
    visits = shelf.mixes // MIXES_A_VISIT + 1
    clients = shelf.clients
    connection.executemany(
        _insert(connection, "clients"),
        ((f"C-{n:05d}", _instant(began, n / clients)) for n in range(clients)),
    )
    connection.executemany(
        _insert(connection, "visits"),
        (
            (f"V-{n:06d}", f"C-{n % clients:05d}", _instant(began, n / visits), "P-01", None)
            for n in range(visits)
        ),
    )


def _mixes(connection: sqlite3.Connection, shelf: Shelf, first: int, began: date) -> None:
    """Each draws from the pair of bottles whose turn it is, lot after lot."""
    rows: list[tuple[object, ...]] = []
    moved: list[tuple[object, ...]] = []
    events: list[tuple[object, ...]] = []
    clients = shelf.clients
    pairs = range(shelf.lots // 2 - shelf.used + 1, shelf.lots // 2 + 1)
    if not shelf.everything:
        pairs = range(1, shelf.used + 1)
    total = len(pairs) * BOTTLES * shelf.draws
    into = {
        table: _insert(connection, table) for table in ("mixes", "movements")
    } | {"ledger": _LEDGER}  # fmt: skip

    def write() -> None:
        for table, values in (("ledger", events), ("mixes", rows), ("movements", moved)):
            connection.executemany(into[table], values)
            values.clear()

    number = 0
    for pair in pairs:
        for n in range(BOTTLES):
            for _ in range(shelf.draws):
                seq, at = first + number, _instant(began, number / total)
                mix, visit = f"M-{number:07d}", number // MIXES_A_VISIT
                client = f"C-{visit % clients:05d}"
                parts = []
                for line, (lot, role) in enumerate(
                    ((2 * pair - 1, "pigment"), (2 * pair, "diluent")), start=1
                ):
                    qty, bottle = _draw(lot), _bottle(lot, n)
                    moved.append((seq, line, bottle, "mix_in", -qty, mix, role, None))
                    parts.append(
                        {"bottle": bottle, "lot": lot_id(lot), "lot_no": f"N {lot}", "qty_ul": qty,
                         "product": "INK", "role": role, "rules_version": "2026.3",
                         "verdict": "SMP_SUITABLE"}
                    )  # fmt: skip
                rows.append(
                    (mix, seq, f"V-{visit:06d}", client, at, "P-01", 20, 1000, 10_000, "used")
                )
                body = {"client": client, "visit": f"V-{visit:06d}", "ratio": 20, "parts": parts}
                events.append(_event(seq, at, "mix.confirmed", mix, body))
                number += 1
        if len(rows) > 20_000:
            write()
    write()


def _insert(connection: sqlite3.Connection, table: str) -> str:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    return f"INSERT INTO {table} VALUES ({','.join('?' * len(columns))})"
