"""A clinic with one bottle that nobody may use, for each reason there is."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import func, insert, select, update

from kiosk.desk import mixing, stock
from kiosk.desk.office import open_desk, work
from kiosk.desk.people import Role
from kiosk.desk.stock.claiming import send_bottle
from kiosk.desk.stock.holding import hold_bottle
from kiosk.desk.stock.recalling import apply_recall
from kiosk.desk.stock.shelf import find_bottle
from kiosk.inventory.model import Kind, Product
from kiosk.inventory.usability import stops_on
from kiosk.ledger.events import Event
from kiosk.stops import Severity
from kiosk.storage import tables as t
from tests.desk.clinic import DISTILLED, PIN, TATTOO, TODAY, Clinic, found
from tests.desk.stock.notices import notice

LABEL = date(2027, 6, 30)
INDIA = Product(
    "INDIA", "Pelikan", "India ink", "Black", Kind.PIGMENT, "Drawing ink", ("CI 77266",), True, 12
)
BARE = Product("BARE", "SMP Labs", "SMP Black", "", Kind.PIGMENT, "SMP", (), True, 12)


_EVENTS = select(func.count()).where(t.ledger.c.kind != "stop.met")


@dataclass
class Blocked:
    """One blocked bottle and what stands around it.

    `rule` is the stop that forbids it. `mix` is a cup that was made from it before, `event` a
    dispense from it before; empty and 0 where it never could be used.
    """

    name: str
    clinic: Clinic
    bottle: str
    lot: str
    kind: Kind
    rule: str
    pigment: str
    water: str
    visit: str
    mix: str = ""
    event: int = 0
    away: str = ""
    """The database of a kiosk that parted before the block."""

    @property
    def pair(self) -> tuple[str, str]:
        """Pigment and diluent of a mix that has the bottle in it."""
        if self.kind is Kind.PIGMENT:
            return self.bottle, self.water
        return self.pigment, self.bottle

    def rules(self) -> set[str]:
        """The SAFETY stops on the bottle now."""
        with self.clinic.desk.engine.connect() as connection:
            now = find_bottle(connection, self.bottle)
        stops = stops_on(now, self.clinic.desk.today())
        return {stop.rule for stop in stops if stop.severity is Severity.SAFETY}

    def uses(self) -> int:
        """How many normal uses of the bottle are booked."""
        with self.clinic.desk.engine.connect() as connection:
            rows = connection.execute(
                select(t.movements.c.seq).where(
                    t.movements.c.bottle == self.bottle,
                    t.movements.c.type.in_(["mix_in", "dispense"]),
                )
            )
            return len(rows.all())

    def events(self) -> int:
        """How many events there are, attempts that were stopped left out."""
        with self.clinic.desk.engine.connect() as connection:
            return connection.scalar(_EVENTS) or 0

    def copy(self, folder: Path, kiosk: str = "kiosk-1") -> Blocked:
        """The same in a database of its own."""
        folder.mkdir(parents=True, exist_ok=True)
        file = folder / "kiosk.db"
        file.unlink(missing_ok=True)
        source = self.clinic.desk.url.removeprefix("sqlite:///")
        with closing(sqlite3.connect(source)) as from_, closing(sqlite3.connect(file)) as to:
            from_.backup(to)
        clock = replace(self.clinic.clock)
        desk = open_desk(f"sqlite:///{file}", kiosk=kiosk, clock=clock)
        return replace(self, clinic=Clinic(desk, clock))


@cache
def _quick_hash() -> str:
    # What is slow on purpose is tested elsewhere.
    from argon2 import PasswordHasher

    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PIN)


def with_everybody(url: str) -> Clinic:
    """A clinic with an operator of every role, all with the same PIN."""
    clinic = found(url)
    with work(clinic.desk, clinic.owner.id) as task:
        task.connection.execute(update(t.credentials).values(pin_hash=_quick_hash()))
        for role in Role:
            if role is not Role.OWNER:
                task.record(Event("operator.added", role.value, {"role": role.value}))
                task.connection.execute(
                    insert(t.credentials).values(operator=role.value, pin_hash=_quick_hash())
                )
    return clinic


def _never_good(product: Product, rule: str, **delivery: object) -> Callable[[Clinic], Blocked]:
    def build(clinic: Clinic) -> Blocked:
        good, water = clinic.stock_up()
        if product.id not in {"SMP-CARBON", "WATER"}:
            clinic.add(product)
        bottle = clinic.deliver(product.id, **{"lot_no": "24-117", "release": False} | delivery)
        lot = clinic.lot_of(bottle)
        return Blocked("", clinic, bottle, lot, product.kind, rule, good, water, clinic.visit())

    return build


def _once_good(
    block: Callable[[Clinic, Blocked], object], rule: str, kind: Kind = Kind.PIGMENT
) -> Callable[[Clinic], Blocked]:
    """A bottle that was opened, drawn from and mixed before it was blocked."""

    def build(clinic: Clinic) -> Blocked:
        pigment, water = clinic.stock_up()
        spare = clinic.deliver(lot_no="99-1", label=LABEL + timedelta(days=400))
        vial = clinic.deliver("WATER", lot_no="W-99", label=LABEL + timedelta(days=400), ml=50)
        bottle = pigment if kind is Kind.PIGMENT else water
        visit = clinic.visit()
        stock.open_bottle(clinic.desk, clinic.owner, bottle)
        stock.dispense(clinic.desk, clinic.owner, bottle, 100, "card", "swatch card")
        case = Blocked("", clinic, bottle, clinic.lot_of(bottle), kind, rule, spare, vial, visit)
        case.event = len(clinic.kinds())
        case.mix = mixing.new_token()
        clinic.confirm(clinic.order(visit, *case.pair, token=case.mix))
        file = Path(clinic.desk.url.removeprefix("sqlite:///"))
        parted = case.copy(file.parent / "away", "kiosk-2")
        parted.clinic.desk.close()
        case.away = parted.clinic.desk.url
        block(clinic, case)
        return case

    return build


def _later(days: int) -> Callable[[Clinic, Blocked], object]:
    return lambda clinic, _case: clinic.clock.forward(days=days)


CASES: dict[str, Callable[[Clinic], Blocked]] = {
    "body tattoo": _never_good(TATTOO, "INK-B05"),
    "prohibited": _never_good(INDIA, "INK-B07"),
    "unknown": _never_good(BARE, "INK-Q04"),
    "no lot number": _never_good(replace(TATTOO, id="SMP-CARBON"), "LOT-Q01", lot_no=" "),
    "unsterile diluent": _never_good(DISTILLED, "DILUENT-D5"),
    "recalled": _once_good(
        lambda c, _: apply_recall(c.desk, c.owner, notice()), "LOT-B01"
    ),
    "on hold": _once_good(
        lambda c, _: apply_recall(c.desk, c.owner, notice(scope={"unknown_lot": True})), "LOT-HOLD"
    ),
    "expired by label": _once_good(
        _later((LABEL - TODAY).days + 1), "EXPIRED-B02"
    ),
    "opened too long": _once_good(_later(40), "EXPIRED-B02", Kind.DILUENT),
    "quarantined": _once_good(
        lambda c, b: stock.quarantine(c.desk, c.owner, b.lot, "complaint"), "LOT-QUARANTINE"
    ),
    "rejected": _once_good(
        lambda c, b: stock.reject(c.desk, c.owner, b.lot, "seal broken"), "LOT-REJECTED"
    ),
    "held bottle": _once_good(
        lambda c, b: hold_bottle(c.desk, c.owner, b.bottle, "cracked"), "BOTTLE-HELD"
    ),
    "under way": _once_good(
        lambda c, b: send_bottle(c.desk, c.owner, b.bottle, "room 2"), "BOTTLE-AWAY"
    ),
}  # fmt: skip


def build(name: str, url: str) -> Blocked:
    """The case of that name in a new database."""
    return replace(CASES[name](with_everybody(url)), name=name)
