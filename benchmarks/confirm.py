"""Recording a signed mix against the least a durable insert can be.

Measured is what comes after the PIN check (argon2 is slow on purpose): the whole transaction, which
looks at stops, order and stock again, and of it alone the part that records, with event,
projections and commit. The other side is one row of the same size in a one-table SQLite database,
in the same folder and with the same settings (WAL, synchronous=FULL), by Python's own sqlite3.

The faster a disk's fsync, the worse the ratio: the rest is work of the processor on our side only.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.table import Row, compared
from kiosk.desk import mixing, stock, visits
from kiosk.desk.founding import found_clinic
from kiosk.desk.mixing import MixOrder
from kiosk.desk.office import Desk, look, work
from kiosk.desk.people import Operator, Role
from kiosk.inventory.model import Kind, Product
from kiosk.ledger import reader
from kiosk.ledger.events import Event

ROUNDS = 200
BUDGET = 4.0
RATIO = 25
#: A folder that outlives a restart, so that fsync(2) has something to do.
FOLDER = "/var/tmp"
WARM_UP = 20
#: Events before the first mix: some months of a clinic.
HISTORY = 10_000
OWNER = Operator("P-01", Role.OWNER)


def measure() -> list[Row]:
    """Confirmations and inserts in turns, after some that only warm caches."""
    ours: list[float] = []
    recording: list[float] = []
    bare: list[float] = []
    with TemporaryDirectory(prefix="smp-kiosk-bench-", dir=FOLDER) as name:
        desk, order = _clinic(Path(name))
        try:
            size = _size_of_a_mix(desk, order)
            with closing(_one_table(Path(name) / "bare.db")) as connection:
                for _ in range(ROUNDS + WARM_UP):
                    ours.append(_confirm(desk, order()))
                    recording.append(_record(desk, order()))
                    bare.append(_insert(connection, size))
        finally:
            desk.close()
    return [
        compared(name, seconds[WARM_UP:], bare[WARM_UP:], BUDGET, reference="bare insert")
        for name, seconds in (
            ("recording a mix: event, projections, commit", recording),
            ("confirming a mix: checks and recording", ours),
        )
    ]


def _confirm(desk: Desk, order: MixOrder) -> float:
    start = time.perf_counter()
    mixing._confirm(desk, order, OWNER)
    return time.perf_counter() - start


def _record(desk: Desk, order: MixOrder) -> float:
    with look(desk) as connection:
        event = mixing._mix_event(mixing._prepare(connection, desk, order))
    start = time.perf_counter()
    with work(desk, OWNER.id) as task:
        task.record(event)
    return time.perf_counter() - start


def _clinic(folder: Path) -> tuple[Desk, Callable[[], MixOrder]]:
    """A clinic with some stock and history, and a maker of orders that may be confirmed."""
    desk, owner = found_clinic(
        f"sqlite:///{folder / 'kiosk.db'}",
        name="Benchmark",
        timezone="UTC",
        operator=OWNER.id,
        role=OWNER.role,
        pin="2468",
    )
    bottles = _stock(desk, owner)
    client = visits.register_client(desk, owner, "JM")
    visit = visits.open_visit(desk, owner, client.id).id
    advised = {
        "status": "recipe",
        "advised_ratio": RATIO,
        "anchored": False,
        "constants_version": "benchmark",
        "record": "benchmark",
        "digest": "benchmark",
    }
    with work(desk, owner.id) as task:
        task.record(Event("recommendation.made", visit, advised))
        task.record(*(Event("operator.signed_in", owner.id, {}) for _ in range(HISTORY)))

    def order() -> MixOrder:
        return MixOrder(
            mixing.new_token(), visit, RATIO, bottles[Kind.PIGMENT], bottles[Kind.DILUENT], 5200
        )

    return desk, order


def _stock(desk: Desk, owner: Operator) -> dict[Kind, str]:
    """Twelve bottles; the two that are drawn from are large enough for every mix."""
    today = desk.today()
    found = {}
    carbon = Product(
        "carbon", "A", "", "", Kind.PIGMENT, "Scalp micropigmentation", ("CI 77266",), sterile=True
    )
    water = Product("water", "B", "", "", Kind.DILUENT, "Sterile water", (), sterile=True)
    for product, millilitres in ((carbon, 300), (water, 3000)):
        stock.add_product(desk, owner, product)
        for months, bottles in ((6, 1), (9, 2), (12, 3)):
            delivery = stock.Delivery(
                product.id,
                f"{product.id}-{months}",
                today + timedelta(days=30 * months),
                "Supplier",
                millilitres * 1000,
                bottles,
            )
            lot = stock.receive(desk, owner, delivery)
            stock.release(desk, owner, lot.id)
        found[product.kind] = stock.next_bottles(desk, product.kind)[0].bottle.id
    return found


def _size_of_a_mix(desk: Desk, order: Callable[[], MixOrder]) -> int:
    _confirm(desk, order())
    with desk.engine.connect() as connection:
        return len(str(reader.tail(connection, limit=1)[0].body))


def _one_table(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("CREATE TABLE mixes (seq INTEGER PRIMARY KEY, payload TEXT NOT NULL)")
    return connection


def _insert(connection: sqlite3.Connection, size: int) -> float:
    payload = "x" * size
    start = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("INSERT INTO mixes (payload) VALUES (?)", (payload,))
    connection.execute("COMMIT")
    return time.perf_counter() - start
